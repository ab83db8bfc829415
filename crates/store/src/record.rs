//! All that is kept of a customer, for those who administer customers. `customer` has the few columns that most requests
//! need.

use std::sync::LazyLock;

use sea_orm::Value;
use uuid::Uuid;

use crate::authority::EPOCH;
use crate::folding::key;
use crate::grant::{self, EntitlementColumns};
use crate::placeholders::placeholders;
use crate::row::{Beside, Entity as _, Row, row};
use crate::{CustomerNumber, DomainNumber, Result, Scope, Tenant, Transaction};

row! {
    /// A customer, whole. Instants are microseconds since 1970. Who wrote is the identity of a portal user or the name of
    /// an issuer of tokens.
    Record {
        /// The number in addresses.
        id: CustomerNumber = "customer.id",
        /// The identity that never changes.
        uuid: Uuid = "customer.uuid",
        /// The name in addresses.
        name: String = "customer.cid",
        /// Another unique name.
        alias: String = "customer.alias",
        /// The name for people.
        display_name: String = "customer.name",
        /// `inactive`, `active`, `disabled` or `deleted`.
        lifecycle: String = "customer.lifecycle",
        /// Whether it administers the service.
        administrator: bool = "customer.administrator",
        /// `leaf` or `group`.
        kind: String = "customer.kind",
        /// The number of the domain.
        domain: DomainNumber = "customer.domain_id",
        /// The customer that it lies below; none for the root.
        parent: Option<CustomerNumber> = "customer.parent_id",
        /// `english` or `norwegian`.
        language: String = "customer.language",
        /// A name of the IANA time zone database.
        time_zone: String = "customer.time_zone",
        /// A bit for each flag.
        flags: i64 = "customer.flags",
        /// A JSON object.
        metadata: Option<String> = "customer.metadata",
        /// A JSON array of addresses.
        admin_emails: String = "customer.admin_emails",
        /// A JSON array of names in the DNS.
        customer_domains: String = "customer.customer_domains",
        /// The second factor.
        mfa_method: Option<String> = "customer.mfa_method",
        /// Whether anybody may register.
        allow_public_registration: bool = "customer.allow_public_registration",
        /// Whether a new user has approved the agreement.
        eula_automatic_approval: bool = "customer.eula_automatic_approval",
        /// The revision of the agreement for users.
        eula_revision: String = "customer.eula_revision",
        /// The revision that the organisation has to approve, where it is not the global one.
        eula_required: Option<String> = "customer.eula_required",
        /// The revision that the organisation has approved.
        eula_approved: Option<String> = "customer.eula_approved",
        /// Who approved it.
        eula_approved_by: Option<String> = "customer.eula_approved_by",
        /// When.
        eula_approved_at: Option<i64> = "customer.eula_approved_at",
        /// When it last became active.
        activated_at: Option<i64> = "customer.activated_at",
        /// When it came to be.
        created_at: i64 = "customer.created_at",
        /// Who made it.
        created_by: Option<String> = "customer.created_by",
        /// When it last changed.
        updated_at: i64 = "customer.updated_at",
        /// Who changed it.
        updated_by: Option<String> = "customer.updated_by",
        /// When it was disabled or deleted.
        deleted_at: Option<i64> = "customer.deleted_at",
        /// Who did that.
        deleted_by: Option<String> = "customer.deleted_by",
        /// Rises with each change.
        version: i64 = "customer.version",
    }
}

/// What a customer is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhichCustomer {
    /// Its number.
    Number(CustomerNumber),
    /// The identity that never changes.
    Uuid(Uuid),
    /// Its name, whatever the case of its letters.
    Name(String),
}

impl WhichCustomer {
    /// What part of an address means that takes a number or a name: all digits are a number, whether there is such a
    /// customer or not, and anything else is a name. None where it can mean no customer.
    pub fn of_address(text: &str) -> Option<Self> {
        match text.bytes().all(|byte| byte.is_ascii_digit()) {
            true => text.parse().ok().map(CustomerNumber::new).map(Self::Number),
            false => (text.len() <= 64 && !text.contains('\0')).then(|| Self::Name(text.to_owned())),
        }
    }

