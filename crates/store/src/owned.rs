//! Rows that are a customer's, each found by one column: what most classes are kept as.

use sea_orm::Value;

use crate::authority::EPOCH;
use crate::listing::{Listing, Page, Table};
use crate::row::Entity;
use crate::{Birth, Number, Result, Scope, Tenant, Transaction};

/// A row of a customer's, in a table with the columns `id`, `customer_id`, `created_at` and `version`.
pub trait Owned: Entity {
    /// What tells it from the customer's other rows.
    type Identity: Into<Value>;
    /// What a writer gives.
    type State: State;
    /// The table.
    const TABLE: Table;
    /// The column of the identity.
    const IDENTITY: &'static str;

    /// The number that other tables refer to.
    fn id(&self) -> Number<Self>;
    /// Rises with each change.
    fn version(&self) -> i64;
}

/// What is kept of a row and can change, as columns.
pub trait State {
    /// Each column with its value.
    fn columns(self) -> Vec<(&'static str, Value)>;
}

/// Declares the changeable state of a row: fields that are columns, each with the column of its folded form if it has one.
macro_rules! state {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$field_doc:meta])* $field:ident : $type:ty = $column:literal $(, folded $folded:literal)?);* $(;)?
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type),* }

        impl $crate::owned::State for $name {
            fn columns(self) -> Vec<(&'static str, sea_orm::Value)> {
                vec![$($(($folded, $crate::folding::key($folded, &self.$field).into()),)? ($column, self.$field.into())),*]
            }
        }
    };
}
pub(crate) use state;

/// Implements [`Owned`] for a row with fields `id` and `version`.
macro_rules! owned {
    ($row:ty, $state:ty, $identity:ty = $column:literal, $table:expr) => {
        impl $crate::owned::Owned for $row {
            type Identity = $identity;
            type State = $state;
            const TABLE: $crate::listing::Table = $table;
            const IDENTITY: &'static str = $column;

            fn id(&self) -> $crate::Number<Self> {
                self.id
            }

            fn version(&self) -> i64 {
                self.version
            }
        }
    };
}
pub(crate) use owned;

/// Whether a customer exists, for tables of what is theirs.
pub(crate) const CUSTOMER_EXISTS: &str = "EXISTS (SELECT 1 FROM customer WHERE id = $1 AND lifecycle <> 'deleted')";

/// A row of a customer's.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find<R: Owned>(scope: &Scope<'_>, tenant: Tenant, identity: R::Identity) -> Result<Option<R>> {
    let (table, column) = (R::TABLE.name, R::IDENTITY);
    let sql = format!("SELECT {}, {EPOCH} FROM {table} WHERE {column} = $1 AND customer_id = $2", R::COLUMNS);
    scope.one(scope.statement(&sql, [identity.into(), tenant.id().into()])).await
}

/// The same, among writes: a transaction must not wait for a second connection.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find_within<R: Owned>(
    transaction: &Transaction,
    tenant: Tenant,
    identity: R::Identity,
) -> Result<Option<R>> {
    let (table, column) = (R::TABLE.name, R::IDENTITY);
    let sql = format!("SELECT {} FROM {table} WHERE {column} = $1 AND customer_id = $2", R::COLUMNS);
    transaction.one(transaction.statement(&sql, [identity.into(), tenant.id().into()])).await
}

/// The rows of a customer; none where there is no such customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn list<R: Owned>(scope: &Scope<'_>, tenant: Tenant, listing: &Listing) -> Result<Option<Page<R>>> {
    R::TABLE.list(scope, Some(tenant.id().into()), listing).await
}

/// Makes a row. None if there is no such customer.
///
/// # Errors
/// [`crate::Error::Taken`] if something that must be unique is.
pub async fn insert<R: Owned>(
    transaction: &Transaction,
    tenant: Tenant,
    identity: R::Identity,
    birth: Birth,
    state: R::State,
) -> Result<Option<R>> {
    let mut columns = vec!["customer_id", R::IDENTITY, "created_at", "version"];
    let mut values: Vec<Value> = vec![tenant.id().into(), identity.into(), birth.at.into(), birth.version.into()];
    for (column, value) in state.columns() {
        columns.push(column);
        values.push(value);
    }
    let places: Vec<_> = (1..=values.len()).map(|number| format!("${number}")).collect();
    let sql = format!(
        "INSERT INTO {} ({}) SELECT {} WHERE {CUSTOMER_EXISTS} RETURNING {}",
        R::TABLE.name,
        columns.join(", "),
        places.join(", "),
        R::COLUMNS
    );
    transaction.one(transaction.statement(&sql, values)).await
}

/// Replaces the state of a row that still has the version of the row given. None if it has changed or gone.
///
/// # Errors
/// [`crate::Error::Taken`] if something that must be unique is.
pub async fn update<R: Owned>(transaction: &Transaction, row: &R, state: R::State) -> Result<Option<R>> {
    let mut values: Vec<Value> = vec![row.id().into(), row.version().into()];
    let mut sets = String::new();
    for (column, value) in state.columns() {
        values.push(value);
        sets += &format!("{column} = ${}, ", values.len());
    }
    let sql = format!(
        "UPDATE {} SET {sets}version = version + 1 WHERE id = $1 AND version = $2 RETURNING {}",
        R::TABLE.name,
        R::COLUMNS
    );
    transaction.one(transaction.statement(&sql, values)).await
}

/// Removes a row that still has the version of the row given. False if it has changed or gone.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete<R: Owned>(transaction: &Transaction, row: &R) -> Result<bool> {
    let sql = format!("DELETE FROM {} WHERE id = $1 AND version = $2", R::TABLE.name);
    Ok(transaction.run(transaction.statement(&sql, [row.id().into(), row.version().into()])).await? > 0)
}
