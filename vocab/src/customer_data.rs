use hydra::{Class, Link, OperationDef, Payload, Timestamp, WriteOnly, operation};

use crate::value::{Password, Text};
use crate::{Customer, CustomerKey};

const NEEDS: &[&str] = &["ADMIN_PRUNE_CUSTOMER_DATA"];

const RETRIEVE: OperationDef = OperationDef { needs: NEEDS, ..operation::RETRIEVE };

const PRUNE: OperationDef = OperationDef {
    name: "prune",
    label: "Delete the {}",
    expects: Payload::Class("PruneAuthorization"),
    statuses: &[(204, "Deleted"), (404, "Not found")],
    needs: NEEDS,
    ..operation::DELETE
};

/// What a customer has put into the service: its images, with their files, and its batches. To delete it all takes an
/// authorisation, in the header Prune-Authorization or as the token of the body. The customer stays, and so does what lies
/// below it.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/data", key = CustomerKey, label = "Customer Data")]
#[hydra(operations = [RETRIEVE, PRUNE])]
pub struct CustomerData {
    /// How many images there are.
    #[hydra(read_only)]
    pub images: u64,
    /// How many batches there are.
    #[hydra(read_only)]
    pub batches: u64,
    /// Where an authorisation to delete it all is given.
    pub prune_authorization: Link<PruneAuthorization>,
    /// The customer.
    pub customer: Link<Customer>,
}

const AUTHORISE: OperationDef = OperationDef {
    name: "authorize",
    label: "Authorize yourself to delete the data of the customer",
    statuses: &[(200, "OK"), (400, "Bad Request"), (404, "Not found")],
    further: &[],
    needs: NEEDS,
    ..operation::CREATE
};

/// Proof that somebody who is signed in wants the data of a customer to be deleted: to be used once, and within minutes.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/data/pruneAuthorization", key = CustomerKey, label = "Prune Authorization")]
#[hydra(operations = [RETRIEVE, AUTHORISE])]
pub struct PruneAuthorization {
    /// The password that you sign in with. Who has none, as a program that signs in with a key, sends none.
    pub password: Option<WriteOnly<Password>>,
    /// What proves it; shown to whoever asks for it with POST, and to nobody later.
    #[hydra(once)]
    pub token: Option<Text<2000>>,
    /// When it ends.
    #[hydra(read_only)]
    pub expires: Option<Timestamp>,
    /// The data.
    pub data: Link<CustomerData>,
}
