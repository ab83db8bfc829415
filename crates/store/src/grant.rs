//! Who has been granted what. A grant is a name; it has effect as long as there is a definition of that name.

use sea_orm::Value;

use crate::authority::EPOCH;
use crate::effective::{effective, effective_names};
use crate::folding::addresses;
use crate::placeholders::placeholders;
use crate::row::{Entity, row};
use crate::{CustomerNumber, Result, Scope, Transaction, UserNumber};

/// Whose grants are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// The customer of this number.
    Customer(CustomerNumber),
    /// The portal user of this number.
    User(UserNumber),
}

/// What is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantKind {
    /// An entitlement.
    Entitlement,
    /// An entitlement group.
    Group,
}

impl Holder {
    /// What the names of its tables begin with, the column of the holder in them, its number.
    fn columns(self) -> (&'static str, &'static str, Value) {
        match self {
            Self::Customer(number) => ("customer", "customer_id", number.into()),
            Self::User(number) => ("portal_user", "user_id", number.into()),
        }
    }

    /// The query for the names of the entitlements that have effect, where the first value is the number.
    fn effective(self) -> &'static str {
        match self {
            Self::Customer(_) => effective!("customer", "customer_id", "$1"),
            Self::User(_) => effective!("portal_user", "user_id", "$1"),
        }
    }

    /// A statement about what was granted, and what that comes to.
    fn statement(self, columns: &str) -> String {
        let ((prefix, column, _), effective) = (self.columns(), self.effective());
        format!(
            "WITH own_entitlement AS (SELECT entitlement_name FROM {prefix}_entitlement WHERE {column} = $1), \
             own_group AS (SELECT group_name FROM {prefix}_group WHERE {column} = $1), \
             effective AS ({effective}) SELECT {columns}, {EPOCH}"
        )
    }
}

impl GrantKind {
    /// What the names of its tables end with, and the column of the name in them.
    fn columns(self) -> (&'static str, &'static str) {
        match self {
            Self::Entitlement => ("entitlement", "entitlement_name"),
            Self::Group => ("group", "group_name"),
        }
    }
}

row! {
    /// What somebody has been granted, and what that comes to: names with commas between them, in no order.
    HeldGrants {
        /// Entitlements that were granted.
        entitlements: Option<String> = "(SELECT string_agg(entitlement_name, ',') FROM own_entitlement)",
        /// Groups that were granted.
        groups: Option<String> = "(SELECT string_agg(group_name, ',') FROM own_group)",
        /// Entitlements that have effect.
        effective_entitlements: Option<String> = "(SELECT string_agg(name, ',') FROM effective)",
        /// Groups that have effect: those that are defined, and were granted or have members and none that has no effect.
        effective_groups: Option<String> = "(SELECT string_agg(name, ',') FROM entitlement_group \
            WHERE name IN (SELECT group_name FROM own_group) OR (\
            EXISTS (SELECT 1 FROM entitlement_group_member WHERE group_name = name) AND NOT EXISTS (\
            SELECT 1 FROM entitlement_group_member \
            WHERE group_name = name AND entitlement_name NOT IN (SELECT effective.name FROM effective))))",
    }
}

/// What a customer or a portal user has been granted.
///
/// # Errors
/// As [`crate::Error`].
pub async fn held(scope: &Scope<'_>, holder: Holder) -> Result<HeldGrants> {
    let sql = holder.statement(HeldGrants::COLUMNS);
    let (.., number) = holder.columns();
    scope.facts(scope.statement(&sql, [number])).await
}

/// Entitlements of a customer: columns of a statement about customers.
pub trait EntitlementColumns: Entity + Default {}

macro_rules! own {
    () => {
        "(SELECT string_agg(entitlement_name, ',') FROM customer_entitlement WHERE customer_id = customer.id)"
    };
}

row! {
    /// The entitlements that a customer was granted by themselves, whether they are defined or not: names with commas
    /// between them, in no order.
    #[derive(Default)]
    OwnEntitlements {
        /// The names.
        own: Option<String> = own!(),
    }
}

