//! The queue of a customer. Nothing can be submitted to it yet, so nothing waits in it.

use hydra::{Found, Link};
use vocab::{Customer, CustomerKey, Queue};

use crate::{Cx, Resource, Result};

impl Resource for Queue {
    async fn fetch(cx: &Cx<'_>, key: &CustomerKey) -> Result<Found<Self>> {
        let owner = Customer::fetch(cx, key).await?;
        Ok(Found { key: owner.key, value: Self { size: 0, customer: Link::default() }, version: 1 })
    }
}
