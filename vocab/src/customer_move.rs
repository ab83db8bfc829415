use hydra::{Chosen, Class, Link, OperationDef, Payload, operation};

use crate::{Customer, CustomerKey};

const LOOK: OperationDef =
    OperationDef { label: "Retrieve where a customer lies", needs: &["ADMIN_MOVE_CUSTOMER"], ..operation::RETRIEVE };

const MOVE: OperationDef = OperationDef {
    name: "move",
    label: "Move the customer",
    returns: Payload::Class("Customer"),
    statuses: &[(200, "OK"), (400, "Bad request"), (404, "Not found")],
    further: &[(409, "Somebody would come to use the customer who cannot now")],
    needs: &["ADMIN_MOVE_CUSTOMER"],
    ..operation::CREATE
};

/// The place of a customer among the others. It can be moved, with all that lies below it, to where nobody comes to use it
/// who cannot now.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/move", key = CustomerKey, label = "Customer Move")]
#[hydra(operations = [LOOK, MOVE])]
pub struct CustomerMove {
    /// The customer that this one is to lie below: a group, not disabled, and not below this one itself. Where it is not
    /// yours to see, what the customer lies below now is left out.
    #[hydra(required)]
    pub parent: Option<Chosen<Customer>>,
    /// The customer that is moved.
    pub customer: Link<Customer>,
}