    pub(crate) fn condition(&self) -> (&'static str, Value) {
        match self {
            Self::Number(number) => ("customer.id = $1", (*number).into()),
            Self::Uuid(uuid) => ("customer.uuid = $1", (*uuid).into()),
            Self::Name(name) => ("customer.cid_key = $1", key("cid_key", name).into()),
        }
    }
}

/// A customer that is not deleted.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, identity: &WhichCustomer) -> Result<Option<Record>> {
    found(scope, identity, Record::COLUMNS).await
}

/// The same, and what more one statement can say of it.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find_with<E: EntitlementColumns>(
    scope: &Scope<'_>,
    identity: &WhichCustomer,
) -> Result<Option<(Record, E)>> {
    let columns = format!("{}, {}", Record::COLUMNS, E::COLUMNS);
    let found: Option<Beside<Record, E>> = found(scope, identity, &columns).await?;
    Ok(found.map(|Beside(record, entitlements)| (record, entitlements)))
}

async fn found<R: Row>(scope: &Scope<'_>, identity: &WhichCustomer, columns: &str) -> Result<Option<R>> {
    let (condition, value) = identity.condition();
    let sql = format!("SELECT {columns}, {EPOCH} FROM customer WHERE {condition} AND lifecycle <> 'deleted'");
    scope.one(scope.statement(&sql, [value])).await
}

/// The same among writes: a transaction must not wait for a second connection.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find_within(transaction: &Transaction, identity: &WhichCustomer) -> Result<Option<Record>> {
    chosen(transaction, identity, "").await
}

async fn chosen(transaction: &Transaction, identity: &WhichCustomer, lock: &str) -> Result<Option<Record>> {
    let (condition, value) = identity.condition();
    let sql = format!("SELECT {} FROM customer WHERE {condition} AND lifecycle <> 'deleted'{lock}", Record::COLUMNS);
    transaction.one(transaction.statement(&sql, [value])).await
}

/// The same among writes. Nobody else changes it until the transaction ends.
///
/// # Errors
/// As [`crate::Error`].
pub async fn lock(transaction: &Transaction, identity: &WhichCustomer) -> Result<Option<Record>> {
    chosen(transaction, identity, transaction.for_no_key_update()).await
}

/// The customers with these numbers, deleted ones among them, in the order of their numbers.
///
/// # Errors
/// As [`crate::Error`].
pub async fn several(scope: &Scope<'_>, numbers: &[CustomerNumber]) -> Result<Vec<Record>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = Vec::new();
    let placeholders = placeholders(&mut values, numbers.iter().copied());
    let sql = format!("SELECT {} FROM customer WHERE id IN ({placeholders}) ORDER BY id", Record::COLUMNS);
    scope.check().await?;
    scope.all(scope.statement(&sql, values)).await
}

/// What is written of a customer. Whatever can change is in here, so that a change says the whole of what is there after
/// it.
fn state(record: &Record) -> Vec<(&'static str, Value)> {
    let Record {
        id: _,
        uuid: _,
        name,
        alias,
        display_name,
        lifecycle,
        administrator: _,
        kind,
        domain,
        parent,
        language,
        time_zone,
        flags,
        metadata,
        admin_emails,
        customer_domains,
        mfa_method,
        allow_public_registration,
        eula_automatic_approval,
        eula_revision,
        eula_required,
        eula_approved,
        eula_approved_by,
        eula_approved_at,
        activated_at,
        created_at,
        created_by,
        updated_at,
        updated_by,
        deleted_at,
        deleted_by,
        version: _,
    } = record.clone();
    // The names of a deleted customer can be used again; no name contains a colon.
    let unique = |column: &str, name: &str| match lifecycle.as_str() {
        "deleted" => format!(":{}", record.id),
        _ => key(column, name),
    };
    vec![
        ("cid_key", unique("cid_key", &name).into()),
        ("cid", name.into()),
        ("alias_key", unique("alias_key", &alias).into()),
        ("alias", alias.into()),
        ("name_key", key("name_key", &display_name).into()),
        ("name", display_name.into()),
        ("lifecycle", lifecycle.into()),
        ("kind", kind.into()),
        ("domain_id", domain.into()),
        ("parent_id", parent.into()),
        ("language", language.into()),
        ("time_zone", time_zone.into()),
        ("flags", flags.into()),
        ("metadata", metadata.into()),
        ("admin_emails", admin_emails.into()),
        ("customer_domains", customer_domains.into()),
        ("mfa_method", mfa_method.into()),
        ("allow_public_registration", allow_public_registration.into()),
        ("eula_automatic_approval", eula_automatic_approval.into()),
        ("eula_revision", eula_revision.into()),
        ("eula_required", eula_required.into()),
        ("eula_approved", eula_approved.into()),
        ("eula_approved_by", eula_approved_by.into()),
        ("eula_approved_at", eula_approved_at.into()),
        ("activated_at", activated_at.into()),
        ("created_at", created_at.into()),
        ("created_by", created_by.into()),
        ("updated_at", updated_at.into()),
        ("updated_by", updated_by.into()),
        ("deleted_at", deleted_at.into()),
        ("deleted_by", deleted_by.into()),
    ]
}

