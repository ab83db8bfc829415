//! The lists of changes: of one resource, of a customer and all that is the customer's, of everything.

use std::marker::PhantomData;

use hydra::query::Query;
use hydra::{Page, PathKey as _, expand};
use store::change::{self as rows, WhichChanges};
use vocab::value::CustomerId;
use vocab::{Change, Customer, CustomerKey, EntryPoint, EntryPointKey};

use super::asked::list;
use super::follow::follow;
use super::shown::{classes, may_look, may_look_at_all};
use crate::following::{FollowedChanges, Following};
use crate::number::Named as _;
use crate::{Cx, Error, Members, Resource, Result};

/// What has happened to one resource of a class.
#[derive(Debug)]
pub struct ChangesOf<C>(PhantomData<C>);

impl<C: Resource> ChangesOf<C> {
    fn which(owner: &C::Key) -> WhichChanges {
        WhichChanges { path: Some(expand(C::CLASS.path, owner)), ..WhichChanges::default() }
    }

    /// Whether the resource is there. What is gone has its history yet, for those who may look at all that there is of its class.
    pub(super) async fn look(cx: &Cx<'_>, owner: &C::Key) -> Result<bool> {
        let there = match C::fetch(cx, owner).await {
            Ok(_) => true,
            Err(Error::NotFound) => false,
            Err(error) => return Err(error),
        };
        if !may_look(cx, C::CLASS, owner.customer().map(CustomerId)) {
            return Err(Error::Forbidden);
        }
        if !there && !may_look_at_all(cx, C::CLASS) {
            return Err(Error::NotFound);
        }
        Ok(there)
    }
}

impl<C: Resource> Members for ChangesOf<C> {
    type Owner = C;
    type Member = Change;
    const LINK: &'static str = "changes";

    async fn list(cx: &Cx<'_>, owner: &C::Key, query: &Query) -> Result<Page<Change>> {
        let there = Self::look(cx, owner).await?;
        let which = WhichChanges { classes: vec![C::NAME], ..Self::which(owner) };
        let page = list(cx, which, query).await?;
        if there || page.total.is_none_or(|total| total > 0) { Ok(page) } else { Err(Error::NotFound) }
    }

    async fn newest(cx: &Cx<'_>, owner: &C::Key) -> Result<i64> {
        let there = Self::look(cx, owner).await?;
        cx.number_changes().await?;
        match rows::newest(&cx.scope(), &Self::which(owner)).await? {
            0 if !there => Err(Error::NotFound),
            newest => Ok(newest),
        }
    }

    async fn follow(cx: &Cx<'_>, owner: &C::Key, following: Following<'_>) -> Result<FollowedChanges> {
        let classes = async || Self::look(cx, owner).await.map(|_| vec![C::NAME]);
        follow(cx, Self::which(owner), classes, following).await
    }
}

/// What has happened to a customer and all that belongs to it.
#[derive(Debug)]
pub struct CustomerChanges;

impl CustomerChanges {
    fn which(owner: &CustomerKey) -> WhichChanges {
        WhichChanges { customer: Some(owner.customer.number()), ..WhichChanges::default() }
    }
}

impl Members for CustomerChanges {
    type Owner = Customer;
    type Member = Change;
    const LINK: &'static str = "changes";

    async fn list(cx: &Cx<'_>, owner: &CustomerKey, query: &Query) -> Result<Page<Change>> {
        cx.customer(owner.customer).await?;
        let classes = classes(cx, Some(owner.customer));
        list(cx, WhichChanges { classes, ..Self::which(owner) }, query).await
    }

    async fn newest(cx: &Cx<'_>, owner: &CustomerKey) -> Result<i64> {
        cx.number_changes().await?;
        Ok(rows::newest(&cx.scope(), &Self::which(owner)).await?)
    }

    async fn follow(cx: &Cx<'_>, owner: &CustomerKey, following: Following<'_>) -> Result<FollowedChanges> {
        let classes = async || Ok(classes(cx, Some(owner.customer)));
        follow(cx, Self::which(owner), classes, following).await
    }
}

/// What has happened to everything.
#[derive(Debug)]
pub struct AllChanges;

impl Members for AllChanges {
    type Owner = EntryPoint;
    type Member = Change;
    const LINK: &'static str = "changes";

    async fn list(cx: &Cx<'_>, _: &EntryPointKey, query: &Query) -> Result<Page<Change>> {
        list(cx, WhichChanges { classes: classes(cx, None), ..WhichChanges::default() }, query).await
    }

    async fn newest(cx: &Cx<'_>, _: &EntryPointKey) -> Result<i64> {
        cx.number_changes().await?;
        Ok(rows::newest(&cx.scope(), &WhichChanges::default()).await?)
    }

    async fn follow(cx: &Cx<'_>, _: &EntryPointKey, following: Following<'_>) -> Result<FollowedChanges> {
        follow(cx, WhichChanges::default(), async || Ok(classes(cx, None)), following).await
    }
}
