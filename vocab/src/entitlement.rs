use hydra::{Class, Collection, Link, OperationDef, Reference, operation};

use crate::policy::LIST;
use crate::value::{CustomerId, Description, EntitlementName};
use crate::{Change, Customer};

hydra::key! {
    /// Which entitlement.
    EntitlementKey { entitlement: EntitlementName }
    customer = |_| None
}

hydra::key! {
    /// Which entitlement of which customer.
    EntitlementGrantKey { customer: CustomerId, entitlement: EntitlementName }
    customer = |key| Some(key.customer.0)
}

/// Needed to define entitlements and groups of them.
pub(crate) const MANAGE: &str = "ADMIN_MANAGE_ENTITLEMENTS";

/// GET of a definition.
pub(crate) const RETRIEVE: OperationDef = OperationDef { needs: &[], ..operation::RETRIEVE };

/// PUT of a definition.
pub(crate) const UPSERT: OperationDef =
    OperationDef { further: &[(400, "Bad request"), (409, "Conflict")], needs: &[MANAGE], ..operation::UPSERT_SHARED };

/// PATCH of a definition.
pub(crate) const UPDATE: OperationDef = OperationDef { needs: &[MANAGE], ..operation::UPDATE };

/// DELETE of a definition.
pub(crate) const DELETE: OperationDef =
    OperationDef { statuses: &[(204, "{} deleted"), (404, "Not found")], needs: &[MANAGE], ..operation::DELETE };

/// POST of a definition.
pub(crate) const CREATE: OperationDef = OperationDef { needs: &[MANAGE], ..operation::CREATE_SHARED };

/// Something that people and customers can be entitled to, by name. What the name permits is known to the programs that ask
/// for it; this service asks for those that it began with, which stay as they are. A name that was granted has effect as
/// long as it is defined.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/entitlements/{entitlement}", key = EntitlementKey, label = "Entitlement")]
#[hydra(operations = [RETRIEVE, UPSERT, UPDATE, DELETE], collection = [LIST, CREATE])]
#[hydra(closed = |entitlement| entitlement.built_in)]
pub struct Entitlement {
    /// The name, which is the last part of the address: unique, and fixed once the entitlement is defined.
    #[hydra(required, fixed)]
    pub name: EntitlementName,
    /// What it permits; left out where nobody has said, or where it is granted and not defined.
    pub description: Option<Description>,
    /// Whether it comes only with groups that allow core entitlements: it is neither granted to a customer nor revoked.
    pub core: bool,
    /// Among the entitlements of a customer: the grant, whose deletion revokes the entitlement.
    pub grant: Option<Reference<EntitlementGrant>>,
    /// Whether it came with the service.
    #[hydra(hidden)]
    pub built_in: bool,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}

const GRANTED: OperationDef = OperationDef { needs: &["ADMIN_GET_CUSTOMER_ENTITLEMENTS"], ..operation::RETRIEVE };

const REVOKE: OperationDef = OperationDef {
    name: "revoke",
    label: "Revoke the entitlement",
    statuses: &[(204, "Entitlement revoked"), (404, "Not found")],
    further: &[(409, "Conflict: a core entitlement is not revoked")],
    needs: &["ADMIN_REVOKE_ENTITLEMENT_FROM_CUSTOMER"],
    ..operation::DELETE
};

/// That a customer was granted an entitlement. To revoke it takes it from all portal users of the customer, too.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/entitlements/{entitlement}", key = EntitlementGrantKey)]
#[hydra(label = "Entitlement Grant", operations = [GRANTED, REVOKE], closed = |grant| !grant.revocable)]
pub struct EntitlementGrant {
    /// The entitlement.
    pub entitlement: Link<Entitlement>,
    /// Who has it.
    pub customer: Link<Customer>,
    /// Whether whoever looks at it may revoke it: they have it too, or may revoke any, and it is not core.
    #[hydra(hidden)]
    pub revocable: bool,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}

/// The entitlements that a customer was granted.
pub(crate) const OF_CUSTOMER: &[OperationDef] = &[
    OperationDef { needs: &["ADMIN_GET_CUSTOMER_ENTITLEMENTS"], ..operation::LIST },
    OperationDef {
        name: "grant",
        label: "Grant an Entitlement",
        statuses: &[(201, "Entitlement granted"), (400, "Bad Request")],
        further: &[
            (200, "The customer already had the entitlement"),
            (404, "Not found"),
            (409, "Conflict: a core entitlement is not granted"),
        ],
        needs: &["ADMIN_GRANT_ENTITLEMENT_TO_CUSTOMER"],
        ..operation::CREATE
    },
];

/// The entitlements that have effect for a customer.
pub(crate) const EFFECTIVE: OperationDef = OperationDef {
    label: "Retrieves all Entitlements that have effect",
    needs: &["ADMIN_GET_CUSTOMER_ENTITLEMENTS"],
    ..operation::LIST
};
