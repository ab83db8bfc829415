//! Links: fields that carry no data of their own, because where they lead follows from where the resource is.

use std::marker::PhantomData;

use serde_json::Value as Json;

use crate::addressee::Addressee;
use crate::class::{Datatype, Limits, LinkDef, PropertyKind};
use crate::input::Take;
use crate::key::{iri, parse_path};
use crate::represent::{Class, Node};
use crate::value::{Value, exactly, items};

/// What a field of a class may be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a property of a class",
    note = "a property is a `Value`, an `Option` of one, `WriteOnly`, `Link<Class>`, `Link<Collection<Class>>`, `Reference<Class>`, `Chosen<Class>`, `ChosenSet<Class>` or `Address<Template>`"
)]
pub trait Field {
    /// The type that a body gives for it.
    type Given;
    /// What the table says of it.
    const KIND: PropertyKind;
    /// Whether it appears in representations.
    const READABLE: bool = true;
    /// Whether null clears it.
    const CLEARABLE: bool = false;

    /// Writes it as a member of a JSON-LD node.
    ///
    /// # Errors
    /// Those of JSON.
    fn write<C: Class>(&self, name: &'static str, node: &mut Node<'_, '_, C>) -> serde_json::Result<()>;
}

impl<T: Value + serde::Serialize> Field for T {
    type Given = T;
    const KIND: PropertyKind = PropertyKind::Value(T::DATATYPE, T::LIMITS);

    fn write<C: Class>(&self, name: &'static str, node: &mut Node<'_, '_, C>) -> serde_json::Result<()> {
        if !matches!(T::DATATYPE, Datatype::Integer | Datatype::NonNegativeInteger) {
            return node.object.entry(name, self);
        }
        let number = serde_json::to_value(self)?;
        node.object.entry(name, &exactly(number))
    }
}

impl<F: Field> Field for Option<F> {
    type Given = F::Given;
    const KIND: PropertyKind = F::KIND;
    const READABLE: bool = F::READABLE;
    const CLEARABLE: bool = true;

    fn write<C: Class>(&self, name: &'static str, node: &mut Node<'_, '_, C>) -> serde_json::Result<()> {
        self.as_ref().map_or(Ok(()), |field| field.write(name, node))
    }
}

/// A value that is taken and never shown again.
pub struct WriteOnly<T>(PhantomData<fn() -> T>);

impl<T: Value> Field for WriteOnly<T> {
    type Given = T;
    const KIND: PropertyKind = PropertyKind::Value(T::DATATYPE, T::LIMITS);
    const READABLE: bool = false;

    fn write<C: Class>(&self, _: &'static str, _: &mut Node<'_, '_, C>) -> serde_json::Result<()> {
        Ok(())
    }
}

/// A link whose far end follows from the variables of the resource's own path.
pub struct Link<T>(PhantomData<fn() -> T>);

/// In a link: the collection of all `T` that hang below the resource.
#[derive(Debug)]
pub struct Collection<T>(PhantomData<fn() -> T>);

/// An absolute address, as text: of something that follows from the variables of the resource's own path, and is no
/// resource of this API.
pub struct Address<T>(PhantomData<fn() -> T>);

/// Where an [`Address`] leads.
pub trait Template: 'static {
    /// The path, with variables of the path of the class whose property it is: `/thumbs/{customer}/{space}/{image}`.
    const PATH: &'static str;
}

/// Fields without data are the same whatever they are of, so they ask nothing of it.
macro_rules! without_data {
    ($($name:ident)*) => {$(
        impl<T> Default for $name<T> {
            fn default() -> Self {
                Self(PhantomData)
            }
        }

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> Copy for $name<T> {}

        impl<T> std::fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )*};
}

without_data!(Link WriteOnly Address);

const fn to(class: &'static str) -> LinkDef {
    LinkDef { class, collection: None, operations: None, many: false }
}

impl<T: Class> Field for Link<Collection<T>> {
    type Given = ();
    const KIND: PropertyKind = PropertyKind::Many(to(T::NAME));

    fn write<C: Class>(&self, name: &'static str, node: &mut Node<'_, '_, C>) -> serde_json::Result<()> {
        if node.leaves_out(name) {
            return Ok(());
        }
        let slash = if node.around.path.ends_with('/') { "" } else { "/" };
        node.object.entry(name, &[node.around.base, node.around.path, slash, name].concat())
    }
}

