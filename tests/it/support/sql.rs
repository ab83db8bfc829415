//! The database itself, as somebody sees and changes it behind the back of the service.

use sqlx::{AssertSqlSafe, Connection, Executor, Row};

/// Changes something.
pub async fn execute(database: &str, statement: &str) {
    let statement = AssertSqlSafe(statement.to_owned());
    let done = if database.starts_with("postgres:") {
        let mut connection = sqlx::PgConnection::connect(database).await.expect("the database answers");
        connection.execute(statement).await.map(drop)
    } else {
        let mut connection = sqlx::SqliteConnection::connect(database).await.expect("the database answers");
        connection.execute(statement).await.map(drop)
    };
    done.expect("it is written");
}

/// Counts rows: the number that a query has as its only answer.
pub async fn count(database: &str, query: &str) -> i64 {
    let query = AssertSqlSafe(query.to_owned());
    if database.starts_with("postgres:") {
        let mut connection = sqlx::PgConnection::connect(database).await.expect("the database answers");
        connection.fetch_one(query).await.expect("it is counted").get(0)
    } else {
        let mut connection = sqlx::SqliteConnection::connect(database).await.expect("the database answers");
        connection.fetch_one(query).await.expect("it is counted").get(0)
    }
}
