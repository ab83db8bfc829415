use hydra::{Class, Collection, Link, OperationDef, Reference, Set, operation};

use crate::entitlement::{CREATE, DELETE, RETRIEVE, UPDATE, UPSERT};
use crate::policy::LIST;
use crate::value::{CustomerId, Description, EntitlementName};
use crate::{Change, Customer};

hydra::key! {
    /// Which entitlement group.
    EntitlementGroupKey { entitlement_group: EntitlementName }
    customer = |_| None
}

hydra::key! {
    /// Which entitlement group of which customer.
    GroupGrantKey { customer: CustomerId, entitlement_group: EntitlementName }
    customer = |key| Some(key.customer.0)
}

/// PUT and POST of a group take nothing that another group has but its name, which PUT gives by the address.
const REPLACE: OperationDef = OperationDef { further: &[(400, "Bad request")], ..UPSERT };

const CHANGE: OperationDef =
    OperationDef { further: &[(200, "OK, to a request that prefers return=representation")], ..UPDATE };

/// Entitlements that are granted together, under one name. Whoever defines a group has all that is in it, or may grant any
/// entitlement, and is granted the new group. The groups that this service began with stay as they are.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/entitlementGroups/{entitlement_group}", key = EntitlementGroupKey, label = "Entitlement Group")]
#[hydra(operations = [RETRIEVE, REPLACE, CHANGE, DELETE], collection = [LIST, CREATE])]
#[hydra(closed = |group| group.built_in)]
pub struct EntitlementGroup {
    /// The name, which is the last part of the address: unique, and fixed once the group is defined.
    #[hydra(required, fixed)]
    pub name: EntitlementName,
    /// What the group is for; left out where nobody has said, or where it is granted and not defined.
    pub description: Option<Description>,
    /// The names of the entitlements in the group, each of which has to be defined.
    pub members: Set<EntitlementName>,
    /// Whether core entitlements may be members. A group that allows them is not granted to a customer.
    pub allow_core_entitlements: bool,
    /// Among the groups of a customer: the grant, whose deletion revokes the group.
    pub grant: Option<Reference<GroupGrant>>,
    /// Whether it came with the service.
    #[hydra(hidden)]
    pub built_in: bool,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}

const GRANTED: OperationDef = OperationDef { needs: &["ADMIN_GET_CUSTOMER_ENTITLEMENT_GROUPS"], ..operation::RETRIEVE };

const REVOKE: OperationDef = OperationDef {
    name: "revoke",
    label: "Revoke the entitlement group",
    statuses: &[(204, "Entitlement Group revoked"), (404, "Not found")],
    needs: &["ADMIN_REVOKE_ENTITLEMENT_GROUP_FROM_CUSTOMER"],
    ..operation::DELETE
};

/// That a customer was granted an entitlement group. To revoke it takes it from all portal users of the customer, too; what
/// they were granted by itself, or by another group, stays.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/entitlementGroups/{entitlement_group}", key = GroupGrantKey)]
#[hydra(label = "Group Grant", operations = [GRANTED, REVOKE], closed = |grant| !grant.revocable)]
pub struct GroupGrant {
    /// The group.
    pub entitlement_group: Link<EntitlementGroup>,
    /// Who has it.
    pub customer: Link<Customer>,
    /// Whether whoever looks at it may revoke it: they have the group or all that is in it, or may revoke any.
    #[hydra(hidden)]
    pub revocable: bool,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}

/// The groups that a customer was granted.
pub(crate) const OF_CUSTOMER: &[OperationDef] = &[
    OperationDef { needs: &["ADMIN_GET_CUSTOMER_ENTITLEMENT_GROUPS"], ..operation::LIST },
    OperationDef {
        name: "grant",
        label: "Grant an Entitlement Group",
        statuses: &[(201, "Entitlement Group granted"), (400, "Bad Request")],
        further: &[
            (200, "The customer already had the entitlement group"),
            (404, "Not found"),
            (409, "Conflict: a group that allows core entitlements is not granted"),
        ],
        needs: &["ADMIN_GRANT_ENTITLEMENT_GROUP_TO_CUSTOMER"],
        ..operation::CREATE
    },
];

/// The groups that have effect for a customer.
pub(crate) const EFFECTIVE: OperationDef = OperationDef {
    label: "Retrieves all Entitlement Groups that have effect",
    needs: &["ADMIN_GET_CUSTOMER_ENTITLEMENT_GROUPS"],
    ..operation::LIST
};
