use hydra::{Class, Collection, Link, OperationDef, Reference, Set, Timestamp, operation};

use crate::value::{
    Alias, DnsName, Email, EulaRevision, Flag, Identity, Language, Lifecycle, Metadata, MfaMethod, TimeZone,
};
use crate::{Change, Customer, CustomerKey, Domain};

const RETRIEVE: OperationDef = OperationDef { needs: &["ADMIN_GET_CUSTOMER"], ..operation::RETRIEVE };

const REPLACE: OperationDef = OperationDef {
    name: "replace",
    label: "Replace the {}",
    statuses: &[(200, "OK"), (404, "Not found")],
    needs: &["ADMIN_UPDATE_CUSTOMER"],
    ..operation::UPSERT
};

const UPDATE: OperationDef = OperationDef { needs: &["ADMIN_UPDATE_CUSTOMER"], ..operation::UPDATE };

/// What is kept of a customer for those who administer customers, beyond what the customer itself shows. It says the same
/// as the other interfaces to this service.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/administration", key = CustomerKey, label = "Customer Administration")]
#[hydra(operations = [RETRIEVE, REPLACE, UPDATE])]
pub struct CustomerAdministration {
    /// An identity that never changes, not even with the name.
    #[hydra(read_only)]
    pub uuid: Identity,
    /// Another name of the customer; unique in the whole service, whatever the case of its letters.
    #[hydra(required)]
    pub alias: Alias,
    /// How far the customer takes part: inactive, active or disabled.
    #[hydra(read_only)]
    pub status: Lifecycle,
    /// The domain that the customer and its names stand in.
    pub domain: Reference<Domain>,
    /// The language in which the customer is addressed: english or norwegian.
    pub language: Language,
    /// The time zone that the customer's times are shown in; a name of the IANA database.
    pub time_zone: TimeZone,
    /// What is marked on the customer: excludeFromProduction, customerDataDeleted, of a leaf networkBaseCustomer,
    /// denySubmitForAnonymousUser and allowGlobalData, of a group singleNetworkDomain.
    pub flags: Set<Flag>,
    /// Whatever is kept with the customer by those who administer it: a JSON object.
    pub metadata: Option<Metadata>,
    /// The addresses of the people who administer the customer. What is granted to the customer from now on is granted to
    /// the portal users with these addresses, too.
    #[hydra(group = "Access")]
    pub admin_emails: Set<Email>,
    /// The names in the DNS that are the customer's.
    #[hydra(group = "Access")]
    pub customer_domains: Set<DnsName>,
    /// The second factor that people of the customer are to use: NONE, OTP, KBA, GOOGLE_AUTHENTICATION or DUO_AUTHN. It is
    /// kept for programs that ask; this service asks for none.
    #[hydra(group = "Access")]
    pub mfa_method: Option<MfaMethod>,
    /// Whether people may register with the customer by themselves.
    #[hydra(group = "Access")]
    pub allow_public_registration: bool,
    /// Whether a new portal user counts as having approved the agreement.
    #[hydra(group = "Agreement")]
    pub eula_automatic_approval: bool,
    /// The revision of the agreement for portal users. With another one, no portal user of the customer has approved it
    /// any more.
    #[hydra(group = "Agreement")]
    pub eula_revision: EulaRevision,
    /// Who made the customer: the identity of a portal user, or the name of an issuer of tokens.
    #[hydra(read_only, group = "Changes")]
    pub created_by: Option<String>,
    /// When the customer last changed.
    #[hydra(read_only, derived, group = "Changes")]
    pub updated: Timestamp,
    /// Who changed it.
    #[hydra(read_only, derived, group = "Changes")]
    pub updated_by: Option<String>,
    /// When the customer was disabled.
    #[hydra(read_only, group = "Changes")]
    pub disabled: Option<Timestamp>,
    /// Who disabled it.
    #[hydra(read_only, group = "Changes")]
    pub disabled_by: Option<String>,
    /// The customer.
    pub customer: Link<Customer>,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}
