//! Accounts of whichever customer, as an operator asks for them from the command line.

use uuid::Uuid;

use crate::row::{Entity as _, row};
use crate::{CustomerNumber, Result, Scope, Transaction, UserNumber};

row! {
    /// An account, and where it belongs.
    Account {
        /// The number that other tables refer to.
        id: UserNumber = "portal_user.id",
        /// The identity in addresses.
        uuid: Uuid = "portal_user.uuid",
        /// The address that the person signs in with.
        email: String = "portal_user.email",
        /// A sign-in name.
        uid: Option<String> = "portal_user.uid",
        /// The name of the customer; none of a system user.
        customer: Option<String> = "customer.cid",
        /// Whether the person can sign in.
        enabled: bool = "portal_user.enabled",
        /// When the account was made, in microseconds since 1970.
        created_at: i64 = "portal_user.created_at",
        /// The groups that it is in, with commas between them.
        groups: Option<String> =
            "(SELECT string_agg(group_name, ',') FROM portal_user_group WHERE user_id = portal_user.id)",
        /// Its sessions.
        sessions: i64 = "(SELECT count(*) FROM session WHERE user_id = portal_user.id AND expires_at > $1)",
        /// Its keys.
        keys: i64 = "(SELECT count(*) FROM api_key WHERE user_id = portal_user.id)",
    }
}

/// Whose accounts are asked for.
#[derive(Debug, Clone)]
pub enum WhoseAccounts {
    /// Everybody's.
    All,
    /// Those of a customer.
    Customer(CustomerNumber),
    /// Those that belong to no customer.
    System,
    /// The one with this identity.
    One(Uuid),
}

/// Accounts, the oldest first.
///
/// # Errors
/// As [`crate::Error`].
pub async fn list(scope: &Scope<'_>, whose: WhoseAccounts, now: i64) -> Result<Vec<Account>> {
    let (condition, value): (_, sea_orm::Value) = match whose {
        WhoseAccounts::All => ("$2 = 0", 0_i64.into()),
        WhoseAccounts::System => ("portal_user.customer_id IS NULL AND $2 = 0", 0_i64.into()),
        WhoseAccounts::Customer(id) => ("portal_user.customer_id = $2", id.into()),
        WhoseAccounts::One(uuid) => ("portal_user.uuid = $2", uuid.into()),
    };
    let sql = format!(
        "SELECT {} FROM portal_user LEFT JOIN customer ON customer.id = portal_user.customer_id WHERE {condition} \
         ORDER BY portal_user.id",
        Account::COLUMNS
    );
    scope.all(scope.statement(&sql, [now.into(), value])).await
}

/// Lets an account sign in, or keeps it from that.
///
/// # Errors
/// As [`crate::Error`].
pub async fn enable(transaction: &Transaction, id: UserNumber, enabled: bool) -> Result<()> {
    let sql = "UPDATE portal_user SET enabled = $1, version = version + 1 WHERE id = $2";
    transaction.run(transaction.statement(sql, [enabled.into(), id.into()])).await?;
    Ok(())
}

/// Gives an account another password.
///
/// # Errors
/// As [`crate::Error`].
pub async fn set_password(transaction: &Transaction, id: UserNumber, hash: &str) -> Result<()> {
    let sql = "UPDATE portal_user SET password_hash = $1, version = version + 1 WHERE id = $2";
    transaction.run(transaction.statement(sql, [hash.into(), id.into()])).await?;
    Ok(())
}

/// Deletes an account, and with it its sessions and keys.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete(transaction: &Transaction, id: UserNumber) -> Result<()> {
    transaction.run(transaction.statement("DELETE FROM portal_user WHERE id = $1", [id.into()])).await?;
    Ok(())
}

/// The identity of an account, and the customer that it belongs to.
///
/// # Errors
/// As [`crate::Error`].
pub async fn identity(transaction: &Transaction, id: UserNumber) -> Result<Option<(Uuid, Option<CustomerNumber>)>> {
    let sql = "SELECT uuid, customer_id FROM portal_user WHERE id = $1";
    transaction.one(transaction.statement(sql, [id.into()])).await
}
