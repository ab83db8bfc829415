//! Representation: a typed value written once, straight into JSON-LD.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::value::RawValue;

use crate::api::{Api, Site};
use crate::class::{ClassDef, OperationDef};
use crate::input::Input;
use crate::key::{Key, expand};
use crate::page::SearchTemplate;

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
    type Input: Input + Clone + Default;

    /// Whether this one, as it is now, takes an operation of its class.
    fn offers(&self, _operation: &OperationDef) -> bool {
        true
    }

    /// Writes the readable properties.
    ///
    /// # Errors
    /// Those of the serializer.
    fn write<M: SerializeMap>(&self, node: &mut Node<'_, Self, M>) -> Result<(), M::Error>;
}

/// A node that is being written.
pub struct Node<'a, C: Class, M> {
    /// Where members go.
    pub map: &'a mut M,
    /// The public base URL, without a slash at its end.
    pub base: &'a str,
    /// The path of the resource.
    pub path: &'a str,
    /// The identity of the resource.
    pub key: &'a C::Key,
    /// The links that are left out.
    pub hidden: Hidden<'a>,
    /// Whether only what is of the resource's own is wanted: nothing that follows from its key.
    pub(crate) own_only: bool,
}

impl<C: Class, M> Node<'_, C, M> {
    /// Whether a link that follows from the key is left out.
    pub(crate) fn leaves_out(&self, name: &str) -> bool {
        self.own_only || self.hidden.has(name)
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

    /// The path of the resource.
    pub fn path(&self) -> String {
        expand(C::CLASS.path, &self.key)
    }
}

/// A resource as a document: `@context` first, then who and what it is, its properties, and what the caller may do.
pub struct Document<'a, C: Class> {
    api: &'a Api,
    site: &'a Site,
    found: &'a Found<C>,
    hidden: Hidden<'a>,
    offered: Offered,
}

impl<'a, C: Class> Document<'a, C> {
    /// The document of a resource for a reader, who may invoke the operations that pass.
    pub fn new(api: &'a Api, found: &'a Found<C>, passes: impl Fn(&OperationDef) -> bool, reader: Reader<'_>) -> Self {
        let site = api.class(C::NAME);
        let hidden = site.hidden(found.key.customer(), reader);
        Self { api, site, found, hidden, offered: site.offered(passes) }
    }

    /// Tells the state of the resource from every other one, of this resource and of others.
    pub fn state(&self) -> String {
        crate::state(&self.found.path(), self.found.version)
    }

    /// Tells what the document says from whatever else documents of this resource say under these tables: made of all that
    /// a document is made of beside them and its path, so that it is known without the document being written.
    ///
    /// # Errors
    /// Those of JSON.
    pub fn fingerprint(&self) -> serde_json::Result<String> {
        let mut said = Vec::with_capacity(1024);
        serde_json::to_writer(&mut said, &Own(self.found))?;
        said.extend(self.hidden.mask.to_le_bytes());
        said.extend(self.offered.0.to_le_bytes());
        Ok(crate::fingerprint(&said))
    }
}

/// What is of a resource's own: what does not follow from its key.
struct Own<'a, C: Class>(&'a Found<C>);

impl<C: Class> Serialize for Own<'_, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Found { key, value, .. } = self.0;
        let mut map = serializer.serialize_map(None)?;
        value.write(&mut Node { map: &mut map, base: "", path: "", key, hidden: Hidden::NONE, own_only: true })?;
        map.end()
    }
}

/// Which operations of a class are offered, by their place in its table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Offered(pub(crate) u64);

impl<C: Class> Serialize for Document<'_, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { site, hidden, .. } = *self;
        let path = self.found.path();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("@context", &site.context)?;
        write_node(self.found, self.api, &path, &site.types, hidden, &mut map)?;
        if !site.collections.is_empty() {
            let nodes = Collections {
                base: self.api.base(),
                path: path.trim_end_matches('/'),
                nodes: &site.collections,
                hidden,
            };
            map.serialize_entry("collection", &nodes)?;
        }
        if let Some((variables, mapping)) = &site.search {
            let template = SearchTemplate { base: self.api.base(), path: &path, variables, mapping };
            map.serialize_entry("search", &template)?;
        }
        map.serialize_entry("operation", &site.operations(self.offered))?;
        map.end()
    }
}

/// A resource as a member of a collection.
pub struct Member<'a, C: Class> {
    /// The tables, at their public address.
    pub api: &'a Api,
    /// Its class.
    pub site: &'a Site,
    /// The resource.
    pub found: &'a Found<C>,
    /// The caller.
    pub reader: Reader<'a>,
}

impl<C: Class> Serialize for Member<'_, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let path = self.found.path();
        let hidden = self.site.hidden(self.found.key.customer(), self.reader);
        let mut map = serializer.serialize_map(None)?;
        write_node(self.found, self.api, &path, &self.site.member_types, hidden, &mut map)?;
        map.end()
    }
}

fn write_node<C: Class, M: SerializeMap>(
    found: &Found<C>,
    api: &Api,
    path: &str,
    types: &RawValue,
    hidden: Hidden<'_>,
    map: &mut M,
) -> Result<(), M::Error> {
    map.serialize_entry("@id", &[api.base(), path].concat())?;
    map.serialize_entry("@type", types)?;
    found.value.write(&mut Node { map, base: api.base(), path, key: &found.key, hidden, own_only: false })
}

/// The part of a resource that tells its collections apart (`hydra:collection`); some clients discover by it alone.
struct Collections<'a> {
    base: &'a str,
    path: &'a str,
    nodes: &'a [CollectionNode],
    hidden: Hidden<'a>,
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

impl Serialize for Collections<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        for node in self.nodes.iter().filter(|node| !self.hidden.has(node.name())) {
            seq.serialize_element(&OneCollection { owner: self, node })?;
        }
        seq.end()
    }
}

struct OneCollection<'a> {
    owner: &'a Collections<'a>,
    node: &'a CollectionNode,
}

impl Serialize for OneCollection<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("@id", &[self.owner.base, self.owner.path, &self.node.suffix].concat())?;
        for (name, value) in &self.node.rest {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
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
                (document.fingerprint().expect("it is JSON"), serde_json::to_string(&document).expect("it is JSON"))
            });
            prop_assert_eq!(one.0 == other.0, one.1 == other.1, "{} {}", one.1, other.1);
        }
    }
}
