use hydra::{Class, Link, operation};

use crate::Customer;
use crate::value::{CustomerId, Uid};

hydra::key! {
    /// Which auth service of which customer.
    AuthServiceKey { customer: CustomerId, auth_service: Uid }
    customer = |key| Some(key.customer.0)
}

/// An IIIF authentication service: the means by which a person acquires a role.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/authServices/{auth_service}", key = AuthServiceKey, label = "Auth Service")]
#[hydra(collection = [operation::LIST])]
pub struct AuthService {
    /// The customer that the service belongs to.
    pub customer: Link<Customer>,
}
