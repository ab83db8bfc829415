//! What a class does, and what a collection does. The operations that are served are those of the class's table; a table
//! that promises more than is written here is seen by the conformance tests, because the defaults answer with a fault.

use hydra::query::Query;
use hydra::{Class, Found, Page};

use crate::{Cx, Error, IfMatch, Result};

/// The behaviour of one resource of a class. The caller has asked the policy.
#[expect(async_fn_in_trait, reason = "a request is served on one thread; nothing here has to be sent to another")]
pub trait Resource: Class {
    /// The resource.
    async fn fetch(cx: &Cx<'_>, key: &Self::Key) -> Result<Found<Self>>;

    /// Puts a whole new state in the place of the old, or of nothing.
    async fn replace(_cx: &Cx<'_>, _key: &Self::Key, _new: Self::Input, _on: &IfMatch) -> Result<Created<Self>> {
        Err(unwritten::<Self>("replace"))
    }

    /// Changes what is given.
    async fn update(_cx: &Cx<'_>, _key: &Self::Key, _change: Self::Input, _on: &IfMatch) -> Result<Found<Self>> {
        Err(unwritten::<Self>("update"))
    }

    /// Removes the resource.
    async fn remove(_cx: &Cx<'_>, _key: &Self::Key, _on: &IfMatch) -> Result<()> {
        Err(unwritten::<Self>("remove"))
    }
}

/// A collection: the members at the end of a link.
#[expect(async_fn_in_trait, reason = "a request is served on one thread; nothing here has to be sent to another")]
pub trait Members: 'static {
    /// The class that has the link.
    type Owner: Class;
    /// The class of the members.
    type Member: Class;
    /// The name of the link.
    const LINK: &'static str;
    /// Whether a body may name something that exists, by `@id`, rather than describe something new.
    const REFERS: bool = false;

    /// A page of the members.
    async fn list(cx: &Cx<'_>, owner: &<Self::Owner as Class>::Key, query: &Query) -> Result<Page<Self::Member>>;

    /// Makes a member.
    async fn create(
        _cx: &Cx<'_>,
        _owner: &<Self::Owner as Class>::Key,
        _new: New<Self::Member>,
    ) -> Result<Created<Self::Member>> {
        Err(unwritten::<Self::Member>("create"))
    }
}

fn unwritten<C: Class>(verb: &str) -> Error {
    Error::Internal(format!("{} declares an operation that is not written: {verb}", C::NAME))
}

/// What a body gives for a new member.
#[derive(Debug)]
pub struct New<C: Class> {
    /// The IRI that the body names; only where the collection refers to what exists.
    pub id: Option<String>,
    /// The members of the body.
    pub input: C::Input,
}

/// The answer to a creation or a replacement.
#[derive(Debug)]
pub struct Created<C: Class> {
    /// The member.
    pub found: Found<C>,
    /// Whether it was made just now.
    pub new: bool,
}
