use hydra::{Class, Collection, Link, OperationDef, Timestamp, WriteOnly, operation};

use crate::value::{CustomerId, Email, Mobile, Password, PortalUserId, Uid};
use crate::{Change, Customer, PortalRole, SwitchableCustomer, UserKey, UserSession};

hydra::key! {
    /// Which portal user of which customer.
    PortalUserKey { customer: CustomerId, portal_user: PortalUserId }
    customer = |key| Some(key.customer.0)
}

const GRANT: OperationDef = OperationDef {
    name: "grant",
    further: &[(200, "The portal user already had the role"), (404, "Not found")],
    ..operation::CREATE
};

/// An account of the portal, for a person rather than a machine. A customer has as many as it needs. Its roles say what
/// the person may do in the portal; they have nothing to do with the roles that images ask for. An account that has been
/// granted more than portal roles is changed only by those who may do all that it may.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/portalUsers/{portal_user}", key = PortalUserKey, label = "Portal User")]
#[hydra(operations = [operation::RETRIEVE, operation::UPSERT, operation::UPDATE, operation::DELETE])]
#[hydra(collection = [operation::LIST, operation::CREATE], closed = |user| user.beyond)]
pub struct PortalUser {
    /// The e-mail address that the person signs in with; unique within the customer, whatever the case of its letters.
    #[hydra(required, unique, search, filter, sort, example = "ada@example.org")]
    pub email: Email,
    /// When the account was made. An import may set it.
    #[hydra(sort)]
    pub created: Timestamp,
    /// The portal roles that the person has. POST an existing portal role to grant it; DELETE its grant to revoke it.
    #[hydra(collection = "PortalUserRoleCollection", operations = [operation::LIST, GRANT])]
    pub roles: Link<Collection<PortalRole>>,
    /// Whether the person can sign in. False ends every session at once, for a time or for good.
    #[hydra(filter, example = true, alert = "The account is disabled: nobody can sign in with it.")]
    pub enabled: bool,
    /// The password that the person signs in with. It is taken and never shown; without one the account cannot sign in
    /// with a password. Setting it ends the account's sessions.
    pub password: WriteOnly<Password>,
    /// A sign-in name that is unique in the whole service.
    #[hydra(unique, search, filter, example = "ada")]
    pub uid: Option<Uid>,
    /// The person's mobile number, in international form.
    #[hydra(example = "+442079460000")]
    pub mobile: Option<Mobile>,
    /// The customer that the account belongs to.
    pub customer: Link<Customer>,
    /// The keys that sign in as this account. They are good whatever its password is, as long as it is enabled.
    pub keys: Link<Collection<UserKey>>,
    /// The sessions that were begun with its password, and go on.
    pub sessions: Link<Collection<UserSession>>,
    /// The customers that the person could switch to, and so sees beside their own.
    pub customers: Link<Collection<SwitchableCustomer>>,
    /// Whether the account may do more than whoever looks at it.
    #[hydra(hidden)]
    pub beyond: bool,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}
