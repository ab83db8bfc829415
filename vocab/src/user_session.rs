use hydra::{Class, Link, OperationDef, Timestamp, operation};

use crate::system_user::{READ, WRITE};
use crate::value::{CustomerId, PortalUserId, SessionId};
use crate::{PortalUser, SystemUser};

hydra::key! {
    /// Which session of which portal user.
    UserSessionKey { customer: CustomerId, portal_user: PortalUserId, session: SessionId }
    customer = |key| Some(key.customer.0)
}

hydra::key! {
    /// Which session of which system user.
    SystemSessionKey { system_user: PortalUserId, session: SessionId }
    customer = |_| None
}

const DELETE: OperationDef =
    OperationDef { label: "End the {}", statuses: &[(204, "{} ended"), (404, "Not found")], ..operation::DELETE };

const SYSTEM_RETRIEVE: OperationDef = OperationDef { needs: READ, ..operation::RETRIEVE };

const SYSTEM_DELETE: OperationDef = OperationDef { needs: WRITE, ..DELETE };

const SYSTEM_LIST: OperationDef = OperationDef { needs: READ, ..operation::LIST };

/// What a portal user has begun by signing in with a password, and goes on with by a token. Deleted, its token is good no longer,
/// at once. It ends by itself, and with every session of the account when that gets another password or is disabled.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/portalUsers/{portal_user}/sessions/{session}", key = UserSessionKey)]
#[hydra(label = "User Session", operations = [operation::RETRIEVE, DELETE], collection = [operation::LIST])]
#[hydra(closed = |session| session.beyond)]
pub struct UserSession {
    /// When somebody signed in.
    #[hydra(read_only)]
    pub created: Timestamp,
    /// When it ends by itself.
    #[hydra(read_only)]
    pub expires: Timestamp,
    /// When its token was used last, to the minute; left out where it never was.
    #[hydra(read_only)]
    pub last_used: Option<Timestamp>,
    /// Who signed in.
    pub portal_user: Link<PortalUser>,
    /// Whether the account may do more than whoever looks at it.
    #[hydra(hidden)]
    pub beyond: bool,
}

/// What a system user has begun by signing in with a password, and goes on with by a token. Deleted, its token is good no longer,
/// at once. It ends by itself, and with every session of the account when that gets another password or is disabled.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/systemUsers/{system_user}/sessions/{session}", key = SystemSessionKey, label = "System User Session")]
#[hydra(operations = [SYSTEM_RETRIEVE, SYSTEM_DELETE], collection = [SYSTEM_LIST])]
#[hydra(closed = |session| session.beyond)]
pub struct SystemSession {
    /// When somebody signed in.
    #[hydra(read_only)]
    pub created: Timestamp,
    /// When it ends by itself.
    #[hydra(read_only)]
    pub expires: Timestamp,
    /// When its token was used last, to the minute; left out where it never was.
    #[hydra(read_only)]
    pub last_used: Option<Timestamp>,
    /// Who signed in.
    pub system_user: Link<SystemUser>,
    /// Whether the account may do more than whoever looks at it.
    #[hydra(hidden)]
    pub beyond: bool,
}
