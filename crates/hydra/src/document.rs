//! A resource as a document.

use serde_json::Result;
use serde_json::value::RawValue;

use crate::api::Api;
use crate::class::OperationDef;
use crate::object::Object;
use crate::represent::{AnyFound, Around, Hidden, Reader};
use crate::search_template::write_search;
use crate::site::{CollectionNode, Offered, Site};

/// A resource as a document: `@context` first, then who and what it is, its properties, and what the caller may do.
pub struct Document<'a> {
    api: &'a Api,
    site: &'a Site,
    found: &'a dyn AnyFound,
    hidden: Hidden<'a>,
    offered: Offered,
}

impl<'a> Document<'a> {
    /// The document of a resource for a reader, who may invoke the operations that pass.
    pub fn new(
        api: &'a Api,
        found: &'a dyn AnyFound,
        passes: impl Fn(&OperationDef) -> bool,
        reader: Reader<'_>,
    ) -> Self {
        let site = api.class(found.class().name);
        let hidden = site.hidden(found.customer(), reader);
        Self { api, site, found, hidden, offered: site.offered(passes) }
    }

    /// Tells the state of the resource from every other one, of this resource and of others.
    pub fn state(&self) -> String {
        crate::state(&self.found.path(), self.found.version())
    }

    /// Tells what the document says from whatever else documents of this resource say under these tables: made of all that
    /// a document is made of beside them and its path, so that it is known without the document being written.
    ///
    /// # Errors
    /// Those of JSON.
    pub fn fingerprint(&self) -> Result<String> {
        let mut said = own_state(self.found, false)?;
        said.extend(self.hidden.mask.to_le_bytes());
        said.extend(self.offered.0.to_le_bytes());
        Ok(crate::fingerprint(&said))
    }

    /// The document itself.
    ///
    /// # Errors
    /// Those of JSON.
    pub fn json(&self) -> Result<Vec<u8>> {
        let Self { api, site, found, hidden, .. } = *self;
        let path = found.path();
        let mut out = Vec::with_capacity(4096);
        Object::write(&mut out, |object| {
            object.entry("@context", &site.context)?;
            write_node(found, api, &path, &site.types, hidden, object)?;
            if !site.collections.is_empty() {
                write_collections(api.base(), path.trim_end_matches('/'), &site.collections, hidden, object)?;
            }
            if let Some((variables, mapping)) = &site.search {
                write_search(api.base(), &path, variables, mapping, object)?;
            }
            object.entry("operation", &site.operations(self.offered))
        })?;
        Ok(out)
    }
}

/// What a resource is, without what follows from its key, as a JSON object in which links are paths.
fn own_state(found: &dyn AnyFound, for_log: bool) -> Result<Vec<u8>> {
    let mut state = Vec::with_capacity(1024);
    let around = Around { base: "", path: "", hidden: Hidden::NONE, own_only: true, for_log };
    Object::write(&mut state, |object| found.write(around, object))?;
    Ok(state)
}

/// The same without what is told once, and what others make of the resource.
///
/// # Errors
/// Those of JSON.
pub fn logged_state(found: &dyn AnyFound) -> Result<Vec<u8>> {
    own_state(found, true)
}

/// Writes a resource as a member of a collection.
///
/// # Errors
/// Those of JSON.
pub(crate) fn write_member(
    found: &dyn AnyFound,
    api: &Api,
    site: &Site,
    reader: Reader<'_>,
    object: &mut Object<'_>,
) -> Result<()> {
    let hidden = site.hidden(found.customer(), reader);
    write_node(found, api, &found.path(), &site.member_types, hidden, object)
}

fn write_node(
    found: &dyn AnyFound,
    api: &Api,
    path: &str,
    types: &RawValue,
    hidden: Hidden<'_>,
    object: &mut Object<'_>,
) -> Result<()> {
    object.entry("@id", &[api.base(), path].concat())?;
    object.entry("@type", types)?;
    found.write(Around { base: api.base(), path, hidden, own_only: false, for_log: false }, object)
}

