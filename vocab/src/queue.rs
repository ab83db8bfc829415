use hydra::{Class, Collection, Link, OperationDef, Payload, operation};

use crate::image::FULL;
use crate::{Batch, Customer, CustomerKey, Image};

const RETRIEVE: OperationDef = OperationDef {
    label: "Returns the queue resource",
    statuses: &[],
    further: &[(200, "OK"), (404, "Not found")],
    ..operation::RETRIEVE
};

const SUBMIT: OperationDef = OperationDef {
    name: "submit",
    label: "Submit an array of Image and get a batch back",
    expects: Payload::Members("Image"),
    returns: Payload::Class("Batch"),
    statuses: &[(201, "Job has been accepted - Batch created and returned")],
    further: &[(400, "Bad request"), (404, "Not found"), FULL],
    ..operation::CREATE
};

const BATCHES: OperationDef = OperationDef { label: "Retrieves all batches for customer", ..operation::LIST };
const IMAGES: OperationDef =
    OperationDef { label: "Retrieves all images across batches for customer", ..operation::LIST };
const RECENT: OperationDef =
    OperationDef { label: "Retrieves the recent (non superseded) batches for customer.", ..operation::LIST };
const ACTIVE: OperationDef =
    OperationDef { label: "Retrieves the customer's currently running batches.", ..operation::LIST };

/// A customer's view of the ingest queue. Images that are posted to it are registered at once and fetched when a worker is
/// free; the batch that comes back says how far they are.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/queue", key = CustomerKey, label = "Queue", operations = [RETRIEVE, SUBMIT])]
pub struct Queue {
    /// How many images wait, over all batches.
    #[hydra(read_only)]
    pub size: u64,
    /// All batches of the customer, the oldest first.
    #[hydra(operations = [BATCHES], collection = "BatchCollection")]
    pub batches: Link<Collection<Batch>>,
    /// All images that were submitted in a batch.
    #[hydra(operations = [IMAGES], collection = "QueueImageCollection")]
    pub images: Link<Collection<Image>>,
    /// The batches that are finished and not superseded, the latest first.
    #[hydra(operations = [RECENT], collection = "RecentBatchCollection", news)]
    pub recent: Link<Collection<Batch>>,
    /// The batches in which images still wait.
    #[hydra(operations = [ACTIVE], collection = "ActiveBatchCollection", news)]
    pub active: Link<Collection<Batch>>,
    /// How many batches have images that wait.
    #[hydra(read_only)]
    pub batches_waiting: u64,
    /// How many images wait, the urgent ones included.
    #[hydra(read_only)]
    pub images_waiting: u64,
    /// The queue for what cannot wait.
    pub priority: Link<PriorityQueue>,
    /// The customer whose queue it is.
    pub customer: Link<Customer>,
}

/// The queue for images that cannot wait: they are fetched before all those of the other queue. Its batches are found with
/// the other ones.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/queue/priority", key = CustomerKey, label = "Priority Queue")]
#[hydra(sub_class_of = "Queue", operations = [RETRIEVE, SUBMIT])]
pub struct PriorityQueue {
    /// How many urgent images wait.
    #[hydra(read_only)]
    pub size: u64,
    /// The customer's queue for the rest.
    pub queue: Link<Queue>,
}
