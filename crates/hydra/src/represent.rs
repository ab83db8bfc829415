//! Representation: classes whose values are written once, straight into JSON-LD.

use serde_json::Result;

use crate::class::{ClassDef, OperationDef};
use crate::input::Input;
use crate::key::{PathKey, expand};
use crate::object::Object;

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
    type Key: PathKey;
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
    pub(crate) own_only: bool,
    /// Whether it is for a log: without what is told once, and what others make of the resource.
    pub(crate) for_log: bool,
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
    /// Whether what is told once, and what others make of the resource, is left out. For what is derived.
    pub fn is_for_log(&self) -> bool {
        self.around.for_log
    }

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
    pub(crate) mask: u64,
}

impl<'a> Hidden<'a> {
    /// None of them.
    pub(crate) const NONE: Self = Self { guarded: &[], mask: 0 };

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