/// The part of a resource that tells its collections apart (`hydra:collection`); some clients discover by it alone.
fn write_collections(
    base: &str,
    path: &str,
    nodes: &[CollectionNode],
    hidden: Hidden<'_>,
    object: &mut Object<'_>,
) -> Result<()> {
    object.array("collection", |array| {
        for node in nodes.iter().filter(|node| !hidden.has(node.name())) {
            array.object(|object| {
                object.entry("@id", &[base, path, &node.suffix].concat())?;
                node.rest.iter().try_for_each(|(name, value)| object.entry(name, value))
            })?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::link::{Address, Collection, Link, Template};
    use crate::operation::{DELETE, LIST, RETRIEVE};
    use crate::value::JsonLiteral;
    use crate::{Chosen, ChosenSet, Class, Found, Set};

    crate::key! {
        /// Which book.
        BookKey { book: String }
        customer = |_| None
    }

    /// What is read.
    #[derive(Debug, Clone, Class)]
    #[hydra(path = "/books/{book}", key = BookKey, label = "Book")]
    #[hydra(operations = [RETRIEVE, DELETE], collection = [LIST_MORE])]
    struct Book {
        /// A text.
        pub text: Option<String>,
        /// Texts.
        pub texts: Set<String>,
        /// A number.
        pub number: i64,
        /// Anything.
        pub json: Option<JsonLiteral>,
        /// Another book.
        pub next: Option<Chosen<Book>>,
        /// Other books.
        pub others: ChosenSet<Book>,
        /// Where it is looked at.
        pub page: Address<Page>,
        /// Itself.
        pub itself: Link<Book>,
        /// Those about it.
        pub reviews: Link<Collection<Book>>,
        /// Those made of it.
        pub translations: Link<Collection<Book>>,
    }

    const LIST_MORE: OperationDef = OperationDef { needs: &["CUSTOMER_READ", "MORE"], ..LIST };

    #[derive(Debug, Clone)]
    struct Page;

    impl Template for Page {
        const PATH: &'static str = "/pages/{book}";
    }

    fn book(text: &str) -> Chosen<Book> {
        Chosen(BookKey { book: text.to_owned() })
    }

    prop_compose! {
        fn any_book()(
            text in proptest::option::of("[ab\"]{0,2}"),
            texts in proptest::collection::vec("[ab,]{0,1}", 0..3),
            number in -1_i64..2,
            json in proptest::option::of(0_u8..2),
            next in proptest::option::of("[ab/]{1,2}"),
            others in proptest::collection::vec("[ab]", 0..3),
        ) -> Book {
            Book {
                text,
                texts: Set(texts),
                number,
                json: json.map(|json| JsonLiteral(json.into())),
                next: next.as_deref().map(book),
                others: ChosenSet(others.into_iter().map(|text| book(&text).0).collect()),
                page: Address::default(),
                itself: Link::default(),
                reviews: Link::default(),
                translations: Link::default(),
            }
        }
    }

    proptest! {
        /// The fingerprint is made of less than the document; so neither may say what the other does not.
        #[test]
        fn fingerprints_are_equal_where_documents_are(
            one in any_book(), other in any_book(), same in any::<bool>(),
            readers in any::<[bool; 2]>(), offers in any::<[bool; 2]>(),
        ) {
            let api = Api::new("http://api.example", &[Book::CLASS]);
            let other = if same { one.clone() } else { other };
            let [one, other] = [(one, 0), (other, 1)].map(|(value, index)| {
                let found = Found { key: book("b").0, value, version: 1 };
                let passes = |operation: &OperationDef| offers[index] || operation.name == "retrieve";
                let reader = |operation: &OperationDef, _| readers[index] || operation.needs.len() < 2;
                let document = Document::new(&api, &found, passes, &reader);
                let json = String::from_utf8(document.json().expect("it is JSON")).expect("it is UTF-8");
                (document.fingerprint().expect("it is JSON"), json)
            });
            prop_assert_eq!(one.0 == other.0, one.1 == other.1, "{} {}", one.1, other.1);
        }
    }
}
