//! The database itself, as somebody sees and changes it behind the back of the service.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use resource::{DatabaseAddress, Durability, Store};
use sqlx::{AssertSqlSafe, Connection, Executor, Row};

/// The database, opened as the service opens it.
pub async fn store(database: &str) -> Store {
    let settings = resource::Database {
        address: DatabaseAddress::parse(database).expect("it is an address"),
        connections: 2,
        durability: Durability::Normal,
        patience: Duration::from_secs(30),
        pooled: false,
    };
    Store::open(&settings).await.expect("the database opens")
}

/// The tables of a file. An index of texts is made of tables, too, and they are nobody's.
pub const TABLES: &str = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
    AND name NOT LIKE '%\\_text' ESCAPE '\\' AND name NOT LIKE '%\\_text\\_%' ESCAPE '\\' ORDER BY 1";

/// Databases that something was written into behind the back of the service, which it cannot tell of.
static WRITTEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Whether something was.
pub fn is_written(database: &str) -> bool {
    WRITTEN.lock().expect("nobody panics here").contains(database)
}

/// Changes something.
pub async fn execute(database: &str, statement: &str) {
    WRITTEN.lock().expect("nobody panics here").insert(database.to_owned());
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

/// The texts in the first column of a query.
pub async fn texts(database: &str, query: &str) -> Vec<String> {
    let query = AssertSqlSafe(query.to_owned());
    if database.starts_with("postgres:") {
        let mut connection = sqlx::PgConnection::connect(database).await.expect("the database answers");
        connection.fetch_all(query).await.expect("it is read").iter().map(|row| row.get(0)).collect()
    } else {
        let mut connection = sqlx::SqliteConnection::connect(database).await.expect("the database answers");
        connection.fetch_all(query).await.expect("it is read").iter().map(|row| row.get(0)).collect()
    }
}

/// A lock that keeps others from writing, and not from reading.
pub enum Lock {
    /// Of a file.
    Sqlite(sqlx::SqliteConnection),
    /// Of the tables that most is written to.
    Postgres(sqlx::PgConnection),
}

impl Lock {
    /// Takes it.
    pub async fn take(database: &str) -> Self {
        if database.starts_with("postgres:") {
            let mut connection = sqlx::PgConnection::connect(database).await.expect("the database answers");
            let tables = "BEGIN; LOCK TABLE portal_user, space, customer IN SHARE ROW EXCLUSIVE MODE";
            connection.execute(tables).await.expect("nobody else has it");
            return Self::Postgres(connection);
        }
        let mut connection = sqlx::SqliteConnection::connect(database).await.expect("the database answers");
        connection.execute("BEGIN IMMEDIATE").await.expect("nobody else has it");
        Self::Sqlite(connection)
    }

    /// Lets it go.
    pub async fn let_go(self) {
        let done = match self {
            Self::Sqlite(mut connection) => connection.execute("ROLLBACK").await.map(drop),
            Self::Postgres(mut connection) => connection.execute("ROLLBACK").await.map(drop),
        };
        done.expect("it was taken");
    }
}
