use hydra::{Chosen, Class, Collection, Keep, Link, OperationDef, Set, operation};

use crate::value::{CustomerId, RoleId, Text};
use crate::{AuthService, Change, Customer};

hydra::key! {
    /// Which role of which customer.
    RoleKey { customer: CustomerId, role: RoleId }
    customer = |key| Some(key.customer.0)
}

const UPSERT: OperationDef = OperationDef { further: &[(400, "Bad request")], ..operation::UPSERT };

const DELETE: OperationDef = OperationDef {
    further: &[(409, "Conflict: an image asks for the role, or a space gives it to its images")],
    ..operation::DELETE
};

/// A role that images can ask for. It has nothing to do with the portal roles of portal users.
///
/// The last part of its address is made from the name it was created with: spaces go, what follows them is written with a
/// capital.
#[derive(Debug, Clone, Class, Keep)]
#[hydra(path = "/customers/{customer}/roles/{role}", key = RoleKey, label = "Role")]
#[hydra(operations = [operation::RETRIEVE, UPSERT, operation::CHANGE, DELETE])]
#[hydra(collection = [operation::LIST, operation::CREATE])]
pub struct Role {
    /// The name of the role.
    #[hydra(required, search, filter, sort, example = "Reading Room")]
    pub name: Text<200>,
    /// What people call it.
    #[hydra(example = "Readers in the reading room")]
    pub label: Option<Text<1000>>,
    /// Other names by which a role provider may mean this role.
    #[hydra(example = ["readers"])]
    pub aliases: Set<Text<200>>,
    /// The service by which a person acquires the role.
    pub auth_service: Option<Chosen<AuthService>>,
    /// The customer that the role belongs to.
    pub customer: Link<Customer>,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}
