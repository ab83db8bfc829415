use hydra::{Class, Collection, Link, OperationDef, Timestamp, operation};

use crate::system_user::{READ, WRITE};
use crate::value::{CustomerId, KeyId, PortalUserId};
use crate::{Change, PortalUser, SystemUser};

hydra::key! {
    /// Which key of which portal user.
    UserKeyKey { customer: CustomerId, portal_user: PortalUserId, key: KeyId }
    customer = |key| Some(key.customer.0)
}

hydra::key! {
    /// Which key of which system user.
    SystemKeyKey { system_user: PortalUserId, key: KeyId }
    customer = |_| None
}

const DELETE: OperationDef = OperationDef { statuses: &[(204, "{} deleted"), (404, "Not found")], ..operation::DELETE };

const SYSTEM_RETRIEVE: OperationDef = OperationDef { needs: READ, ..operation::RETRIEVE };

const SYSTEM_DELETE: OperationDef = OperationDef { needs: WRITE, ..DELETE };

const SYSTEM_LIST: OperationDef = OperationDef { needs: READ, ..operation::LIST };

/// A key with which a program signs in as a portal user, and does what the user may. The operator makes it. Deleted, it is good
/// no longer, at once; it goes with the account, and a new password leaves it as it is.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/portalUsers/{portal_user}/keys/{key}", key = UserKeyKey, label = "User Key")]
#[hydra(operations = [operation::RETRIEVE, DELETE], collection = [operation::LIST])]
#[hydra(closed = |key| key.beyond)]
pub struct UserKey {
    /// The public half.
    #[hydra(read_only)]
    pub key: String,
    /// When the key was made.
    #[hydra(read_only)]
    pub created: Timestamp,
    /// Who made it, as the log names them; left out of keys that were made before that was kept.
    #[hydra(read_only)]
    pub created_by: Option<String>,
    /// When somebody signed in with it last, to the minute; left out where nobody has.
    #[hydra(read_only, derived)]
    pub last_used: Option<Timestamp>,
    /// Whom it signs in.
    pub portal_user: Link<PortalUser>,
    /// Whether the account may do more than whoever looks at it.
    #[hydra(hidden)]
    pub beyond: bool,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}

/// A key with which a program signs in as a system user, and does what the user may. The operator makes it. Deleted, it is good
/// no longer, at once.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/systemUsers/{system_user}/keys/{key}", key = SystemKeyKey, label = "System User Key")]
#[hydra(operations = [SYSTEM_RETRIEVE, SYSTEM_DELETE], collection = [SYSTEM_LIST])]
#[hydra(closed = |key| key.beyond)]
pub struct SystemKey {
    /// The public half.
    #[hydra(read_only)]
    pub key: String,
    /// When the key was made.
    #[hydra(read_only)]
    pub created: Timestamp,
    /// Who made it, as the log names them; left out of keys that were made before that was kept.
    #[hydra(read_only)]
    pub created_by: Option<String>,
    /// When somebody signed in with it last, to the minute; left out where nobody has.
    #[hydra(read_only, derived)]
    pub last_used: Option<Timestamp>,
    /// Whom it signs in.
    pub system_user: Link<SystemUser>,
    /// Whether the account may do more than whoever looks at it.
    #[hydra(hidden)]
    pub beyond: bool,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}
