use hydra::{Chosen, ChosenSet, Class, Link, OperationDef, Payload, operation};

use crate::value::ErrorKind;
use crate::{Batch, Customer, CustomerKey, Image};

const LOOK: OperationDef = OperationDef { label: "Retrieve how many images failed", ..operation::RETRIEVE };

const RETRY: OperationDef = OperationDef {
    name: "retry",
    label: "Try images that failed again",
    returns: Payload::Itself,
    statuses: &[(200, "OK"), (400, "Bad request"), (404, "Not found")],
    further: &[],
    ..operation::CREATE
};

/// Another try of images that failed: of all that a customer has, or of those alone that the request describes. They are put
/// into the queue as they are, and wait in their batches again, behind what the customer has in the queue already.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/retryImages", key = CustomerKey, label = "Image Retry")]
#[hydra(operations = [LOOK, RETRY])]
pub struct ImageRetry {
    /// The images to try again; where none is named, all that the rest describes. What has not failed stays as it is.
    pub images: ChosenSet<Image>,
    /// The batch in which they failed.
    pub batch: Option<Chosen<Batch>>,
    /// Of what kind their error is: `origin`, `strategy`, `picture`, `storage` or `service`, as in the images' own
    /// `errorKind`.
    pub error_kind: Option<ErrorKind>,
    /// How many images are tried again by one request at the most. Ask again for more.
    #[hydra(read_only)]
    pub limit: u64,
    /// How many images of the customer have failed and are not being tried again.
    #[hydra(read_only, news)]
    pub failed: u64,
    /// How many images were put into the queue.
    #[hydra(read_only)]
    pub retried: Option<u64>,
    /// The customer whose images they are.
    pub customer: Link<Customer>,
}
