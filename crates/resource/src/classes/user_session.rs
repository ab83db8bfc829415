//! Sessions of portal users and of system users.

use hydra::Found;
use store::portal_user::PortalUser as UserRow;
use store::session::{self as rows, Session};
use store::{Listing, Transaction};
use uuid::Uuid;
use vocab::value::SessionId;
use vocab::{
    PortalUser, PortalUserKey, SystemSession, SystemSessionFields, SystemSessionKey, SystemUser, SystemUserKey,
    UserSession, UserSessionFields, UserSessionKey,
};

use crate::classes::credential::{Credential, CredentialRow, Credentials};
use crate::instant::instant;
use crate::{Cx, Result, Used};

/// The sessions of a portal user.
pub type UserSessions = Credentials<UserSession>;

/// The sessions of a system user.
pub type SystemSessions = Credentials<SystemSession>;

impl CredentialRow for Session {
    /// Nothing of a session changes but when it was used.
    fn version(&self) -> i64 {
        self.created_at
    }

    async fn find(cx: &Cx<'_>, account: &UserRow, id: Uuid) -> Result<Option<Self>> {
        Ok(rows::find(&cx.scope(), account.id, id, cx.micros()).await?)
    }

    async fn list(cx: &Cx<'_>, account: &UserRow, listing: &Listing) -> Result<Option<store::RowPage<Self>>> {
        Ok(rows::list(&cx.scope(), account.id, listing, cx.micros()).await?)
    }

    async fn delete(&self, transaction: &Transaction) -> Result<bool> {
        Ok(rows::delete(transaction, self.uuid).await?)
    }
}

impl Credential for UserSession {
    type Account = PortalUser;
    type CredentialRow = Session;
    const LINK: &'static str = "sessions";

    fn parts(key: &UserSessionKey) -> (PortalUserKey, Uuid) {
        (PortalUserKey { customer: key.customer, portal_user: key.portal_user }, key.session.0)
    }

    fn found(cx: &Cx<'_>, account: &PortalUserKey, row: Session, beyond: bool) -> Found<Self> {
        let value = Self::from(UserSessionFields {
            created: instant(row.created_at),
            expires: instant(row.expires_at),
            last_used: cx.last_use(Used::Session(row.uuid), row.last_used_at).map(instant),
            beyond,
        });
        let session = SessionId(row.uuid);
        let key = UserSessionKey { customer: account.customer, portal_user: account.portal_user, session };
        Found { key, version: row.version(), value }
    }
}

impl Credential for SystemSession {
    type Account = SystemUser;
    type CredentialRow = Session;
    const LINK: &'static str = "sessions";

    fn parts(key: &SystemSessionKey) -> (SystemUserKey, Uuid) {
        (SystemUserKey { system_user: key.system_user }, key.session.0)
    }

    fn found(cx: &Cx<'_>, account: &SystemUserKey, row: Session, beyond: bool) -> Found<Self> {
        let value = Self::from(SystemSessionFields {
            created: instant(row.created_at),
            expires: instant(row.expires_at),
            last_used: cx.last_use(Used::Session(row.uuid), row.last_used_at).map(instant),
            beyond,
        });
        let key = SystemSessionKey { system_user: account.system_user, session: SessionId(row.uuid) };
        Found { key, version: row.version(), value }
    }
}
