use hydra::{Class, Link, OperationDef, operation};

use crate::{Customer, CustomerKey};

const RETRIEVE: OperationDef = OperationDef {
    label: "Returns the queue resource",
    statuses: &[],
    further: &[(200, "OK"), (404, "Not found")],
    ..operation::RETRIEVE
};

/// A customer's view of the ingest queue.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/queue", key = CustomerKey, label = "Queue", operations = [RETRIEVE])]
pub struct Queue {
    /// How many images wait, over all batches.
    #[hydra(read_only)]
    pub size: u64,
    /// The customer whose queue it is.
    pub customer: Link<Customer>,
}
