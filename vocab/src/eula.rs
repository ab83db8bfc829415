use hydra::{Class, Collection, Link, OperationDef, Payload, Timestamp, operation};

use crate::value::EulaRevision;
use crate::{Change, Customer, CustomerKey, EntryPointKey};

const RETRIEVE: OperationDef =
    OperationDef { label: "Retrieve how the customer stands to the agreement", needs: &[], ..operation::RETRIEVE };

/// Any member of the organisation approves for it; who it was is kept.
const ACCEPT: OperationDef = OperationDef {
    name: "accept",
    label: "Approve the required revision of the agreement",
    expects: Payload::Nothing,
    statuses: &[(200, "Approved; where nothing is required, nothing happened")],
    further: &[],
    needs: &[],
    own: true,
    ..operation::CREATE
};

const REQUIRE: OperationDef = OperationDef {
    name: "require",
    label: "Require a revision of the agreement",
    statuses: &[(200, "OK"), (404, "Not found")],
    further: &[(400, "Bad request")],
    needs: &["ADMIN_UPDATE_CUSTOMER", "ADMIN_ALL_CUSTOMERS"],
    ..operation::UPSERT
};

const UNSET: OperationDef = OperationDef {
    name: "unset",
    label: "Require no revision but that for all",
    statuses: &[(204, "The customer has no revision of its own"), (404, "Not found")],
    needs: &["ADMIN_UPDATE_CUSTOMER", "ADMIN_ALL_CUSTOMERS"],
    ..operation::DELETE
};

/// How a customer, as an organisation, stands to the agreement. It has to approve the revision that is required of it, or
/// else that which is required of all. What it has approved stays approved.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/eula", key = CustomerKey, label = "EULA Status")]
#[hydra(operations = [RETRIEVE, REQUIRE, ACCEPT, UNSET])]
pub struct EulaStatus {
    /// The revision that is required of this customer; left out where it is left to that for all.
    #[hydra(required)]
    pub revision: Option<EulaRevision>,
    /// The revision that has to be approved: the customer's own, or that for all.
    #[hydra(read_only, derived)]
    pub required_revision: Option<EulaRevision>,
    /// The revision that was approved last.
    #[hydra(read_only)]
    pub approved_revision: Option<EulaRevision>,
    /// Whether the required revision has yet to be approved.
    #[hydra(read_only, derived)]
    pub eula_required: bool,
    /// The customer.
    pub customer: Link<Customer>,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}

const RETRIEVE_GLOBAL: OperationDef = OperationDef {
    label: "Retrieve the agreement for all customers",
    statuses: &[(200, "OK")],
    needs: &[],
    ..operation::RETRIEVE
};

const REQUIRE_GLOBALLY: OperationDef = OperationDef { statuses: &[(200, "OK")], ..REQUIRE };

const UNSET_GLOBALLY: OperationDef = OperationDef {
    label: "Require no revision of all customers",
    statuses: &[(204, "No revision is required of all customers")],
    ..UNSET
};

/// The agreement for all customers of which no revision of their own is required.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/eula", key = EntryPointKey, label = "EULA")]
#[hydra(operations = [RETRIEVE_GLOBAL, REQUIRE_GLOBALLY, UNSET_GLOBALLY])]
pub struct Eula {
    /// The revision that has to be approved; left out where none has to be.
    #[hydra(required)]
    pub revision: Option<EulaRevision>,
    /// When it was last set or unset.
    #[hydra(read_only)]
    pub updated: Option<Timestamp>,
    /// Who did that: the identity of a portal user, or the name of an issuer of tokens.
    #[hydra(read_only)]
    pub updated_by: Option<String>,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}
