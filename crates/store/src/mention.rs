//! People as others refer to them.

use sea_orm::Value;
use uuid::Uuid;

use crate::authority::EPOCH;
use crate::folding::addresses;
use crate::placeholders::placeholders;
use crate::row::{Entity as _, row};
use crate::{CustomerNumber, DomainNumber, Result, Scope, UserNumber};

row! {
    /// A portal user, with the customer that they belong to.
    Mention {
        /// The number that other tables refer to.
        id: UserNumber = "portal_user.id",
        /// The identity in addresses.
        uuid: Uuid = "portal_user.uuid",
        /// A sign-in name.
        uid: Option<String> = "portal_user.uid",
        /// The address that they sign in with.
        email: String = "portal_user.email",
        /// The number of the customer; none for a system user.
        customer: Option<CustomerNumber> = "customer.id",
        /// Its name in addresses.
        customer_name: Option<String> = "customer.cid",
        /// Its name for people.
        customer_display_name: Option<String> = "customer.name",
        /// The number of its domain.
        customer_domain: Option<DomainNumber> = "customer.domain_id",
    }
}

const FROM: &str = "portal_user LEFT JOIN customer ON customer.id = portal_user.customer_id";

/// How people are referred to.
#[derive(Debug, Clone, Default)]
pub struct References {
    /// By number.
    pub numbers: Vec<UserNumber>,
    /// By identity.
    pub uuids: Vec<Uuid>,
    /// By sign-in name or address, whatever the case.
    pub names: Vec<String>,
}

/// Everybody who is referred to, in the order of their numbers; an address can be that of several.
///
/// # Errors
/// As [`crate::Error`].
pub async fn several(scope: &Scope<'_>, references: &References) -> Result<Vec<Mention>> {
    let References { numbers, uuids, names } = references;
    if numbers.is_empty() && uuids.is_empty() && names.is_empty() {
        return Ok(Vec::new());
    }
    let mut values: Vec<Value> = Vec::new();
    let mut conditions = Vec::new();
    if !numbers.is_empty() {
        conditions.push(format!("portal_user.id IN ({})", placeholders(&mut values, numbers.iter().copied())));
    }
    if !uuids.is_empty() {
        conditions.push(format!("portal_user.uuid IN ({})", placeholders(&mut values, uuids.iter().copied())));
    }
    if !names.is_empty() {
        let keys = placeholders(&mut values, names.iter().flat_map(|name| addresses(name)));
        conditions.push(format!("portal_user.uid_key IN ({keys}) OR portal_user.email_key IN ({keys})"));
    }
    scope.check().await?;
    let sql =
        format!("SELECT {} FROM {FROM} WHERE {} ORDER BY portal_user.id", Mention::COLUMNS, conditions.join(" OR "));
    scope.all(scope.statement(&sql, values)).await
}

/// The hash of somebody's password, if they have one.
///
/// # Errors
/// As [`crate::Error`].
pub async fn password_hash(scope: &Scope<'_>, user: UserNumber) -> Result<Option<String>> {
    let sql = format!("SELECT password_hash, {EPOCH} FROM portal_user WHERE id = $1");
    let row: Option<(Option<String>,)> = scope.one(scope.statement(&sql, [user.into()])).await?;
    Ok(row.and_then(|(hash,)| hash))
}
