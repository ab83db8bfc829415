use hydra::{Class, Collection, Link, OperationDef, Payload, Timestamp, operation};

use crate::{Change, Customer, CustomerKey};

const RETRIEVE: OperationDef = OperationDef {
    label: "Retrieve whether the customer has an API Key",
    statuses: &[(200, "OK")],
    own: true,
    ..operation::RETRIEVE
};

const RESET: OperationDef = OperationDef {
    name: "reset",
    label: "Make a new {}",
    expects: Payload::Nothing,
    statuses: &[(200, "The new {}, shown this once")],
    further: &[],
    needs: &["ADMIN_RESET_CUSTOMER_API_KEY"],
    own: true,
    ..operation::UPSERT
};

const REMOVE: OperationDef = OperationDef {
    name: "remove",
    label: "Remove the {}",
    statuses: &[(204, "The customer has no {}")],
    needs: &["ADMIN_REMOVE_CUSTOMER_API_KEY"],
    own: true,
    ..operation::DELETE
};

/// The key with which a customer signs requests as itself. A customer has one at the most; it is for those who belong to the
/// customer alone. Programs that sign in with a user name and a password use a key from the customer's `keys` instead.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/apiKey", key = CustomerKey, label = "API Key")]
#[hydra(operations = [RETRIEVE, RESET, REMOVE])]
pub struct ApiKey {
    /// Whether the customer has a key.
    #[hydra(read_only)]
    pub present: bool,
    /// The key, shown once: in the answer to the PUT that made it.
    #[hydra(read_only, once)]
    pub key: Option<String>,
    /// When it was made; left out where there is none.
    #[hydra(read_only)]
    pub created: Option<Timestamp>,
    /// Who made it, as the log names them; left out where there is none, and of keys that were made before that was kept.
    #[hydra(read_only)]
    pub created_by: Option<String>,
    /// When a request was signed with it last, to the minute; left out where none was.
    #[hydra(read_only, derived)]
    pub last_used: Option<Timestamp>,
    /// The customer.
    pub customer: Link<Customer>,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}