/// Makes a customer of all that a record says but its number; the tree is not touched.
///
/// # Errors
/// [`crate::Error::Taken`] if a name is.
pub async fn insert(transaction: &Transaction, record: &Record) -> Result<Record> {
    let mut columns = vec!["uuid", "administrator", "version"];
    let mut values: Vec<Value> = vec![record.uuid.into(), record.administrator.into(), record.version.into()];
    for (column, value) in state(record) {
        columns.push(column);
        values.push(value);
    }
    let numbers: Vec<_> = (1..=values.len()).map(|number| format!("${number}")).collect();
    let sql = format!(
        "INSERT INTO customer ({}) VALUES ({}) RETURNING {}",
        columns.join(", "),
        numbers.join(", "),
        *RETURNED
    );
    let row = transaction.one(transaction.statement(&sql, values)).await?;
    Ok(row.expect("INSERT … RETURNING returns the row"))
}

/// Writes a record over the row with its number, if that still has its version; the tree is not touched.
///
/// # Errors
/// [`crate::Error::Taken`] if a name is. None if the row has changed.
pub async fn update(transaction: &Transaction, record: &Record) -> Result<Option<Record>> {
    let mut values: Vec<Value> = vec![record.id.into(), record.version.into()];
    let mut sets = String::new();
    for (column, value) in state(record) {
        values.push(value);
        sets += &format!("{column} = ${}, ", values.len());
    }
    let sql = format!(
        "UPDATE customer SET {sets}version = version + 1 WHERE id = $1 AND version = $2 RETURNING {}",
        *RETURNED
    );
    transaction.one(transaction.statement(&sql, values)).await
}

/// RETURNING of a table that is not joined with another; SQLite takes no qualified names there.
static RETURNED: LazyLock<String> = LazyLock::new(|| Record::COLUMNS.replace("customer.", ""));

/// Which of these names another customer has: the name, the alias.
///
/// # Errors
/// As [`crate::Error`].
pub async fn taken(
    transaction: &Transaction,
    but: Option<CustomerNumber>,
    name: &str,
    alias: &str,
) -> Result<(bool, bool)> {
    let sql = "SELECT CAST(count(CASE WHEN cid_key = $1 THEN 1 END) AS BIGINT), \
        CAST(count(CASE WHEN alias_key = $2 THEN 1 END) AS BIGINT) \
        FROM customer WHERE (cid_key = $1 OR alias_key = $2) AND id <> $3";
    let values =
        [key("cid_key", name).into(), key("alias_key", alias).into(), but.unwrap_or(CustomerNumber::new(0)).into()];
    let row: Option<(i64, i64)> = transaction.one(transaction.statement(sql, values)).await?;
    Ok(row.map_or((false, false), |(name, alias)| (name > 0, alias > 0)))
}

/// Takes from a customer what would let somebody sign in or see it: its people and keys, and what was granted to it.
///
/// # Errors
/// As [`crate::Error`].
pub async fn release(transaction: &Transaction, tenant: Tenant) -> Result<()> {
    for table in ["portal_user", "api_key", "customer_api_key", "portal_user_customer", "customer_user_role"] {
        let sql = format!("DELETE FROM {table} WHERE customer_id = $1");
        transaction.run(transaction.statement(&sql, [tenant.id().into()])).await?;
    }
    grant::revoke_all(transaction, tenant.id()).await
}
