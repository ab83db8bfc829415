use hydra::{Class, Link, OperationDef, Payload, operation};

use crate::{Customer, CustomerKey};

const RETRIEVE: OperationDef = OperationDef { label: "Retrieve how images are deleted", ..operation::RETRIEVE };

const DELETE: OperationDef = OperationDef {
    name: "delete",
    label: "Delete several images",
    expects: Payload::Members("Image"),
    returns: Payload::Itself,
    statuses: &[(200, "OK"), (400, "Bad request"), (404, "Not found")],
    further: &[],
    ..operation::CREATE
};

/// The deletion of several images at once: each is named by its IRI, or by an `id` of the form `customer/space/image`, and
/// those that there are go together.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/deleteImages", key = CustomerKey, label = "Image Deletion")]
#[hydra(operations = [RETRIEVE, DELETE])]
pub struct ImageDeletion {
    /// How many images one request may name.
    #[hydra(read_only)]
    pub limit: u64,
    /// What was done.
    #[hydra(read_only)]
    pub message: Option<String>,
    /// How many images were deleted.
    #[hydra(read_only)]
    pub deleted: Option<u64>,
    /// The customer whose images they are.
    pub customer: Link<Customer>,
}
