//! Who has been granted what. A grant is a name; it has effect as long as there is a definition of that name.

use sea_orm::Value;

use crate::authority::EPOCH;
use crate::effective::effective;
use crate::places::places;
use crate::row::{Entity as _, row};
use crate::{Result, Scope, Transaction};

/// Whose grants are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// The customer of this number.
    Customer(i64),
    /// The portal user of this number.
    User(i64),
}

/// What is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An entitlement.
    Entitlement,
    /// An entitlement group.
    Group,
}

impl Holder {
    /// What the names of its tables begin with, the column of the holder in them, its number.
    fn place(self) -> (&'static str, &'static str, i64) {
        match self {
            Self::Customer(number) => ("customer", "customer_id", number),
            Self::User(number) => ("portal_user", "user_id", number),
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
        let ((prefix, column, _), effective) = (self.place(), self.effective());
        format!(
            "WITH own_entitlement AS (SELECT entitlement_name FROM {prefix}_entitlement WHERE {column} = $1), \
             own_group AS (SELECT group_name FROM {prefix}_group WHERE {column} = $1), \
             effective AS ({effective}) SELECT {columns}, {EPOCH}"
        )
    }
}

impl Kind {
    /// What the names of its tables end with, and the column of the name in them.
    fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::Entitlement => ("entitlement", "entitlement_name"),
            Self::Group => ("group", "group_name"),
        }
    }
}

row! {
    /// What somebody has been granted, and what that comes to: names with commas between them, in no order.
    Held {
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
pub async fn held(scope: &Scope<'_>, holder: Holder) -> Result<Held> {
    let sql = holder.statement(Held::COLUMNS);
    let (.., number) = holder.place();
    scope.facts(scope.statement(&sql, [number.into()])).await
}

/// The names of what a customer or a portal user has been granted of one kind, whether they are defined or not, with commas
/// between them.
///
/// # Errors
/// As [`crate::Error`].
pub async fn own(scope: &Scope<'_>, holder: Holder, kind: Kind) -> Result<Option<String>> {
    let ((prefix, column, number), (suffix, name)) = (holder.place(), kind.place());
    let sql = format!("SELECT (SELECT string_agg({name}, ',') FROM {prefix}_{suffix} WHERE {column} = $1), {EPOCH}");
    let (names,): (Option<String>,) = scope.facts(scope.statement(&sql, [number.into()])).await?;
    Ok(names)
}

row! {
    /// The entitlements of somebody: names with commas between them, in no order.
    Entitlements {
        /// Those that were granted by themselves, whether they are defined or not.
        own: Option<String> = "(SELECT string_agg(entitlement_name, ',') FROM own_entitlement)",
        /// Those that have effect.
        effective: Option<String> = "(SELECT string_agg(name, ',') FROM effective)",
    }
}

/// The entitlements of a customer or a portal user. What that means for groups, which [`held`] says too, takes a look at
/// every group that there is.
///
/// # Errors
/// As [`crate::Error`].
pub async fn entitlements(scope: &Scope<'_>, holder: Holder) -> Result<Entitlements> {
    let sql = holder.statement(Entitlements::COLUMNS);
    let (.., number) = holder.place();
    scope.facts(scope.statement(&sql, [number.into()])).await
}

/// Grants something to a customer, unless it has it.
///
/// # Errors
/// As [`crate::Error`].
pub async fn to_customer(transaction: &Transaction, customer: i64, kind: Kind, name: &str) -> Result<()> {
    let (suffix, column) = kind.place();
    let sql = format!(
        "INSERT INTO customer_{suffix} (customer_id, {column}) VALUES ($1, $2) \
         ON CONFLICT (customer_id, {column}) DO NOTHING"
    );
    transaction.run(transaction.statement(&sql, [customer.into(), name.into()])).await?;
    Ok(())
}

/// Grants something to one portal user.
///
/// # Errors
/// As [`crate::Error`].
pub async fn to_user(transaction: &Transaction, user: i64, kind: Kind, name: &str, now: i64) -> Result<()> {
    given(transaction, kind, name, now, |values| format!("id = {}", places(values, [user]))).await
}

/// Grants something to the portal users who have one of these addresses. Where several have the same one, it goes to those
/// who have to do with the customer: they belong to it or to what it lies below, are listed for it, or belong to nobody.
/// Otherwise whoever makes accounts in some customer could make one for somebody else's address, and be granted what they
/// are.
///
/// # Errors
/// As [`crate::Error`].
pub async fn to_users(
    transaction: &Transaction,
    customer: i64,
    emails: &[String],
    kind: Kind,
    name: &str,
    now: i64,
) -> Result<()> {
    if emails.is_empty() {
        return Ok(());
    }
    let administrators = |values: &mut Vec<Value>| {
        let addresses = places(values, emails.iter().map(|email| email.to_lowercase()));
        let customer = places(values, [customer]);
        format!(
            "email_key IN ({addresses}) AND (customer_id IS NULL \
             OR 1 = (SELECT count(*) FROM portal_user namesake WHERE namesake.email_key = portal_user.email_key) \
             OR customer_id IN (SELECT ancestor_id FROM customer_closure WHERE descendant_id = {customer}) \
             OR id IN (SELECT user_id FROM portal_user_customer WHERE customer_id = {customer}))"
        )
    };
    given(transaction, kind, name, now, administrators).await
}

async fn given(
    transaction: &Transaction,
    kind: Kind,
    name: &str,
    now: i64,
    whom: impl FnOnce(&mut Vec<Value>) -> String,
) -> Result<()> {
    let mut values: Vec<Value> = vec![name.into()];
    let (suffix, column) = kind.place();
    // Of a group it is known since when.
    let (more, now) = match kind {
        Kind::Entitlement => ("", String::new()),
        Kind::Group => (", granted_at", format!(", {}", places(&mut values, [now]))),
    };
    let whom = whom(&mut values);
    let sql = format!(
        "INSERT INTO portal_user_{suffix} (user_id, {column}{more}) SELECT id, $1{now} FROM portal_user \
         WHERE {whom} ON CONFLICT (user_id, {column}) DO NOTHING"
    );
    transaction.run(transaction.statement(&sql, values)).await?;
    Ok(())
}

/// Takes something back from a customer and from each of its portal users.
///
/// # Errors
/// As [`crate::Error`].
pub async fn revoke(transaction: &Transaction, customer: i64, kind: Kind, name: &str) -> Result<()> {
    let (suffix, column) = kind.place();
    for (prefix, holders) in [
        ("customer", "customer_id = $1"),
        ("portal_user", "user_id IN (SELECT id FROM portal_user WHERE customer_id = $1)"),
    ] {
        let sql = format!("DELETE FROM {prefix}_{suffix} WHERE {column} = $2 AND {holders}");
        transaction.run(transaction.statement(&sql, [customer.into(), name.into()])).await?;
    }
    Ok(())
}
