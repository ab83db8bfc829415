use hydra::{Class, Link, operation};

use crate::Customer;
use crate::value::{CustomerId, Uid};

hydra::key! {
    /// Which named query of which customer.
    NamedQueryKey { customer: CustomerId, named_query: Uid }
    customer = |key| Some(key.customer.0)
}

/// A query over images that has a name and can be put into an address.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/namedQueries/{named_query}", key = NamedQueryKey, label = "Named Query")]
#[hydra(collection = [operation::LIST])]
pub struct NamedQuery {
    /// The customer that the query belongs to.
    pub customer: Link<Customer>,
}
