//! A class without its type.

use std::marker::PhantomData;

use hydra::body::Body;
use hydra::{AnyFound, AnyKey, Class, ClassDef, Found, OperationDef, Purpose, parse_path};

use super::erased::{
    AnyInput, ListReading, Made, ReadInput, Served, ServedClass, ServedCollection, Submission, Work, given,
    offered_by_resource,
};
use super::listing::ListOf;
use crate::classes::change;
use crate::following::{Version, Versions};
use crate::{Cx, Error, IfMatch, Resource, Result, Submit};

/// A class, as one of [`SERVED`](super::SERVED).
pub struct Of<C> {
    table: Option<fn() -> &'static store::kept::KeptTable>,
    submission: Option<&'static dyn Submission>,
    collections: &'static [&'static dyn ServedCollection],
    class: PhantomData<fn() -> C>,
}

impl<C: Resource> Of<C> {
    /// A class, with the table that keeps it, what POST does to one of it and the collections of it.
    pub const fn new(
        table: Option<fn() -> &'static store::kept::KeptTable>,
        submission: Option<&'static dyn Submission>,
        collections: &'static [&'static dyn ServedCollection],
    ) -> Self {
        Self { table, submission, collections, class: PhantomData }
    }
}

/// POST to a class.
pub struct PostTo<C: Submit>(ListOf<C::Member>);

impl<C: Submit> PostTo<C> {
    /// There is but one.
    pub const NEW: Self = Self(ListOf::up_to(C::MOST));
}

impl<C: Resource> Served for Of<C> {
    fn path(&self) -> String {
        C::CLASS.path.to_owned()
    }

    fn key(&self, path: &str) -> Option<Box<dyn AnyKey>> {
        Some(Box::new(parse_path::<C::Key>(C::CLASS.path, path)?))
    }

    fn operations(&self) -> &'static [OperationDef] {
        C::CLASS.operations
    }

    fn offered<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey) -> Work<'a, Vec<&'static OperationDef>> {
        Box::pin(offered_by_resource(self, cx, key))
    }

    fn is_public(&self) -> bool {
        C::CLASS.public
    }

    fn is_there<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey) -> Work<'a, ()> {
        Box::pin(is_there::<C>(cx, key.of()))
    }
}

/// Whether it is there. Whether it may be read is another question.
pub(super) async fn is_there<C: Resource>(cx: &Cx<'_>, key: &C::Key) -> Result<()> {
    match C::fetch(cx, key).await {
        Err(Error::Forbidden) => Ok(()),
        found => found.map(drop),
    }
}

/// A resource, without its type.
async fn found<C: Class>(work: impl Future<Output = Result<Found<C>>>) -> Result<Box<dyn AnyFound>> {
    Ok(Box::new(work.await?))
}

impl<C: Resource> ServedClass for Of<C> {
    fn class(&self) -> &'static ClassDef {
        C::CLASS
    }

    fn kept(&self) -> Option<&'static store::kept::KeptTable> {
        self.table.map(|table| table())
    }

    fn collections(&self) -> &'static [&'static dyn ServedCollection] {
        self.collections
    }

    fn submission(&self) -> Option<&'static dyn Submission> {
        self.submission
    }

    fn read(&self, body: Body, purpose: Purpose<'_>, strict: bool) -> ReadInput {
        Ok(Box::new(hydra::read::<C>(body, purpose, strict)?))
    }

    fn nothing(&self) -> AnyInput {
        Box::new(C::Input::default())
    }

    fn owner_is_there<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey) -> Work<'a, ()> {
        Box::pin(C::owner_is_there(cx, key.of()))
    }

    fn fetch<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey) -> Work<'a, Box<dyn AnyFound>> {
        Box::pin(found(C::fetch(cx, key.of())))
    }

    fn version_before<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey, until: i64) -> Work<'a, Versions> {
        Box::pin(change::version_before::<C>(cx, key.of(), until))
    }

    fn versions_after<'a>(
        &'a self,
        cx: &'a Cx<'a>,
        key: &'a dyn AnyKey,
        after: i64,
        most: u64,
    ) -> Work<'a, Vec<Version>> {
        Box::pin(change::versions_after::<C>(cx, key.of(), after, most))
    }

    fn replace<'a>(
        &'a self,
        cx: &'a Cx<'a>,
        key: &'a dyn AnyKey,
        new: &'a AnyInput,
        on: &'a IfMatch,
    ) -> Work<'a, Made> {
        Box::pin(async move { Ok(C::replace(cx, key.of(), given(new), on).await?.into()) })
    }

    fn update<'a>(
        &'a self,
        cx: &'a Cx<'a>,
        key: &'a dyn AnyKey,
        change: &'a AnyInput,
        on: &'a IfMatch,
    ) -> Work<'a, Box<dyn AnyFound>> {
        Box::pin(found(C::update(cx, key.of(), given(change), on)))
    }

    fn remove<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey, on: &'a IfMatch) -> Work<'a, ()> {
        Box::pin(C::remove(cx, key.of(), on))
    }
}

impl<C: Submit> Submission for PostTo<C> {
    fn listing(&self) -> &dyn ListReading {
        &self.0
    }

    fn submit<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey, listed: &'a AnyInput) -> Work<'a, Made> {
        Box::pin(async move { Ok(C::submit(cx, key.of(), given(listed)).await?.into()) })
    }
}
