//! Portal users.

use std::sync::LazyLock;

use sea_orm::Value;
use uuid::Uuid;

use crate::authority::EPOCH;
use crate::effective::effective_names;
use crate::folding::{addresses, key};
use crate::listing::{Listing, Ownership, RowPage, Table};
use crate::order::OrderBy;
use crate::placeholders::placeholders;
use crate::row::{Entity as _, row};
use crate::{Birth, CustomerNumber, Result, Scope, Tenant, Transaction, UserNumber};

row! {
    /// A portal user. Instants are microseconds since 1970.
    PortalUser {
        /// The number that other tables refer to; never shown.
        id: UserNumber = "id",
        /// The identity in addresses.
        uuid: Uuid = "uuid",
        /// The address the person signs in with.
        email: String = "email",
        /// Whether the person can sign in.
        enabled: bool = "enabled",
        /// A sign-in name.
        uid: Option<String> = "uid",
        /// A mobile number.
        mobile: Option<String> = "mobile",
        /// When the account was made.
        created_at: i64 = "created_at",
        /// Rises with each change.
        version: i64 = "version",
        /// Whether the account may have been granted more than portal roles; [`privileges`] says what that comes to.
        privileged: bool = "privileged",
    }
}

const TABLE: Table = Table {
    name: "portal_user",
    ownership: Ownership::In("customer_id"),
    condition: "TRUE",
    owner_exists: "EXISTS (SELECT 1 FROM customer WHERE id = $1 AND lifecycle <> 'deleted')",
    extents: Some("portal_user"),
    text: &["email_key", "uid_key"],
    has_trigrams: true,
    filters: &[("email", "email_key", true), ("uid", "uid_key", true), ("enabled", "enabled", false)],
    orders: &[("email", OrderBy::Text("email_key")), ("created", OrderBy::Whole("created_at"))],
};

/// Those who belong to no customer.
const SYSTEM: Table =
    Table { ownership: Ownership::Nobody, condition: "customer_id IS NULL", owner_exists: "TRUE", ..TABLE };

/// A system user: one that belongs to no customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find_system(scope: &Scope<'_>, uuid: Uuid) -> Result<Option<PortalUser>> {
    let sql =
        format!("SELECT {}, {EPOCH} FROM portal_user WHERE uuid = $1 AND customer_id IS NULL", PortalUser::COLUMNS);
    scope.one(scope.statement(&sql, [uuid.into()])).await
}

/// The system users.
///
/// # Errors
/// As [`crate::Error`].
pub async fn list_system(scope: &Scope<'_>, listing: &Listing) -> Result<Option<RowPage<PortalUser>>> {
    SYSTEM.list(scope, None, listing).await
}

/// A portal user of a customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, tenant: Tenant, uuid: Uuid) -> Result<Option<PortalUser>> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        format!("SELECT {}, {EPOCH} FROM portal_user WHERE uuid = $1 AND customer_id = $2", PortalUser::COLUMNS)
    });
    scope.one(scope.statement(&SQL, [uuid.into(), tenant.id().into()])).await
}

/// The portal users of a customer; none where there is no such customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn list(scope: &Scope<'_>, tenant: Tenant, listing: &Listing) -> Result<Option<RowPage<PortalUser>>> {
    TABLE.list(scope, Some(tenant.id().into()), listing).await
}

/// Of those of these accounts that have been granted more than portal roles: the number, and the names of all entitlements
/// that have effect for it, with commas between them.
///
/// # Errors
/// As [`crate::Error`].
pub async fn privileges(
    scope: &Scope<'_>,
    users: impl IntoIterator<Item = UserNumber>,
) -> Result<Vec<(UserNumber, Option<String>)>> {
    let mut values = Vec::new();
    let users = placeholders(&mut values, users);
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT id, {} FROM portal_user WHERE id IN ({users}) AND (\
         EXISTS (SELECT 1 FROM portal_user_entitlement WHERE user_id = portal_user.id) \
         OR EXISTS (SELECT 1 FROM portal_user_group JOIN entitlement_group ON entitlement_group.name = group_name \
         WHERE user_id = portal_user.id AND NOT portal))",
        effective_names!("portal_user", "user_id", "portal_user.id")
    );
    scope.check().await?;
    scope.all(scope.statement(&sql, values)).await
}

/// All that is kept of a portal user.
#[derive(Debug, Clone)]
pub struct State {
    /// The identity in addresses.
    pub uuid: Uuid,
    /// The address the person signs in with.
    pub email: String,
    /// A sign-in name.
    pub uid: Option<String>,
    /// A mobile number.
    pub mobile: Option<String>,
    /// Whether the person can sign in.
    pub enabled: bool,
    /// The hash of a password, in the PHC format; none leaves what there is.
    pub password_hash: Option<String>,
    /// When the account was made, in microseconds.
    pub created_at: i64,
    /// Now, in microseconds, and the version that a new account begins with.
    pub birth: Birth,
}

/// Makes a portal user. None if the customer is gone.
///
/// # Errors
/// [`crate::Error::Taken`] if e-mail, sign-in name or identity is.
pub async fn insert(transaction: &Transaction, tenant: Option<Tenant>, state: State) -> Result<Option<PortalUser>> {
    transaction.one(transaction.statement(&INSERT, insertion(tenant, state))).await
}

