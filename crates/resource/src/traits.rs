//! What a class does, and what a collection does. The operations that are served are those of the class's table; a table
//! that promises more than is written here is seen by the conformance tests, because the defaults answer with a fault.

use hydra::query::Query;
use hydra::{Class, Found, Identifier, Page, PathKey as _, Violation};
use vocab::value::CustomerId;

use crate::following::{FollowedChanges, Following};
use crate::{Cx, Error, IfMatch, Result};

/// The behaviour of one resource of a class. The caller has asked the policy.
#[expect(async_fn_in_trait, reason = "a request is served on one thread; nothing here has to be sent to another")]
pub trait Resource: Class {
    /// The resource.
    async fn fetch(cx: &Cx<'_>, key: &Self::Key) -> Result<Found<Self>>;

    /// Whether there is anything that one of these could belong to at its address; what is sent there is looked at only then.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is not, or it is not the actor's to see.
    async fn owner_is_there(cx: &Cx<'_>, key: &Self::Key) -> Result<()> {
        match key.customer() {
            Some(customer) => cx.customer(CustomerId(customer)).await.map(drop),
            None => Ok(()),
        }
    }

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

/// A resource that takes POST.
#[expect(async_fn_in_trait, reason = "a request is served on one thread; nothing here has to be sent to another")]
pub trait Submit: Resource {
    /// The class of what a body lists; the class itself where the operation expects nothing.
    type Member: Class;
    /// What comes of it.
    type Outcome: Class;
    /// How many a body may list.
    const MOST: usize = 250;

    /// Takes what is submitted; nothing is listed where the operation expects nothing.
    async fn submit(cx: &Cx<'_>, key: &Self::Key, listed: Several<Self::Member>) -> Result<Created<Self::Outcome>>;
}

/// A collection: the members at the end of a link.
#[expect(async_fn_in_trait, reason = "a request is served on one thread; nothing here has to be sent to another")]
pub trait Members: 'static {
    /// The class that has the link.
    type Owner: Resource;
    /// The class of the members.
    type Member: Class;
    /// The name of the link.
    const LINK: &'static str;
    /// Whether a body may name something that exists, by `@id`, rather than describe something new.
    const REFERS: bool = false;
    /// How many a body may list, where an operation takes several.
    const MOST: usize = 250;

    /// A page of the members.
    async fn list(cx: &Cx<'_>, owner: &<Self::Owner as Class>::Key, query: &Query) -> Result<Page<Self::Member>>;

    /// The greatest number that a member has, where they are changes; zero where there is none.
    async fn newest(_cx: &Cx<'_>, _owner: &<Self::Owner as Class>::Key) -> Result<i64> {
        Err(Error::NotFound)
    }

    /// The members that follow a number, where they are changes.
    async fn follow(
        _cx: &Cx<'_>,
        _owner: &<Self::Owner as Class>::Key,
        _following: Following<'_>,
    ) -> Result<FollowedChanges> {
        Err(Error::NotFound)
    }

    /// Makes a member.
    async fn create(
        _cx: &Cx<'_>,
        _owner: &<Self::Owner as Class>::Key,
        _new: New<Self::Member>,
    ) -> Result<Created<Self::Member>> {
        Err(unwritten::<Self::Member>("create"))
    }

    /// Those members that a body names: a POST that expects several.
    async fn select(
        _cx: &Cx<'_>,
        _owner: &<Self::Owner as Class>::Key,
        _named: Several<Self::Member>,
    ) -> Result<Vec<Found<Self::Member>>> {
        Err(unwritten::<Self::Member>("select"))
    }

    /// Makes those that a body lists the members, and gives them.
    async fn replace(
        _cx: &Cx<'_>,
        _owner: &<Self::Owner as Class>::Key,
        _whole: Several<Self::Member>,
    ) -> Result<Vec<Found<Self::Member>>> {
        Err(unwritten::<Self::Member>("replace"))
    }

    /// Changes the members that a body lists, each by what is given of it, and gives them as they are then.
    async fn change(
        _cx: &Cx<'_>,
        _owner: &<Self::Owner as Class>::Key,
        _changes: Several<Self::Member>,
    ) -> Result<Vec<Found<Self::Member>>> {
        Err(unwritten::<Self::Member>("change"))
    }
}

fn unwritten<C: Class>(verb: &str) -> Error {
    Error::Internal(format!("{} declares an operation that is not written: {verb}", C::NAME))
}

/// What a body gives for a new member, or for one of several.
#[derive(Debug)]
pub struct New<C: Class> {
    /// What the body names with `@id`; only where the collection refers to what exists, or the body lists several.
    pub id: Option<Identifier>,
    /// The members of the body.
    pub input: C::Input,
}

/// What a body lists.
pub struct Several<C: Class> {
    /// The members, each with what is right in it.
    pub members: Vec<New<C>>,
    /// What is wrong with them as far as that shows in the body alone. The rules add to it, and then it is checked.
    pub violations: Vec<Violation>,
}

impl<C: Class> Several<C> {
    /// Adds to what is wrong, unless something is known to be wrong there already.
    pub(crate) fn refuse(&mut self, violation: Violation) {
        if self.violations.iter().all(|known| known.property_path != violation.property_path) {
            self.violations.push(violation);
        }
    }

    /// Whether nothing is wrong.
    ///
    /// # Errors
    /// Everything that is.
    pub(crate) fn check(&self) -> Result<()> {
        if self.violations.is_empty() { Ok(()) } else { Err(Error::Invalid(self.violations.clone())) }
    }
}

/// A derived one would ask the class itself to be `Clone`.
impl<C: Class> Clone for Several<C> {
    fn clone(&self) -> Self {
        Self { members: self.members.clone(), violations: self.violations.clone() }
    }
}

/// A derived one would ask the class itself to be `Clone`.
impl<C: Class> Clone for New<C> {
    fn clone(&self) -> Self {
        Self { id: self.id.clone(), input: self.input.clone() }
    }
}

/// The answer to a creation or a replacement.
#[derive(Debug)]
pub struct Created<C: Class> {
    /// The member.
    pub found: Found<C>,
    /// Whether it was made just now.
    pub new: bool,
}