row! {
    /// The same, and those that have effect. What that means for groups, which [`held`] says too, takes a look at every
    /// group that there is.
    #[derive(Default)]
    HeldEntitlements {
        /// Those that were granted by themselves.
        own: Option<String> = own!(),
        /// Those that have effect.
        effective: Option<String> = effective_names!("customer", "customer_id", "customer.id"),
    }
}

impl EntitlementColumns for OwnEntitlements {}
impl EntitlementColumns for HeldEntitlements {}

/// Entitlements of a customer; none where there is no such customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn entitlements<E: EntitlementColumns>(scope: &Scope<'_>, customer: CustomerNumber) -> Result<E> {
    let sql = format!("SELECT {}, {EPOCH} FROM customer WHERE id = $1", E::COLUMNS);
    Ok(scope.one(scope.statement(&sql, [customer.into()])).await?.unwrap_or_default())
}

/// Grants something to a customer, unless it has it.
///
/// # Errors
/// As [`crate::Error`].
pub async fn to_customer(
    transaction: &Transaction,
    customer: CustomerNumber,
    kind: GrantKind,
    name: &str,
) -> Result<()> {
    let (suffix, column) = kind.columns();
    let sql = format!(
        "INSERT INTO customer_{suffix} (customer_id, {column}) VALUES ($1, $2) \
         ON CONFLICT (customer_id, {column}) DO NOTHING"
    );
    transaction.run(transaction.statement(&sql, [customer.into(), name.into()])).await?;
    Ok(())
}

/// Grants something to one portal user, as their own: it is theirs until it is taken from them.
///
/// # Errors
/// As [`crate::Error`].
pub async fn to_user(transaction: &Transaction, user: UserNumber, kind: GrantKind, name: &str, now: i64) -> Result<()> {
    given(transaction, kind, name, now, |values| format!("id = {}", placeholders(values, [user]))).await?;
    own_now(transaction, user, kind, name).await
}

/// Notes that a portal user has something as their own, also where they had it through a customer.
pub(crate) async fn own_now(transaction: &Transaction, user: UserNumber, kind: GrantKind, name: &str) -> Result<()> {
    let (suffix, column) = kind.columns();
    let sql = format!("DELETE FROM portal_user_{suffix}_through WHERE user_id = $1 AND {column} = $2");
    transaction.run(transaction.statement(&sql, [user.into(), name.into()])).await?;
    Ok(())
}

/// Grants something to the portal users who have one of these addresses and have to do with the customer: they belong to it
/// or to what it lies below, are listed for it, or belong to nobody. An address alone proves nothing: whoever makes accounts
/// in some customer can make one for somebody else's. Through whom it came is kept, so that it can be taken away. The answer is those
/// who did not have it.
///
/// # Errors
/// As [`crate::Error`].
pub async fn to_users(
    transaction: &Transaction,
    customer: CustomerNumber,
    emails: &[String],
    kind: GrantKind,
    name: &str,
    now: i64,
) -> Result<Vec<UserNumber>> {
    if emails.is_empty() {
        return Ok(Vec::new());
    }
    let administrators = |values: &mut Vec<Value>| {
        let addresses = placeholders(values, emails.iter().flat_map(|email| addresses(email)));
        let customer = placeholders(values, [customer]);
        format!(
            "email_key IN ({addresses}) AND (customer_id IS NULL \
             OR customer_id IN (SELECT ancestor_id FROM customer_closure WHERE descendant_id = {customer}) \
             OR id IN (SELECT user_id FROM portal_user_customer WHERE customer_id = {customer}))"
        )
    };
    let new = given(transaction, kind, name, now, administrators).await?;
    // Whoever had it by themselves keeps it, whatever becomes of the customer's.
    let (suffix, column) = kind.columns();
    let mut values: Vec<Value> = vec![name.into(), customer.into()];
    let whom = administrators(&mut values);
    let those = if new.is_empty() { "NULL".to_owned() } else { placeholders(&mut values, new.iter().copied()) };
    let sql = format!(
        "INSERT INTO portal_user_{suffix}_through (user_id, {column}, customer_id) SELECT id, $1, $2 FROM portal_user \
         WHERE ({whom}) AND (id IN ({those}) OR EXISTS (SELECT 1 FROM portal_user_{suffix}_through other \
         WHERE other.user_id = portal_user.id AND other.{column} = $1)) \
         ON CONFLICT (user_id, {column}, customer_id) DO NOTHING"
    );
    transaction.run(transaction.statement(&sql, values)).await?;
    Ok(new)
}

