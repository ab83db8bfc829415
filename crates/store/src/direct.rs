//! Statements straight through PostgreSQL's driver, on the pool that sea-orm opened.
//!
//! The way through sea-orm asks for each column of each row which database it came from, which is a sixth of a page; what
//! is alike for both databases is in the SQL and in the rows.

use sea_orm::sqlx::postgres::{PgArguments, PgPool, PgRow, Postgres};
use sea_orm::sqlx::query::Query;
use sea_orm::sqlx::{self, AssertSqlSafe};
use sea_orm::{DbErr, RuntimeErr, Statement, Value};

/// All rows of an answer. What a statement writes is committed only after its last row.
pub(crate) async fn all(pool: &PgPool, statement: Statement) -> Result<Vec<PgRow>, DbErr> {
    prepare(statement)?.fetch_all(pool).await.map_err(failure)
}

/// An error as sea-orm has it, so that a violated constraint is told in one place.
pub(crate) fn failure(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

fn prepare(statement: Statement) -> Result<Query<'static, Postgres, PgArguments>, DbErr> {
    // The text is ours: what comes from outside is in the values.
    let mut query = sqlx::query(AssertSqlSafe(statement.sql));
    for value in statement.values.map(|values| values.0).unwrap_or_default() {
        query = match value {
            Value::Bool(flag) => query.bind(flag),
            Value::Int(number) => query.bind(number),
            Value::BigInt(number) => query.bind(number),
            Value::Double(number) => query.bind(number),
            Value::String(text) => query.bind(text),
            Value::Bytes(bytes) => query.bind(bytes),
            Value::Uuid(uuid) => query.bind(uuid),
            other => return Err(DbErr::Type(format!("{other:?} is no value of our tables"))),
        };
    }
    Ok(query)
}
