//! API keys: an identity that is shown, and the hash of a secret that is not.

use uuid::Uuid;

use crate::authority::EPOCH;
use crate::listing::{Listing, Ownership, RowPage, Table};
use crate::row::{Entity as _, row};
use crate::{CustomerNumber, Number, Result, Scope, Tenant, Transaction, UserNumber};

row! {
    /// A key. Instants are microseconds since 1970.
    Key {
        /// Its age among keys; never shown.
        id: Number<Self> = "id",
        /// What it is known by.
        key: Uuid = "key",
        /// The public half, where it is another.
        name: Option<String> = "name",
        /// When it was made.
        created_at: i64 = "created_at",
        /// Rises with each change.
        version: i64 = "version",
        /// Who made it.
        created_by: Option<String> = "created_by",
        /// When it was used last, as far as that was written down.
        last_used_at: Option<i64> = "last_used_at",
    }
}

row! {
    /// Whom a key signs in, and the proof it asks for.
    Holder {
        /// The SHA-256 of the secret.
        secret_hash: Vec<u8> = "api_key.secret_hash",
        /// The customer that it signs in.
        customer: Option<CustomerNumber> = "customer.id",
        /// Whether that customer administers the service.
        administrator: Option<bool> = "customer.administrator",
        /// Whether that customer is active.
        active: Option<bool> = "(customer.lifecycle = 'active')",
        /// Or the portal user that it signs in.
        user: Option<Uuid> = "portal_user.uuid",
    }
}

const TABLE: Table = Table {
    name: "api_key",
    ownership: Ownership::In("customer_id"),
    condition: "TRUE",
    owner_exists: "EXISTS (SELECT 1 FROM customer WHERE id = $1 AND lifecycle <> 'deleted')",
    extents: None,
    text: &[],
    has_trigrams: false,
    filters: &[],
    orders: &[],
};

/// The keys of one user; whether there is such a user is known by then.
const OF_USER: Table = Table { ownership: Ownership::In("user_id"), owner_exists: "TRUE", ..TABLE };

/// Whom a key signs in, and the epoch at which that holds.
///
/// # Errors
/// As [`crate::Error`].
pub async fn holder(scope: &Scope<'_>, key: Uuid) -> Result<Option<Holder>> {
    let sql = format!(
        "SELECT {}, {EPOCH} FROM api_key LEFT JOIN customer ON customer.id = api_key.customer_id \
         LEFT JOIN portal_user ON portal_user.id = api_key.user_id WHERE api_key.key = $1",
        Holder::COLUMNS
    );
    scope.one(scope.statement(&sql, [key.into()])).await
}

/// A key of a customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, tenant: Tenant, key: Uuid) -> Result<Option<Key>> {
    let sql = format!("SELECT {}, {EPOCH} FROM api_key WHERE key = $1 AND customer_id = $2", Key::COLUMNS);
    scope.one(scope.statement(&sql, [key.into(), tenant.id().into()])).await
}

/// The keys of a customer; none where there is no such customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn list(scope: &Scope<'_>, tenant: Tenant, listing: &Listing) -> Result<Option<RowPage<Key>>> {
    TABLE.list(scope, Some(tenant.id().into()), listing).await
}

/// A key of a user, by the number of the user.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find_of_user(scope: &Scope<'_>, user: UserNumber, key: Uuid) -> Result<Option<Key>> {
    let sql = format!("SELECT {}, {EPOCH} FROM api_key WHERE key = $1 AND user_id = $2", Key::COLUMNS);
    scope.one(scope.statement(&sql, [key.into(), user.into()])).await
}

/// The keys of a user, by the number of the user.
///
/// # Errors
/// As [`crate::Error`].
pub async fn list_of_user(scope: &Scope<'_>, user: UserNumber, listing: &Listing) -> Result<Option<RowPage<Key>>> {
    OF_USER.list(scope, Some(user.into()), listing).await
}

/// Whose a new key is.
#[derive(Debug, Clone, Copy)]
pub enum Owner {
    /// A customer's.
    Customer(CustomerNumber),
    /// A portal user's, by number.
    User(UserNumber),
}

/// Makes a key.
///
/// # Errors
/// As [`crate::Error`].
pub async fn insert(
    transaction: &Transaction,
    key: Uuid,
    owner: Owner,
    name: Option<&str>,
    secret_hash: &[u8],
    maker: &str,
    now: i64,
) -> Result<Key> {
    let sql = format!(
        "INSERT INTO api_key (key, name, customer_id, user_id, secret_hash, created_at, created_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING {}",
        Key::COLUMNS
    );
    let (customer, user) = match owner {
        Owner::Customer(id) => (Some(id), None),
        Owner::User(id) => (None, Some(id)),
    };
    let values = [
        key.into(),
        name.map(String::from).into(),
        customer.into(),
        user.into(),
        secret_hash.to_vec().into(),
        now.into(),
        maker.into(),
    ];
    let row = transaction.one(transaction.statement(&sql, values)).await?;
    Ok(row.expect("INSERT … RETURNING returns the row"))
}

