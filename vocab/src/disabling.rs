use hydra::{Class, Link, OperationDef, Payload, Timestamp, operation};

use crate::{Customer, CustomerKey};

/// Whoever may not do it has no use for looking at it.
const LOOK_BEFORE: OperationDef = OperationDef {
    label: "Retrieve whether a customer is disabled",
    needs: DISABLE.needs,
    parental: true,
    ..operation::RETRIEVE
};

const LOOK_AFTER: OperationDef = OperationDef { needs: REENABLE.needs, ..LOOK_BEFORE };

const DISABLE: OperationDef = OperationDef {
    name: "disable",
    label: "Disable the customer",
    expects: Payload::Nothing,
    returns: Payload::Class("Customer"),
    statuses: &[(200, "OK"), (404, "Not found")],
    further: &[(409, "The customer administers the service")],
    needs: &["ADMIN_DEACTIVATE_CUSTOMER"],
    parental: true,
    ..operation::CREATE
};

const REENABLE: OperationDef = OperationDef {
    name: "reenable",
    label: "Take the customer into use again",
    further: &[(409, "What the customer lies below is disabled")],
    needs: &["ADMIN_ACTIVATE_CUSTOMER"],
    ..DISABLE
};

/// The disabling of a customer: it is put away, for those who administer what it lies below to keep. It appears in no
/// list but theirs, nobody of it can sign in, and its names stay taken.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/disable", key = CustomerKey, label = "Customer Disabling")]
#[hydra(operations = [LOOK_BEFORE, DISABLE])]
pub struct CustomerDisabling {
    /// Since when the customer is disabled; left out where it is not.
    #[hydra(read_only)]
    pub disabled: Option<Timestamp>,
    /// The customer.
    pub customer: Link<Customer>,
}

/// The end of a customer's disabling: it is active again.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/reenable", key = CustomerKey, label = "Customer Reenabling")]
#[hydra(operations = [LOOK_AFTER, REENABLE])]
pub struct CustomerReenabling {
    /// Since when the customer is disabled; left out where it is not.
    #[hydra(read_only)]
    pub disabled: Option<Timestamp>,
    /// The customer.
    pub customer: Link<Customer>,
}