impl<T: Class> Field for Link<T> {
    type Given = ();
    const KIND: PropertyKind = PropertyKind::One(to(T::NAME));

    fn write<C: Class>(&self, name: &'static str, node: &mut Node<'_, '_, C>) -> serde_json::Result<()> {
        if node.leaves_out(name) {
            return Ok(());
        }
        node.object.entry(name, &iri(node.around.base, T::CLASS.path, node.key))
    }
}

impl<T: Template> Field for Address<T> {
    type Given = ();
    const KIND: PropertyKind = PropertyKind::Value(Datatype::String, Limits::NONE);

    fn write<C: Class>(&self, name: &'static str, node: &mut Node<'_, '_, C>) -> serde_json::Result<()> {
        if node.leaves_out(name) {
            return Ok(());
        }
        node.object.entry(name, &iri(node.around.base, T::PATH, node.key))
    }
}

/// A link to a resource that has to be named, because it lies elsewhere.
#[derive(Debug, Clone)]
pub struct Reference<T: Class>(pub T::Key);

impl<T: Class> Field for Reference<T> {
    type Given = ();
    const KIND: PropertyKind = PropertyKind::One(to(T::NAME));

    fn write<C: Class>(&self, name: &'static str, node: &mut Node<'_, '_, C>) -> serde_json::Result<()> {
        if node.around.hidden.has(name) {
            return Ok(());
        }
        node.object.entry(name, &iri(node.around.base, T::CLASS.path, &self.0))
    }
}

/// A link to a resource of whichever class, by its path.
#[derive(Debug, Clone)]
pub struct AnyReference(pub String);

impl Field for AnyReference {
    type Given = ();
    const KIND: PropertyKind = PropertyKind::One(to(LinkDef::ANY));

    fn write<C: Class>(&self, name: &'static str, node: &mut Node<'_, '_, C>) -> serde_json::Result<()> {
        node.object.entry(name, &[node.around.base, &self.0].concat())
    }
}

/// A link to a resource that a body may choose, by its IRI.
#[derive(Debug, Clone)]
pub struct Chosen<T: Class>(pub T::Key);

/// Links to resources that a body may choose, by their IRIs.
#[derive(Debug, Clone)]
pub struct ChosenSet<T: Class>(pub Vec<T::Key>);

/// A derived one would ask the class itself for it.
impl<T: Class> Default for ChosenSet<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Class> Field for Chosen<T> {
    type Given = Self;
    const KIND: PropertyKind = PropertyKind::One(to(T::NAME));

    fn write<C: Class>(&self, name: &'static str, node: &mut Node<'_, '_, C>) -> serde_json::Result<()> {
        node.object.entry(name, &iri(node.around.base, T::CLASS.path, &self.0))
    }
}

impl<T: Class> Field for ChosenSet<T> {
    type Given = Self;
    const KIND: PropertyKind = PropertyKind::One(LinkDef { many: true, ..to(T::NAME) });

    fn write<C: Class>(&self, name: &'static str, node: &mut Node<'_, '_, C>) -> serde_json::Result<()> {
        let iris: Vec<_> = self.0.iter().map(|key| iri(node.around.base, T::CLASS.path, key)).collect();
        node.object.entry(name, &iris)
    }
}

impl<T: Class> Take for Chosen<T> {
    fn take(json: &Json, addressee: &Addressee) -> Result<Self, String> {
        chosen::<T>(json, addressee).map(Self)
    }
}

impl<T: Class> Take for ChosenSet<T> {
    fn take(json: &Json, addressee: &Addressee) -> Result<Self, String> {
        items(json, |json| chosen::<T>(json, addressee)).map(Self)
    }
}

/// The key of a resource of ours that an IRI names; whether it exists is another question.
fn chosen<T: Class>(json: &Json, addressee: &Addressee) -> Result<T::Key, String> {
    let text = json.as_str().ok_or("must be an IRI")?;
    let path = addressee.path_of(text);
    path.and_then(|path| parse_path::<T::Key>(T::CLASS.path, &path)).ok_or_else(|| {
        format!("must be an IRI of the form {}{}, of the class {}", addressee.base(), T::CLASS.path, T::NAME)
    })
}

impl Limits {
    /// Whether there is anything to say of them.
    pub fn is_none(&self) -> bool {
        *self == Self::NONE
    }
}
