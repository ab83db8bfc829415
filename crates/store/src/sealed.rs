//! What is kept encrypted, whatever it is of.

use crate::authority::EPOCH;
use crate::row::{Entity as _, row};
use crate::{Result, Scope, Transaction};

/// A column of what is kept encrypted.
#[derive(Debug, Clone, Copy)]
pub struct Sealed {
    table: &'static str,
    /// A number that is each row's own.
    number: &'static str,
    column: &'static str,
}

/// All of them.
pub const SEALED: [Sealed; 3] = [
    Sealed { table: "customer_api_key", number: "customer_id", column: "sealed" },
    Sealed { table: "customer_origin_strategy", number: "id", column: "credentials" },
    Sealed { table: "auth_service", number: "id", column: "provider_credentials" },
];

row! {
    /// One piece.
    SealedPiece {
        /// The number of its row.
        number: i64 = "number",
        /// What is kept.
        sealed: Vec<u8> = "sealed",
    }
}

impl Sealed {
    /// What it is a column of.
    pub fn table(self) -> &'static str {
        self.table
    }

    fn select(self) -> String {
        let Self { table, number, column } = self;
        format!("SELECT {number} AS number, {column} AS sealed FROM {table} WHERE {column} IS NOT NULL")
    }
}

/// One of what is kept encrypted; none where nothing is.
///
/// # Errors
/// As [`crate::Error`].
pub async fn any(scope: &Scope<'_>) -> Result<Option<Vec<u8>>> {
    let all = SEALED.map(Sealed::select).join(" UNION ALL ");
    let sql = format!("SELECT sealed, {EPOCH} FROM ({all}) kept LIMIT 1");
    let row: Option<(Vec<u8>,)> = scope.one(scope.statement(&sql, [])).await?;
    Ok(row.map(|(sealed,)| sealed))
}

/// Pieces of one column, by their numbers, after a number; at most so many.
///
/// # Errors
/// As [`crate::Error`].
pub async fn pieces(scope: &Scope<'_>, of: Sealed, after: i64, most: u64) -> Result<Vec<SealedPiece>> {
    let Sealed { number, .. } = of;
    let sql = format!(
        "SELECT {} FROM ({} AND {number} > $1 ORDER BY {number} LIMIT {most}) kept ORDER BY number",
        SealedPiece::COLUMNS,
        of.select()
    );
    scope.all(scope.statement(&sql, [after.into()])).await
}

/// Keeps a piece encrypted otherwise, if it is still what was read.
///
/// # Errors
/// As [`crate::Error`].
pub async fn put(transaction: &Transaction, of: Sealed, piece: SealedPiece, sealed: Vec<u8>) -> Result<()> {
    let Sealed { table, number, column } = of;
    let sql = format!("UPDATE {table} SET {column} = $1 WHERE {number} = $2 AND {column} = $3");
    let values = [sealed.into(), piece.number.into(), piece.sealed.into()];
    transaction.run(transaction.statement(&sql, values)).await?;
    Ok(())
}
