//! Representation: a typed value written once, straight into JSON-LD.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::value::RawValue;

use crate::api::Api;
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
    /// Those of these links that the reader may not follow.
    pub(crate) fn from(guarded: &'a [Guarded], customer: Option<i64>, reader: Reader<'_>) -> Self {
        let leads = |link: &Guarded| link.operations.iter().any(|operation| reader(operation, customer));
        let hidden = guarded.iter().enumerate().filter(|(_, link)| !leads(link));
        Self { guarded, mask: hidden.fold(0, |mask, (index, _)| mask | 1 << index) }
    }

    /// Whether a link is among them.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.mask != 0
            && self.guarded.iter().enumerate().any(|(index, link)| self.mask >> index & 1 == 1 && link.name == name)
    }
}

/// Texts that are one string on the wire.
pub struct Joined<'a>(pub &'a [&'a str]);

impl Serialize for Joined<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl std::fmt::Display for Joined<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|part| f.write_str(part))
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

    /// Tells this state from every other one, of this resource and of others.
    pub fn state(&self) -> String {
        crate::state(&self.path(), self.version)
    }

    /// The path of the resource.
    pub fn path(&self) -> String {
        expand(C::CLASS.path, &self.key)
    }
}

/// A resource as a document: `@context` first, then who and what it is, its properties, and what the caller may do.
pub struct Document<'a, C: Class> {
    /// The tables, at their public address.
    pub api: &'a Api,
    /// The resource.
    pub found: &'a Found<C>,
    /// The operations that the caller may invoke.
    pub operations: &'a [&'a RawValue],
    /// The caller.
    pub reader: Reader<'a>,
}

impl<C: Class> Serialize for Document<'_, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let site = self.api.class(C::CLASS.name);
        let path = self.found.path();
        let hidden = site.hidden(self.found.key.customer(), self.reader);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("@context", &site.context)?;
        if site.collections.is_empty() {
            write_node(self.found, self.api, &path, &site.type_name, hidden, &mut map)?;
        } else {
            // One client in use looks for collections only on what is called a resource.
            write_node(self.found, self.api, &path, &[&site.type_name, "hydra:Resource"], hidden, &mut map)?;
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
        map.serialize_entry("operation", self.operations)?;
        map.end()
    }
}

/// A resource as a member of a collection.
pub struct Member<'a, C: Class> {
    /// The tables, at their public address.
    pub api: &'a Api,
    /// The resource.
    pub found: &'a Found<C>,
    /// The caller.
    pub reader: Reader<'a>,
}

impl<C: Class> Serialize for Member<'_, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let path = self.found.path();
        let site = self.api.class(C::NAME);
        let hidden = site.hidden(self.found.key.customer(), self.reader);
        let mut map = serializer.serialize_map(None)?;
        write_node(self.found, self.api, &path, &site.type_name, hidden, &mut map)?;
        map.end()
    }
}

fn write_node<C: Class, M: SerializeMap>(
    found: &Found<C>,
    api: &Api,
    path: &str,
    types: &(impl Serialize + ?Sized),
    hidden: Hidden<'_>,
    map: &mut M,
) -> Result<(), M::Error> {
    map.serialize_entry("@id", &Joined(&[api.base(), path]))?;
    map.serialize_entry("@type", types)?;
    found.value.write(&mut Node { map, base: api.base(), path, key: &found.key, hidden })
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
    /// `["Collection","PortalUserCollection"]`
    pub(crate) types: [String; 2],
    /// The label of the link.
    pub(crate) title: String,
    /// What holds of every member.
    pub(crate) manages: Box<RawValue>,
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
        map.serialize_entry("@id", &Joined(&[self.owner.base, self.owner.path, &self.node.suffix]))?;
        map.serialize_entry("@type", &self.node.types)?;
        map.serialize_entry("title", &self.node.title)?;
        map.serialize_entry("manages", &self.node.manages)?;
        map.serialize_entry("memberAssertion", &[&self.node.manages])?;
        map.end()
    }
}
