//! A collection without its type.

use hydra::body::Body;
use hydra::query::Query;
use hydra::{AnyKey, AnyPage, Class, ClassDef, Identifier, Method, OperationDef, Page, Purpose, parse_path};

use super::class::is_there;
use super::erased::{
    AnyInput, ListReading, Made, ReadInput, Served, ServedCollection, Work, given, offered_by_collection,
};
use super::listing::ListOf;
use crate::following::{FollowedChanges, Following};
use crate::{Cx, Members, New};

/// A collection, as one of those of its members' class.
pub struct CollectionOf<M: Members>(ListOf<M::Member>);

impl<M: Members> CollectionOf<M> {
    /// The collection, where its members are of a class.
    pub const fn of<C: Class>() -> Self
    where
        M: Members<Member = C>,
    {
        Self(ListOf::up_to(M::MOST))
    }
}

/// What can be done at a link: what it says itself, or what the class of the members says of its collections.
fn operations(owner: &'static ClassDef, link: &str, member: &'static ClassDef) -> &'static [OperationDef] {
    let found = owner.collections().find(|(property, _)| property.name == link);
    let (_, found) = found.unwrap_or_else(|| panic!("{} has no link {link}", owner.name));
    found.operations.unwrap_or(member.collection)
}

impl<M: Members> Served for CollectionOf<M> {
    fn path(&self) -> String {
        format!("{}/{}", M::Owner::CLASS.path.trim_end_matches('/'), M::LINK)
    }

    fn key(&self, path: &str) -> Option<Box<dyn AnyKey>> {
        Some(Box::new(parse_path::<<M::Owner as Class>::Key>(&self.path(), path)?))
    }

    fn operations(&self) -> &'static [OperationDef] {
        operations(M::Owner::CLASS, M::LINK, M::Member::CLASS)
    }

    fn offered<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey) -> Work<'a, Vec<&'static OperationDef>> {
        Box::pin(offered_by_collection(self, cx, key))
    }

    fn is_public(&self) -> bool {
        false
    }

    fn is_there<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey) -> Work<'a, ()> {
        Box::pin(is_there::<M::Owner>(cx, key.of()))
    }
}

impl<M: Members> ServedCollection for CollectionOf<M> {
    fn member(&self) -> &'static ClassDef {
        M::Member::CLASS
    }

    fn listing(&self) -> &dyn ListReading {
        &self.0
    }

    fn owner(&self) -> &'static ClassDef {
        M::Owner::CLASS
    }

    fn link(&self) -> &'static str {
        M::LINK
    }

    fn read(&self, body: Body, strict: bool) -> ReadInput {
        let purpose = if M::REFERS { Purpose::Refer } else { Purpose::Create };
        Ok(Box::new(hydra::read::<M::Member>(body, purpose, strict)?))
    }

    fn nothing(&self) -> AnyInput {
        Box::new(<M::Member as Class>::Input::default())
    }

    fn list<'a>(&'a self, cx: &'a Cx<'a>, owner: &'a dyn AnyKey, query: &'a Query) -> Work<'a, Box<dyn AnyPage>> {
        Box::pin(async move { Ok(Box::new(M::list(cx, owner.of(), query).await?) as Box<dyn AnyPage>) })
    }

    fn newest<'a>(&'a self, cx: &'a Cx<'a>, owner: &'a dyn AnyKey) -> Work<'a, i64> {
        Box::pin(M::newest(cx, owner.of()))
    }

    fn follow<'a>(
        &'a self,
        cx: &'a Cx<'a>,
        owner: &'a dyn AnyKey,
        following: Following<'a>,
    ) -> Work<'a, FollowedChanges> {
        Box::pin(M::follow(cx, owner.of(), following))
    }

    fn create<'a>(
        &'a self,
        cx: &'a Cx<'a>,
        owner: &'a dyn AnyKey,
        id: Option<Identifier>,
        input: &'a AnyInput,
    ) -> Work<'a, Made> {
        Box::pin(async move { Ok(M::create(cx, owner.of(), New { id, input: given(input) }).await?.into()) })
    }

    fn each<'a>(
        &'a self,
        method: Method,
        cx: &'a Cx<'a>,
        owner: &'a dyn AnyKey,
        listed: &'a AnyInput,
    ) -> Work<'a, Box<dyn AnyPage>> {
        Box::pin(async move {
            let (owner, listed) = (owner.of(), given(listed));
            let members: Work<'_, Vec<_>> = match method {
                Method::Post => Box::pin(M::select(cx, owner, listed)),
                Method::Put => Box::pin(M::replace(cx, owner, listed)),
                Method::Patch => Box::pin(M::change(cx, owner, listed)),
                Method::Get | Method::Delete => unreachable!("{} lists nothing", method.name()),
            };
            let members = members.await?;
            // All on one page, which is no page of the collection's own.
            let total = Some(members.len() as u64);
            Ok(Box::new(Page { members, total, next: None, closed: false, parameters: Vec::new() }) as Box<dyn AnyPage>)
        })
    }
}
