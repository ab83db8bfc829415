use hydra::{Class, Link, Method, OperationDef, Payload, Timestamp, operation};

use crate::value::Lifecycle;
use crate::{Customer, CustomerKey};

const RETRIEVE: OperationDef = OperationDef { label: "Retrieve whether a customer is active", ..operation::RETRIEVE };

const ACTIVATE: OperationDef = OperationDef {
    name: "activate",
    label: "Activate the customer",
    expects: Payload::Nothing,
    returns: Payload::Itself,
    statuses: &[(200, "OK"), (404, "Not found")],
    further: &[(409, "What the customer lies below is disabled")],
    needs: &["ADMIN_ACTIVATE_CUSTOMER"],
    ..operation::CREATE
};

const DEACTIVATE: OperationDef = OperationDef {
    name: "deactivate",
    label: "Deactivate the customer",
    statuses: &[(204, "The customer is inactive"), (404, "Not found")],
    further: &[(409, "The customer administers the service")],
    needs: &["ADMIN_DEACTIVATE_CUSTOMER"],
    ..operation::DELETE
};

/// Whether a customer is active. People and programs of one that is not cannot sign in, and their sessions end at once.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/activation", key = CustomerKey, label = "Activation")]
#[hydra(operations = [RETRIEVE, ACTIVATE, DEACTIVATE], offers = |activation, operation| activation.changes(operation))]
pub struct Activation {
    /// How far the customer takes part: inactive, active or disabled.
    #[hydra(read_only)]
    pub status: Lifecycle,
    /// When the customer was last activated.
    #[hydra(read_only)]
    pub activated: Option<Timestamp>,
    /// The customer.
    pub customer: Link<Customer>,
    /// Whether the customer administers the service, and so stays active.
    #[hydra(hidden)]
    pub administrator: bool,
}

impl Activation {
    /// Whether an operation would change anything.
    fn changes(&self, operation: &OperationDef) -> bool {
        let is_active = self.status == Lifecycle::Active;
        match operation.method {
            Method::Post => !is_active,
            Method::Delete => is_active && !self.administrator,
            _ => true,
        }
    }
}
