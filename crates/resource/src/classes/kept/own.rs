//! The collection of what is a customer's own.

use std::marker::PhantomData;

use hydra::Page;
use hydra::query::Query;
use vocab::{Customer, CustomerKey};

use super::rules::Rules;
use super::verbs::{create, list};
use crate::{Created, Cx, Members, New, Result};

/// Those that are a customer's, as the members of a collection of it.
#[derive(Debug)]
pub struct Own<C>(PhantomData<fn() -> C>);

impl<C: Rules> Members for Own<C> {
    type Owner = Customer;
    type Member = C;
    const LINK: &'static str = collection(C::CLASS.path);

    async fn list(cx: &Cx<'_>, owner: &CustomerKey, query: &Query) -> Result<Page<C>> {
        list(cx, owner.customer, query).await
    }

    async fn create(cx: &Cx<'_>, owner: &CustomerKey, new: New<C>) -> Result<Created<C>> {
        create(cx, owner.customer, None, new.input).await
    }
}

/// The last part but one of a path: that of the collection, which has the name of the link.
const fn collection(path: &'static str) -> &'static str {
    let bytes = path.as_bytes();
    let mut end = bytes.len() - 1;
    while bytes[end] != b'/' {
        end -= 1;
    }
    let mut start = end;
    while bytes[start - 1] != b'/' {
        start -= 1;
    }
    path.split_at(end).0.split_at(start).1
}
