use hydra::{Class, Collection, Link, OperationDef, Reference, Timestamp, operation};

use crate::policy::LIST;
use crate::value::{CustomerId, PortalUserId, RoleName};
use crate::{Change, PortalUser};

hydra::key! {
    /// Which portal role.
    PortalRoleKey { role: RoleName }
    customer = |_| None
}

hydra::key! {
    /// Which role of which portal user.
    RoleGrantKey { customer: CustomerId, portal_user: PortalUserId, role: RoleName }
    customer = |key| Some(key.customer.0)
}

const RETRIEVE: OperationDef = OperationDef { needs: &[], ..operation::RETRIEVE };

/// What a person may do in the portal. Portal roles are the same for all customers.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/portalRoles/{role}", key = PortalRoleKey, label = "Portal Role")]
#[hydra(operations = [RETRIEVE], collection = [LIST])]
pub struct PortalRole {
    /// The name of the role.
    pub name: RoleName,
    /// Among the roles of a portal user: the grant, whose deletion revokes the role.
    pub grant: Option<Reference<RoleGrant>>,
}

/// That a portal user has a portal role.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/portalUsers/{portal_user}/roles/{role}", key = RoleGrantKey, label = "Role Grant")]
#[hydra(operations = [operation::RETRIEVE, operation::DELETE], closed = |grant| grant.beyond)]
pub struct RoleGrant {
    /// The role.
    pub role: Link<PortalRole>,
    /// Who has it.
    pub portal_user: Link<PortalUser>,
    /// Since when.
    #[hydra(read_only)]
    pub granted: Timestamp,
    /// Whether who has it may do more than whoever looks at it.
    #[hydra(hidden)]
    pub beyond: bool,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}
