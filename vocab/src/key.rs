use hydra::{Class, Collection, Link, OperationDef, Payload, Timestamp, operation};

use crate::value::{CustomerId, KeyId};
use crate::{Change, Customer};

hydra::key! {
    /// Which key of which customer.
    KeyKey { customer: CustomerId, key: KeyId }
    customer = |key| Some(key.customer.0)
}

const CREATE: OperationDef = OperationDef {
    expects: Payload::Nothing,
    statuses: &[(201, "Job has been accepted - key created and returned")],
    further: &[(404, "Not found")],
    bestows: true,
    ..operation::CREATE
};

const DELETE: OperationDef = OperationDef {
    statuses: &[(204, "{} deleted"), (404, "Not found")],
    further: &[(409, "Conflict: the last key of an administrator")],
    ..operation::DELETE
};

/// A key with which a program signs in: HTTP Basic, with the key as user name and its secret as password.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/keys/{key}", key = KeyKey, label = "Key")]
#[hydra(operations = [operation::RETRIEVE, DELETE], collection = [operation::LIST, CREATE])]
pub struct Key {
    /// The public half.
    #[hydra(read_only)]
    pub key: String,
    /// The secret half, shown once: in the answer to the POST that made it.
    #[hydra(read_only, once)]
    pub secret: Option<String>,
    /// When the key was made.
    #[hydra(read_only)]
    pub created: Timestamp,
    /// Who made it, as the log names them; left out of keys that were made before that was kept.
    #[hydra(read_only)]
    pub created_by: Option<String>,
    /// When somebody signed in with it last, to the minute; left out where nobody has.
    #[hydra(read_only, derived)]
    pub last_used: Option<Timestamp>,
    /// The customer that the key acts for.
    pub customer: Link<Customer>,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}
