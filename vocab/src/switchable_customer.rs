use hydra::{Chosen, Class, Collection, Link, OperationDef, Payload, operation};

use crate::value::{CustomerId, Name, PortalUserId};
use crate::{Change, Customer, PortalUser};

hydra::key! {
    /// Which of the customers that which portal user can switch to.
    SwitchableCustomerKey { customer: CustomerId, portal_user: PortalUserId, switchable: CustomerId }
    customer = |key| Some(key.customer.0)
}

const RETRIEVE: OperationDef = OperationDef { needs: &["ADMIN_LIST_USER_CUSTOMERS"], ..operation::RETRIEVE };

const LIST: OperationDef = OperationDef { needs: &["ADMIN_LIST_USER_CUSTOMERS"], ..operation::LIST };

const ADD: OperationDef = OperationDef {
    name: "add",
    label: "Adds a {}",
    statuses: &[(201, "{} added."), (400, "Bad Request")],
    further: &[(200, "The portal user already could switch to the customer"), (404, "Not found")],
    needs: &["ADMIN_ADD_TO_USER_CUSTOMERS"],
    ..operation::CREATE
};

const REPLACE: OperationDef = OperationDef {
    name: "replace",
    label: "Replaces all {}",
    expects: Payload::Members("SwitchableCustomer"),
    returns: Payload::Collection,
    statuses: &[(200, "OK"), (400, "Bad Request")],
    further: &[(404, "Not found")],
    needs: &["ADMIN_UPDATE_USER_CUSTOMERS"],
    ..operation::UPSERT
};

const REMOVE: OperationDef = OperationDef {
    name: "remove",
    label: "Remove the {}",
    statuses: &[(204, "{} removed"), (404, "Not found")],
    needs: &["ADMIN_REMOVE_FROM_USER_CUSTOMERS"],
    ..operation::DELETE
};

/// A customer that a portal user could switch to, and so sees. Which customer the account belongs to is another matter.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/portalUsers/{portal_user}/customers/{switchable}", key = SwitchableCustomerKey)]
#[hydra(label = "Switchable Customer", operations = [RETRIEVE, REMOVE], collection = [LIST, ADD, REPLACE])]
pub struct SwitchableCustomer {
    /// The customer; left out where you do not see it. To add one, name it by this or by its name; you have to see it.
    pub switchable: Option<Chosen<Customer>>,
    /// The name of the customer in addresses.
    #[hydra(derived)]
    pub name: Name,
    /// Another name of the customer.
    #[hydra(read_only, derived)]
    pub alias: String,
    /// The name of the customer that people read.
    #[hydra(read_only, derived)]
    pub display_name: String,
    /// Who could switch to it.
    pub portal_user: Link<PortalUser>,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}
