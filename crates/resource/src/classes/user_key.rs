//! Keys of portal users and of system users.

use hydra::Found;
use store::key::{self as rows, Key};
use store::portal_user::PortalUser as UserRow;
use store::{Listing, Transaction};
use uuid::Uuid;
use vocab::value::KeyId;
use vocab::{
    PortalUser, PortalUserKey, SystemKey, SystemKeyFields, SystemKeyKey, SystemUser, SystemUserKey, UserKey,
    UserKeyFields, UserKeyKey,
};

use crate::classes::credential::{Credential, CredentialRow, Credentials};
use crate::instant::instant;
use crate::{Cx, Result, Used};

/// The keys of a portal user.
pub type UserKeys = Credentials<UserKey>;

/// The keys of a system user.
pub type SystemKeys = Credentials<SystemKey>;

impl CredentialRow for Key {
    fn version(&self) -> i64 {
        self.version
    }

    async fn find(cx: &Cx<'_>, account: &UserRow, id: Uuid) -> Result<Option<Self>> {
        Ok(rows::find_of_user(&cx.scope(), account.id, id).await?)
    }

    async fn list(cx: &Cx<'_>, account: &UserRow, listing: &Listing) -> Result<Option<store::RowPage<Self>>> {
        Ok(rows::list_of_user(&cx.scope(), account.id, listing).await?)
    }

    async fn delete(&self, transaction: &Transaction) -> Result<bool> {
        Ok(rows::delete(transaction, self.id, self.version).await?)
    }
}

impl Credential for UserKey {
    type Account = PortalUser;
    type CredentialRow = Key;
    const LINK: &'static str = "keys";

    fn parts(key: &UserKeyKey) -> (PortalUserKey, Uuid) {
        (PortalUserKey { customer: key.customer, portal_user: key.portal_user }, key.key.0)
    }

    fn found(cx: &Cx<'_>, account: &PortalUserKey, row: Key, beyond: bool) -> Found<Self> {
        let key = KeyId(row.key);
        let value = Self::from(UserKeyFields {
            key: key.to_string(),
            created: instant(row.created_at),
            last_used: cx.last_use(Used::Key(row.key), row.last_used_at).map(instant),
            created_by: row.created_by,
            beyond,
        });
        let key = UserKeyKey { customer: account.customer, portal_user: account.portal_user, key };
        Found { key, version: row.version, value }
    }
}

impl Credential for SystemKey {
    type Account = SystemUser;
    type CredentialRow = Key;
    const LINK: &'static str = "keys";

    fn parts(key: &SystemKeyKey) -> (SystemUserKey, Uuid) {
        (SystemUserKey { system_user: key.system_user }, key.key.0)
    }

    fn found(cx: &Cx<'_>, account: &SystemUserKey, row: Key, beyond: bool) -> Found<Self> {
        let key = KeyId(row.key);
        let value = Self::from(SystemKeyFields {
            key: key.to_string(),
            created: instant(row.created_at),
            last_used: cx.last_use(Used::Key(row.key), row.last_used_at).map(instant),
            created_by: row.created_by,
            beyond,
        });
        Found { key: SystemKeyKey { system_user: account.system_user, key }, version: row.version, value }
    }
}
