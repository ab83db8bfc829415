use hydra::{Class, Link, operation};

use crate::Customer;
use crate::value::{CustomerId, Uid};

hydra::key! {
    /// Which role of which customer.
    RoleKey { customer: CustomerId, role: Uid }
    customer = |key| Some(key.customer.0)
}

/// A role that images can ask of those who want to see them.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/roles/{role}", key = RoleKey, label = "Role", collection = [operation::LIST])]
pub struct Role {
    /// The customer that the role belongs to.
    pub customer: Link<Customer>,
}