/// Gives something to those whom a condition names. The answer is the numbers of those who did not have it.
async fn given(
    transaction: &Transaction,
    kind: GrantKind,
    name: &str,
    now: i64,
    whom: impl FnOnce(&mut Vec<Value>) -> String,
) -> Result<Vec<UserNumber>> {
    let mut values: Vec<Value> = vec![name.into()];
    let (suffix, column) = kind.columns();
    // Of a group it is known since when.
    let (more, now) = match kind {
        GrantKind::Entitlement => ("", String::new()),
        GrantKind::Group => (", granted_at", format!(", {}", placeholders(&mut values, [now]))),
    };
    let whom = whom(&mut values);
    let sql = format!(
        "INSERT INTO portal_user_{suffix} (user_id, {column}{more}) SELECT id, $1{now} FROM portal_user \
         WHERE {whom} ON CONFLICT (user_id, {column}) DO NOTHING RETURNING user_id"
    );
    let new: Vec<(UserNumber,)> = transaction.all(transaction.statement(&sql, values)).await?;
    Ok(new.into_iter().map(|(user,)| user).collect())
}

/// Takes something back from a customer, from each of its portal users, and from everybody who has it through the customer
/// alone; who had it.
///
/// # Errors
/// As [`crate::Error`].
pub async fn revoke(
    transaction: &Transaction,
    customer: CustomerNumber,
    kind: GrantKind,
    name: &str,
) -> Result<Vec<UserNumber>> {
    let (suffix, column) = kind.columns();
    let mut taken = Vec::new();
    for sql in [
        format!(
            "DELETE FROM customer_{suffix} WHERE {column} = $2 AND customer_id = $1 RETURNING CAST(NULL AS BIGINT)"
        ),
        format!(
            "DELETE FROM portal_user_{suffix} WHERE {column} = $2 \
             AND user_id IN (SELECT id FROM portal_user WHERE customer_id = $1) RETURNING user_id"
        ),
        format!(
            "DELETE FROM portal_user_{suffix} WHERE {column} = $2 AND user_id IN (SELECT user_id \
             FROM portal_user_{suffix}_through WHERE customer_id = $1 AND {column} = $2) AND NOT EXISTS (SELECT 1 \
             FROM portal_user_{suffix}_through other WHERE other.user_id = portal_user_{suffix}.user_id \
             AND other.{column} = $2 AND other.customer_id <> $1) RETURNING user_id"
        ),
        format!(
            "DELETE FROM portal_user_{suffix}_through WHERE customer_id = $1 AND {column} = $2 RETURNING CAST(NULL AS BIGINT)"
        ),
    ] {
        let rows: Vec<(Option<i64>,)> =
            transaction.all(transaction.statement(&sql, [customer.into(), name.into()])).await?;
        taken.extend(rows.into_iter().filter_map(|(user,)| user).map(UserNumber::new));
    }
    Ok(taken)
}

/// Takes everything back that was granted to a customer, from it and from everybody who has it through the customer alone.
///
/// # Errors
/// As [`crate::Error`].
pub async fn revoke_all(transaction: &Transaction, customer: CustomerNumber) -> Result<()> {
    for kind in [GrantKind::Entitlement, GrantKind::Group] {
        let (suffix, column) = kind.columns();
        for sql in [
            format!("DELETE FROM customer_{suffix} WHERE customer_id = $1"),
            format!(
                "DELETE FROM portal_user_{suffix} WHERE (user_id, {column}) IN (SELECT user_id, {column} \
                 FROM portal_user_{suffix}_through WHERE customer_id = $1) AND NOT EXISTS (SELECT 1 \
                 FROM portal_user_{suffix}_through other WHERE other.user_id = portal_user_{suffix}.user_id \
                 AND other.{column} = portal_user_{suffix}.{column} AND other.customer_id <> $1)"
            ),
            format!("DELETE FROM portal_user_{suffix}_through WHERE customer_id = $1"),
        ] {
            transaction.run(transaction.statement(&sql, [customer.into()])).await?;
        }
    }
    Ok(())
}
