use hydra::{Class, Link, operation};

use crate::Customer;
use crate::policy::{GlobalKey, LIST};
use crate::value::{CustomerId, Uid};

hydra::key! {
    /// Which origin strategy of which customer.
    CustomerOriginStrategyKey { customer: CustomerId, origin_strategy: Uid }
    customer = |key| Some(key.customer.0)
}

/// A way of fetching images from where they come from, the same for all customers.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/originStrategies/{name}", key = GlobalKey, label = "Origin Strategy", collection = [LIST])]
pub struct OriginStrategy {}

/// A customer's choice of an origin strategy for some of its images.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/originStrategies/{origin_strategy}", key = CustomerOriginStrategyKey)]
#[hydra(label = "Origin Strategy", sub_class_of = "OriginStrategy", collection = [operation::LIST])]
pub struct CustomerOriginStrategy {
    /// The customer whose choice it is.
    pub customer: Link<Customer>,
}
