use hydra::{Class, Link, operation};

use crate::Customer;
use crate::value::CustomerId;

hydra::key! {
    /// Which space of which customer.
    SpaceKey { customer: CustomerId, space: i64 }
    customer = |key| Some(key.customer.0)
}

/// A part of a customer's images, with defaults of its own.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/spaces/{space}", key = SpaceKey, label = "Space", collection = [operation::LIST])]
pub struct Space {
    /// The customer that the space belongs to.
    pub customer: Link<Customer>,
}
