use hydra::{Class, Collection, Link, OperationDef, Timestamp, WriteOnly, operation};

use crate::value::{Email, Mobile, Password, PortalUserId, Uid};
use crate::{Change, SystemKey, SystemSession};

hydra::key! {
    /// Which system user.
    SystemUserKey { system_user: PortalUserId }
    customer = |_| None
}

/// What it takes to look at those who belong to no customer.
pub(crate) const READ: &[&str] = &["ADMIN_ALL_CUSTOMERS", "CUSTOMER_READ"];

/// What it takes to change them.
pub(crate) const WRITE: &[&str] = &["ADMIN_ALL_CUSTOMERS", "CUSTOMER_WRITE"];

const RETRIEVE: OperationDef = OperationDef { needs: READ, ..operation::RETRIEVE };

const UPSERT: OperationDef = OperationDef { needs: WRITE, ..operation::UPSERT_SHARED };

const UPDATE: OperationDef = OperationDef { needs: WRITE, ..operation::UPDATE };

const DELETE: OperationDef = OperationDef { needs: WRITE, ..operation::DELETE };

const LIST: OperationDef = OperationDef { needs: READ, ..operation::LIST_SHARED };

const CREATE: OperationDef = OperationDef { needs: WRITE, ..operation::CREATE_SHARED };

/// An account that belongs to no customer: it administers the service, as far as it has been granted that. It is for those who
/// may see every customer; and it is changed only by those who may do all that it may.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/systemUsers/{system_user}", key = SystemUserKey, label = "System User")]
#[hydra(operations = [RETRIEVE, UPSERT, UPDATE, DELETE], collection = [LIST, CREATE])]
#[hydra(closed = |user| user.beyond)]
pub struct SystemUser {
    /// The e-mail address that the person signs in with; unique among system users, whatever the case of its letters.
    #[hydra(required, unique, search, filter, sort, example = "grace@example.org")]
    pub email: Email,
    /// When the account was made. An import may set it.
    #[hydra(sort)]
    pub created: Timestamp,
    /// Whether the person can sign in. False ends every session at once, and no key of the account is good meanwhile.
    #[hydra(filter)]
    pub enabled: bool,
    /// The password that the person signs in with. It is taken and never shown; without one the account cannot sign in
    /// with a password. Setting it ends the account's sessions, and leaves its keys as they are.
    pub password: WriteOnly<Password>,
    /// A sign-in name that is unique in the whole service.
    #[hydra(unique, search, filter)]
    pub uid: Option<Uid>,
    /// The person's mobile number, in international form.
    pub mobile: Option<Mobile>,
    /// The keys that sign in as this account.
    pub keys: Link<Collection<SystemKey>>,
    /// The sessions that were begun with its password, and go on.
    pub sessions: Link<Collection<SystemSession>>,
    /// Whether the account may do more than whoever looks at it.
    #[hydra(hidden)]
    pub beyond: bool,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}