static INSERT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "INSERT INTO portal_user (uuid, customer_id, email, email_key, uid, uid_key, mobile, enabled, password_hash, \
         created_at, version, eula_approval, eula_revision) \
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
         COALESCE((SELECT eula_automatic_approval FROM customer WHERE id = $2), FALSE), \
         (SELECT eula_revision FROM customer WHERE id = $2) \
         WHERE ($2 IS NULL OR EXISTS (SELECT 1 FROM customer WHERE id = $2 AND lifecycle <> 'deleted')) \
         RETURNING {}",
        PortalUser::COLUMNS
    )
});

fn insertion(tenant: Option<Tenant>, state: State) -> [Value; 11] {
    let email_key = key("email_key", &state.email);
    let uid_key = state.uid.as_deref().map(|uid| key("uid_key", uid));
    [
        state.uuid.into(),
        tenant.map(Tenant::id).into(),
        state.email.into(),
        email_key.into(),
        state.uid.into(),
        uid_key.into(),
        state.mobile.into(),
        state.enabled.into(),
        state.password_hash.into(),
        state.created_at.into(),
        state.birth.version.into(),
    ]
}

/// Keeps everybody from granting anything to a portal user until the transaction ends: a grant refers to the row. Whoever
/// was just doing it is waited for.
///
/// # Errors
/// [`crate::Error::Stale`] if something was granted to anybody since the caller's authority was looked up.
pub async fn hold(transaction: &Transaction, row: &PortalUser) -> Result<()> {
    let sql = format!("SELECT id FROM portal_user WHERE id = $1{}", transaction.for_update());
    let _: Option<(i64,)> = transaction.one(transaction.statement(&sql, [row.id.into()])).await?;
    transaction.confirm().await
}

/// Replaces the state of a portal user that still has the version of the row given.
///
/// # Errors
/// [`crate::Error::Taken`] if e-mail or sign-in name is. None if the row has changed or gone.
pub async fn update(transaction: &Transaction, row: &PortalUser, state: State) -> Result<Option<PortalUser>> {
    let sql = format!(
        "UPDATE portal_user SET email = $1, email_key = $2, uid = $3, uid_key = $4, mobile = $5, enabled = $6, \
         password_hash = COALESCE($7, password_hash), created_at = $8, version = version + 1 \
         WHERE id = $9 AND version = $10 RETURNING {}",
        PortalUser::COLUMNS
    );
    let email_key = key("email_key", &state.email);
    let uid_key = state.uid.as_deref().map(|uid| key("uid_key", uid));
    let values: [Value; 10] = [
        state.email.into(),
        email_key.into(),
        state.uid.into(),
        uid_key.into(),
        state.mobile.into(),
        state.enabled.into(),
        state.password_hash.into(),
        state.created_at.into(),
        row.id.into(),
        row.version.into(),
    ];
    transaction.one(transaction.statement(&sql, values)).await
}

/// Removes a portal user that still has the version of the row given. False if the row has changed or gone.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete(transaction: &Transaction, row: &PortalUser) -> Result<bool> {
    let values = [row.id.into(), row.version.into()];
    let statement = transaction.statement("DELETE FROM portal_user WHERE id = $1 AND version = $2", values);
    Ok(transaction.run(statement).await? > 0)
}

row! {
    /// What signing in needs to know of an account.
    SignIn {
        /// The number that other tables refer to.
        id: UserNumber = "portal_user.id",
        /// The identity in addresses.
        uuid: Uuid = "portal_user.uuid",
        /// The hash of the password.
        password_hash: Option<String> = "portal_user.password_hash",
        /// Whether account and customer are such that the person may sign in.
        active: bool = "(portal_user.enabled AND COALESCE(customer.lifecycle = 'active', TRUE))",
    }
}

/// The accounts that a sign-in name or an e-mail address may mean: an address can be known to several customers.
///
/// # Errors
/// As [`crate::Error`].
pub async fn accounts(scope: &Scope<'_>, name: &str, limit: i64) -> Result<Vec<SignIn>> {
    let sql = format!(
        "SELECT {} FROM portal_user LEFT JOIN customer ON customer.id = portal_user.customer_id \
         WHERE portal_user.uid_key = $1 OR portal_user.email_key IN ($1, $2) ORDER BY portal_user.id LIMIT $3",
        SignIn::COLUMNS
    );
    let [address, before] = addresses(name);
    scope.all(scope.statement(&sql, [address.into(), before.into(), limit.into()])).await
}

/// The number of the portal user of a customer, or of none, with this address.
///
/// # Errors
/// As [`crate::Error`].
pub async fn number_of(
    transaction: &Transaction,
    customer: Option<CustomerNumber>,
    email: &str,
) -> Result<Option<UserNumber>> {
    let sql = "SELECT id FROM portal_user WHERE email_key IN ($1, $2) \
        AND (customer_id = $3 OR ($3 IS NULL AND customer_id IS NULL)) ORDER BY id LIMIT 1";
    let [address, before] = addresses(email);
    let values = [address.into(), before.into(), customer.into()];
    let row: Option<(UserNumber,)> = transaction.one(transaction.statement(sql, values)).await?;
    Ok(row.map(|(id,)| id))
}

/// Says of every portal user of a customer that they have not approved this revision of the agreement.
///
/// # Errors
/// As [`crate::Error`].
pub async fn withdraw_approval(transaction: &Transaction, tenant: Tenant, revision: &str) -> Result<u64> {
    let sql = "UPDATE portal_user SET eula_approval = FALSE, eula_revision = $1, version = version + 1 \
        WHERE customer_id = $2";
    transaction.run(transaction.statement(sql, [revision.into(), tenant.id().into()])).await
}
