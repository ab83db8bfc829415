use hydra::{Chosen, Class, Collection, Link, OperationDef, Timestamp, operation};

use crate::value::{CustomerId, UserRole};
use crate::{Change, Customer, PortalUser};

hydra::key! {
    /// Which role of which customer.
    UserRoleKey { customer: CustomerId, role: UserRole }
    customer = |key| Some(key.customer.0)
}

const VIEW: &[&str] = &["ADMIN_GET_CUSTOMER", "ADMIN_LIST_CUSTOMERS"];
const ASSIGN_NEEDS: &[&str] = &["ADMIN_GET_CUSTOMER", "ADMIN_LIST_CUSTOMERS", "ADMIN_UPDATE_CUSTOMER"];

const RETRIEVE: OperationDef = OperationDef { needs: VIEW, ..operation::RETRIEVE };

const LIST: OperationDef = OperationDef { needs: VIEW, ..operation::LIST };

const ASSIGN: OperationDef = OperationDef {
    name: "assign",
    further: &[(404, "Not found"), (200, "The role was somebody else's, or theirs already")],
    needs: ASSIGN_NEEDS,
    ..operation::CREATE
};

const REPLACE: OperationDef =
    OperationDef { further: &[(400, "Bad request")], needs: ASSIGN_NEEDS, ..operation::UPSERT };

const CLEAR: OperationDef = OperationDef { needs: ASSIGN_NEEDS, ..operation::DELETE };

/// That somebody is responsible for something of a customer. It permits nothing; it is for people to know whom to ask.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/userRoles/{role}", key = UserRoleKey, label = "User Role Assignment")]
#[hydra(operations = [RETRIEVE, REPLACE, CLEAR], collection = [LIST, ASSIGN])]
pub struct UserRoleAssignment {
    /// What the person is responsible for: technicalAccountManager, accountManager, logManager or tiManager.
    #[hydra(required, fixed)]
    pub role: UserRole,
    /// Who it is: a portal user that you see. Left out where it is a system user, or a portal user that you do not see.
    #[hydra(required)]
    pub user: Option<Chosen<PortalUser>>,
    /// What people call them.
    #[hydra(read_only, derived)]
    pub name: Option<String>,
    /// Since when.
    #[hydra(read_only)]
    pub assigned: Timestamp,
    /// The customer.
    pub customer: Link<Customer>,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}
