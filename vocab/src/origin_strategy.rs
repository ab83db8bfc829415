use hydra::{Chosen, Class, Collection, Keep, Link, OperationDef, WriteOnly, operation};

use crate::policy::LIST;
use crate::value::{CustomerId, CustomerOriginStrategyId, GlobalName, OriginCredentials, OriginPattern};
use crate::{Change, Customer};

hydra::key! {
    /// Which origin strategy.
    OriginStrategyKey { name: GlobalName }
    customer = |_| None
}

hydra::key! {
    /// Which origin strategy of which customer.
    CustomerOriginStrategyKey { customer: CustomerId, origin_strategy: CustomerOriginStrategyId }
    customer = |key| Some(key.customer.0)
}

const RETRIEVE: OperationDef = OperationDef { needs: &[], ..operation::RETRIEVE };

/// A way of fetching images from where they come from, the same for all customers.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/originStrategies/{name}", key = OriginStrategyKey, label = "Origin Strategy")]
#[hydra(operations = [RETRIEVE], collection = [LIST])]
pub struct OriginStrategy {
    /// The name of the strategy.
    #[hydra(read_only)]
    pub name: GlobalName,
    /// Whether it needs credentials of the customer's.
    #[hydra(read_only)]
    pub requires_credentials: bool,
}

/// A customer's choice of an origin strategy for those of its images whose origin matches a pattern.
#[derive(Debug, Clone, Class, Keep)]
#[hydra(path = "/customers/{customer}/originStrategies/{origin_strategy}", key = CustomerOriginStrategyKey)]
#[hydra(label = "Origin Strategy", sub_class_of = "OriginStrategy")]
#[hydra(operations = [operation::RETRIEVE, operation::UPSERT, operation::UPDATE, operation::DELETE])]
#[hydra(collection = [operation::LIST, operation::CREATE])]
pub struct CustomerOriginStrategy {
    /// A regular expression that is looked for anywhere in an origin, whatever the case of its letters; unique within the
    /// customer. Anchor it with `^` to mean the beginning. Look-around is understood.
    #[hydra(required, unique, exact, filter, example = "^https://images\\.example\\.org/")]
    pub regex: OriginPattern,
    /// The strategy for origins that match.
    #[hydra(required)]
    pub origin_strategy: Chosen<OriginStrategy>,
    /// What the strategy signs in with, as JSON text: `{"user": "…", "password": "…"}`. It is kept encrypted and never
    /// shown.
    pub credentials: WriteOnly<OriginCredentials>,
    /// Whether originals can be served from where they are; only with the strategy `s3-ambient`.
    #[hydra(example = false)]
    pub optimised: bool,
    /// The lower, the earlier the pattern is tried.
    #[hydra(sort, example = 1)]
    pub order: i64,
    /// The customer whose choice it is.
    pub customer: Link<Customer>,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}
