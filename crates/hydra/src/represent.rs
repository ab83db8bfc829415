//! Representation: a typed value written once, straight into JSON-LD.

use serde_json::Result;
use serde_json::value::RawValue;

use crate::api::{Api, Site};
use crate::class::{ClassDef, OperationDef};
use crate::input::Input;
use crate::key::{Key, expand};
use crate::object::Object;
use crate::page::write_search;

/// A class of resources. Derived.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a class",
    note = "classes are structs with `#[derive(Class)]`"
)]
pub trait Class: Sized + Send + Sync + 'static {
    /// The name. Apart from the table, so that tables of classes that link to each other do not need each other.
    const NAME: &'static str;
    /// The table.
    const CLASS: &'static ClassDef;
    /// What fills the variables of its path.
    type Key: Key;
    /// What a body gives.
    type Input: Input + Clone + Default + Send + 'static;

    /// Whether this one, as it is now, takes an operation of its class.
    fn offers(&self, _operation: &OperationDef) -> bool {
        true
    }

    /// Writes the readable properties.
    ///
    /// # Errors
    /// Those of JSON.
    fn write(&self, node: &mut Node<'_, '_, Self>) -> Result<()>;
}

/// What is known of a node beside the resource that it is.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The public base URL, without a slash at its end.
    pub base: &'a str,
    /// The path of the resource.
    pub path: &'a str,
    /// The links that are left out.
    pub hidden: Hidden<'a>,
    /// Whether only what is of the resource's own is wanted: nothing that follows from its key.
    own_only: bool,
}

/// A node that is being written.
pub struct Node<'a, 'o, C: Class> {
    /// Where members go.
    pub object: &'a mut Object<'o>,
    /// What there is around it.
    pub around: Around<'a>,
    /// The identity of the resource.
    pub key: &'a C::Key,
}

impl<C: Class> Node<'_, '_, C> {
    /// Whether a link that follows from the key is left out.
    pub(crate) fn leaves_out(&self, name: &str) -> bool {
        self.around.own_only || self.around.hidden.has(name)
    }
}

/// Whether whoever a representation is for may invoke an operation on something of a customer.
pub type Reader<'a> = &'a dyn Fn(&OperationDef, Option<i64>) -> bool;

/// A link that leads to more than whoever sees the resource may use.
#[derive(Debug)]
pub struct Guarded {
    pub(crate) name: &'static str,
    pub(crate) operations: &'static [OperationDef],
}

/// The links of a resource that lead nowhere for whoever it is shown to.
#[derive(Debug, Clone, Copy)]
pub struct Hidden<'a> {
    guarded: &'a [Guarded],
    mask: u64,
}

impl<'a> Hidden<'a> {
    /// None of them.
    const NONE: Self = Self { guarded: &[], mask: 0 };

    /// Those of these links that the reader may not follow.
    pub(crate) fn from(guarded: &'a [Guarded], customer: Option<i64>, reader: Reader<'_>) -> Self {
        let leads = |link: &Guarded| link.operations.iter().any(|operation| reader(operation, customer));
        let hidden = guarded.iter().enumerate().filter(|(_, link)| !leads(link));
        Self { guarded, mask: hidden.fold(0, |mask, (index, _)| mask | 1 << index) }
    }

    /// Whether a link is among them.
    pub(crate) fn has(&self, name: &str) -> bool {
        let mut rest = self.mask;
        while rest != 0 {
            if self.guarded[rest.trailing_zeros() as usize].name == name {
                return true;
            }
            rest &= rest - 1;
        }
        false
    }
}

/// A resource together with its identity and the version of its row.
#[derive(Debug, Clone)]
pub struct Found<C: Class> {
    /// Which one.
    pub key: C::Key,
    /// What it is.
    pub value: C,
    /// Rises with each change of the row, and begins where nothing at this address has been before.
    pub version: i64,
}

impl<C: Class> Found<C> {
    /// A resource without a row of its own: its version is what is shown of it.
    pub fn as_shown(key: C::Key, value: C) -> Self
    where
        C: std::fmt::Debug,
    {
        let version = xxhash_rust::xxh3::xxh3_64(format!("{value:?}").as_bytes()).cast_signed();
        Self { key, value, version }
    }
}

/// A resource of whichever class.
pub trait AnyFound: Send + Sync {
    /// The table of its class.
    fn class(&self) -> &'static ClassDef;
    /// Its path.
    fn path(&self) -> String;
    /// The customer that it belongs to.
    fn customer(&self) -> Option<i64>;
    /// The version of its row.
    fn version(&self) -> i64;
    /// Whether it takes an operation of its class as it is now.
    fn offers(&self, operation: &OperationDef) -> bool;
    /// Writes its readable properties.
    ///
    /// # Errors
    /// Those of JSON.
    fn write(&self, around: Around<'_>, object: &mut Object<'_>) -> Result<()>;
}

impl<C: Class> AnyFound for Found<C> {
    fn class(&self) -> &'static ClassDef {
        C::CLASS
    }

    fn path(&self) -> String {
        expand(C::CLASS.path, &self.key)
    }

    fn customer(&self) -> Option<i64> {
        self.key.customer()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn offers(&self, operation: &OperationDef) -> bool {
        self.value.offers(operation)
    }

    fn write(&self, around: Around<'_>, object: &mut Object<'_>) -> Result<()> {
        self.value.write(&mut Node { object, around, key: &self.key })
    }
}

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
        let mut said = Vec::with_capacity(1024);
        let around = Around { base: "", path: "", hidden: Hidden::NONE, own_only: true };
        Object::write(&mut said, |object| self.found.write(around, object))?;
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

/// Which operations of a class are offered, by their place in its table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Offered(pub(crate) u64);

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
    found.write(Around { base: api.base(), path, hidden, own_only: false }, object)
}

/// What is the same for the collection at the end of a link, whoever owns it.
#[derive(Debug)]
pub struct CollectionNode {
    /// `/portalUsers`
    pub(crate) suffix: String,
    /// What is said of it beside its identity.
    pub(crate) rest: [(&'static str, Box<RawValue>); 4],
}

impl CollectionNode {
    /// The name of the link.
    fn name(&self) -> &str {
        &self.suffix[1..]
    }
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
    use crate::{Chosen, ChosenSet, Class, Set};

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