/// Whether the customer exists and is not deleted, and whether it administers the service. The row stays as it is until
/// the transaction ends.
///
/// # Errors
/// As [`crate::Error`].
pub async fn lock_owner(transaction: &Transaction, tenant: Tenant) -> Result<Option<bool>> {
    // A write that changes nothing locks the row on both databases.
    let sql =
        "UPDATE customer SET updated_at = updated_at WHERE id = $1 AND lifecycle <> 'deleted' RETURNING administrator";
    let row: Option<Administrator> = transaction.one(transaction.statement(sql, [tenant.id().into()])).await?;
    Ok(row.map(|row| row.administrator))
}

row! {
    /// Whether a customer administers the service.
    Administrator {
        /// It does.
        administrator: bool = "administrator",
    }
}

/// Removes a key, whosever it is, that still has this version. False if it has changed or gone.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete(transaction: &Transaction, id: Number<Key>, version: i64) -> Result<bool> {
    let sql = "DELETE FROM api_key WHERE id = $1 AND version = $2";
    Ok(transaction.run(transaction.statement(sql, [id.into(), version.into()])).await? > 0)
}

/// Removes all keys of a user; what they were known by.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete_of_user(transaction: &Transaction, user: UserNumber) -> Result<Vec<Uuid>> {
    let sql = "DELETE FROM api_key WHERE user_id = $1 RETURNING key";
    let rows: Vec<(Uuid,)> = transaction.all(transaction.statement(sql, [user.into()])).await?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}

/// Writes down that a key was used at an instant, unless it is known to have been used later.
///
/// # Errors
/// As [`crate::Error`].
pub async fn used(transaction: &Transaction, key: Uuid, at: i64) -> Result<()> {
    let sql = "UPDATE api_key SET last_used_at = $1 WHERE key = $2 AND (last_used_at IS NULL OR last_used_at < $1)";
    transaction.run(transaction.statement(sql, [at.into(), key.into()])).await?;
    Ok(())
}

row! {
    /// A key of whomever, and whose it is.
    OwnedKey {
        /// Its age among keys.
        id: Number<Key> = "api_key.id",
        /// What it is known by.
        key: Uuid = "api_key.key",
        /// The public half, where it is another.
        name: Option<String> = "api_key.name",
        /// The number of the user.
        user_id: Option<UserNumber> = "api_key.user_id",
        /// The customer that it is a key of.
        customer_id: Option<CustomerNumber> = "api_key.customer_id",
        /// The name of that customer.
        customer: Option<String> = "customer.cid",
        /// Or the identity of the user whose it is.
        user: Option<Uuid> = "portal_user.uuid",
        /// The address of that user.
        email: Option<String> = "portal_user.email",
        /// When it was made.
        created_at: i64 = "api_key.created_at",
        /// Who made it.
        created_by: Option<String> = "api_key.created_by",
        /// When it was used last.
        last_used_at: Option<i64> = "api_key.last_used_at",
        /// Rises with each change.
        version: i64 = "api_key.version",
    }
}

/// Which keys an operator means.
#[derive(Debug, Clone, Copy)]
pub enum Which {
    /// All that there are.
    All,
    /// Those of one owner.
    Of(Owner),
    /// One.
    One(Uuid),
}

/// Keys of whomever, the oldest first.
///
/// # Errors
/// As [`crate::Error`].
pub async fn owned(scope: &Scope<'_>, which: Which) -> Result<Vec<OwnedKey>> {
    let (condition, value): (_, sea_orm::Value) = match which {
        Which::All => ("$1 = 0", 0_i64.into()),
        Which::Of(Owner::Customer(id)) => ("api_key.customer_id = $1", id.into()),
        Which::Of(Owner::User(id)) => ("api_key.user_id = $1", id.into()),
        Which::One(key) => ("api_key.key = $1", key.into()),
    };
    let sql = format!(
        "SELECT {} FROM api_key LEFT JOIN customer ON customer.id = api_key.customer_id \
         LEFT JOIN portal_user ON portal_user.id = api_key.user_id WHERE {condition} ORDER BY api_key.id",
        OwnedKey::COLUMNS
    );
    scope.all(scope.statement(&sql, [value])).await
}

/// How many keys a customer has.
///
/// # Errors
/// As [`crate::Error`].
pub async fn count(transaction: &Transaction, tenant: Tenant) -> Result<i64> {
    let statement = transaction.statement("SELECT count(*) FROM api_key WHERE customer_id = $1", [tenant.id().into()]);
    let row: Option<crate::customer::Count> = transaction.one(statement).await?;
    Ok(row.map_or(0, |row| row.count))
}
