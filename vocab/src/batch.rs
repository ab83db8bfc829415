use hydra::{Class, Collection, Link, OperationDef, Payload, ProgressDef, Timestamp, operation};

use crate::value::{BatchId, CustomerId};
use crate::{Change, Image, ImageRetry, Queue};

hydra::key! {
    /// Which batch of which customer.
    BatchKey { customer: CustomerId, batch: BatchId }
    customer = |key| Some(key.customer.0)
}

const IMAGES: OperationDef =
    OperationDef { label: "Retrieves all images in batch regardless of state", ..operation::LIST };
const COMPLETED: OperationDef = OperationDef { label: "Retrieves all COMPLETED images in batch", ..operation::LIST };
const ERRORS: OperationDef = OperationDef { label: "Retrieves all ERROR images in batch", ..operation::LIST };

const PROGRESS: ProgressDef = ProgressDef { total: "count", done: "completed", failed: "errors", until: "finished" };

/// Images that were submitted to the queue together. Its numbers are counted whenever they are asked for.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/queue/batches/{batch}", key = BatchKey, label = "Batch")]
#[hydra(operations = [operation::RETRIEVE], collection = [operation::LIST], progress = PROGRESS)]
pub struct Batch {
    /// When the batch was submitted.
    #[hydra(read_only)]
    pub submitted: Timestamp,
    /// How many images it has.
    #[hydra(read_only, derived)]
    pub count: u64,
    /// How many of them were ingested.
    #[hydra(read_only, derived)]
    pub completed: u64,
    /// When the last of them was done, well or not; left out until then.
    #[hydra(read_only, derived)]
    pub finished: Option<Timestamp>,
    /// How many of them failed.
    #[hydra(read_only, derived)]
    pub errors: u64,
    /// Whether all its images are in later batches now, or gone.
    #[hydra(read_only, derived)]
    pub superseded: bool,
    /// When the batch will be finished if it goes on at its pace; left out where there is nothing to tell that from.
    #[hydra(read_only, derived)]
    pub est_completion: Option<Timestamp>,
    /// All images of the batch.
    #[hydra(collection = "BatchImageCollection", operations = [IMAGES])]
    pub images: Link<Collection<Image>>,
    /// The images that were ingested.
    #[hydra(collection = "CompletedImageCollection", operations = [COMPLETED])]
    pub completed_images: Link<Collection<Image>>,
    /// The images that failed, each with its error. They can be submitted again as they are, or
    /// all be tried again in this batch.
    #[hydra(collection = "ErrorImageCollection", operations = [ERRORS])]
    pub error_images: Link<Collection<Image>>,
    /// Another try of images that failed, those of this batch among them.
    pub retry_images: Link<ImageRetry>,
    /// A test of whether the batch says what its images say.
    pub test: Link<BatchTest>,
    /// The queue that the batch was submitted to.
    pub queue: Link<Queue>,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}

const LOOK: OperationDef = OperationDef { label: "Retrieve what a test would find", ..operation::RETRIEVE };

const TEST: OperationDef = OperationDef {
    name: "test",
    label: "Test the batch against its images",
    expects: Payload::Nothing,
    returns: Payload::Itself,
    statuses: &[(200, "OK"), (404, "Not found")],
    further: &[],
    ..operation::CREATE
};

/// A test of a batch: whether it is finished, and whether superseded, is compared with its images and set right. As that is
/// set whenever an image changes, a test usually finds nothing.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/queue/batches/{batch}/test", key = BatchKey, label = "Batch Test")]
#[hydra(operations = [LOOK, TEST])]
pub struct BatchTest {
    /// Whether something was, or would be, set right.
    #[hydra(read_only)]
    pub success: bool,
    /// The batch that is tested.
    pub batch: Link<Batch>,
}
