//! Classes and collections at their public addresses, with what of their documents never changes.

use serde_json::Value as Json;
use serde_json::value::{RawValue, to_raw_value};

use crate::class::{ClassDef, Method, OperationDef};
use crate::represent::{Guarded, Hidden, Reader};

/// A class at its public address.
#[derive(Debug)]
pub struct Site {
    /// The table.
    pub class: &'static ClassDef,
    /// The IRI of its context.
    pub context: String,
    /// What one of it is called in a document of its own.
    pub(crate) types: Box<RawValue>,
    /// What one of it is called among others.
    pub(crate) member_types: Box<RawValue>,
    pub(crate) collections: Vec<CollectionNode>,
    pub(crate) operations: Vec<(&'static OperationDef, Box<RawValue>)>,
    pub(crate) guarded: Vec<Guarded>,
    /// The variables of the template of the resource itself, and what each means.
    pub(crate) search: Option<(String, Box<RawValue>)>,
}

/// The collection at the end of a link.
#[derive(Debug)]
pub struct CollectionSite {
    /// The class that has the link.
    pub owner: &'static ClassDef,
    /// The name of the link.
    pub property: &'static str,
    /// The class of its members.
    pub member: &'static ClassDef,
    /// The name of its own class.
    pub name: String,
    /// What can be done with it.
    pub operations: &'static [OperationDef],
    /// What can be done with every collection of its class.
    pub class_operations: &'static [OperationDef],
    /// The IRI of its context.
    pub context: String,
    pub(crate) types: [String; 2],
    pub(crate) manages: Box<RawValue>,
    pub(crate) mapping: Box<RawValue>,
    pub(crate) variables: String,
    pub(crate) inline: Vec<(&'static OperationDef, Box<RawValue>)>,
}

impl CollectionSite {
    /// The template of its path: that of the owner, then the name of the link.
    pub fn path(&self) -> String {
        format!("{}/{}", self.owner.path.trim_end_matches('/'), self.property)
    }

    /// The operation with this method.
    pub fn operation(&self, method: Method) -> Option<&'static OperationDef> {
        self.operations.iter().find(|operation| operation.method == method)
    }

    /// The operations that pass, as they appear in a representation.
    pub fn inline(&self, pass: impl Fn(&OperationDef) -> bool) -> Vec<&RawValue> {
        self.inline.iter().filter(|(operation, _)| pass(operation)).map(|(_, raw)| &**raw).collect()
    }
}

impl Site {
    /// The links of one that lead nowhere for a reader.
    pub fn hidden(&self, customer: Option<i64>, reader: Reader<'_>) -> Hidden<'_> {
        Hidden::from(&self.guarded, customer, reader)
    }

    /// The operations that pass.
    pub(crate) fn offered(&self, pass: impl Fn(&OperationDef) -> bool) -> Offered {
        let passing = self.operations.iter().enumerate().filter(|(_, (operation, _))| pass(operation));
        Offered(passing.fold(0, |mask, (index, _)| mask | 1 << index))
    }

    /// Those that are offered, as they appear in a representation.
    pub(crate) fn operations(&self, Offered(mask): Offered) -> Vec<&RawValue> {
        let offered = self.operations.iter().enumerate().filter(|(index, _)| mask >> index & 1 == 1);
        offered.map(|(_, (_, raw))| &**raw).collect()
    }
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
    pub(crate) fn name(&self) -> &str {
        &self.suffix[1..]
    }
}

/// Which operations of a class are offered, by their place in its table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Offered(pub(crate) u64);

/// A JSON value as it is written.
pub(crate) fn raw(value: &Json) -> Box<RawValue> {
    to_raw_value(value).expect("a JSON value is JSON")
}
