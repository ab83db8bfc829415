//! Bringing the tables of a database up to date, and how they stand to this program.

use std::time::Duration;

use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};
use sea_orm_migration::MigratorTrait;

use crate::copying::UNFINISHED;
use crate::open::{BUSY, Engine, Sqlite, Store, sqlite};
use crate::postgres::Postgres;
use crate::settings::Durability;
use crate::sqlite::is_refused;
use crate::{Error, Pending, Result};

/// How a schema stands to this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// Changes are to be made yet.
    Behind,
    /// It has all that this program knows, and maybe more.
    Current,
    /// Something that this program needs was taken away since.
    Beyond,
    /// Another database is being copied into it.
    Unfinished,
}

/// The tables that this program reads and writes.
const NEEDED: [&str; 52] = [
    "api_key",
    "auth_service",
    "authority",
    "batch",
    "batch_image",
    "change",
    "change_number",
    "change_unnumbered",
    "customer",
    "customer_api_key",
    "customer_closure",
    "customer_entitlement",
    "customer_group",
    "customer_logo",
    "customer_origin_strategy",
    "customer_property",
    "customer_user_role",
    "domain",
    "entitlement",
    "entitlement_group",
    "entitlement_group_member",
    "extent",
    "global_eula",
    "image",
    "image_optimisation_policy",
    "image_role",
    "image_tag",
    "job",
    "made_once",
    "named_query",
    "origin_strategy",
    "portal_user",
    "portal_user_customer",
    "portal_user_entitlement",
    "portal_user_entitlement_through",
    "portal_user_group",
    "portal_user_group_through",
    "property_descriptor",
    "readers",
    "repeatable",
    "role",
    "seaql_migrations",
    "session",
    "space",
    "storage",
    "storage_policy",
    "sweep",
    "thumbnail_policy",
    "used_authorisation",
    "user_role",
    "viewer_session",
    "viewer_token",
];

impl Store {
    /// Brings the schema up to date. Processes that start together wait for each other.
    ///
    /// # Errors
    /// The database refused a change.
    pub fn migrate(&self) -> Pending<'_, ()> {
        Box::pin(self.migrated())
    }

    async fn migrated(&self) -> Result<()> {
        match self.schema().await? {
            // Also by a program that is a little older than the database.
            Schema::Current => return Ok(()),
            Schema::Behind => {}
            Schema::Unfinished => {
                let text = "another is being copied into the database, or was and did not come to an end; ask for the copy again";
                return Err(DbErr::Custom(text.to_owned()).into());
            }
            Schema::Beyond => {
                let text = "the database is of a later version of this program, and cannot be used by this one";
                return Err(DbErr::Custom(text.to_owned()).into());
            }
        }
        if self.is_foreign().await? {
            return Err(DbErr::Custom("it has tables, and they are another program's".into()).into());
        }
        match &self.engine {
            Engine::Sqlite(Sqlite { opened, .. }) => self.migrate_sqlite(&opened.0, opened.1).await,
            Engine::Postgres(postgres) if postgres.is_pooled() => {
                let text = "it takes a connection of its own, which is not to be had through a pooler (database_pooled); run portico migrate \
                            with database_url as the address of the server itself, and database_pooled = false";
                Err(DbErr::Custom(text.to_owned()).into())
            }
            Engine::Postgres(postgres) => migrate_postgres(postgres).await,
        }
    }

    /// There is no lock to wait for on SQLite: of processes that start together one makes the changes, each in a transaction,
    /// and the others fail and see that they are made. Each attempt has a connection of its own, because after a commit that
    /// failed the driver goes on as if within it; and that it says that all is made is not believed, but looked at.
    async fn migrate_sqlite(&self, file: &SqliteConnectOptions, durability: Durability) -> Result<()> {
        const PAUSE: Duration = Duration::from_millis(100);
        let mut patience = BUSY.as_millis() / PAUSE.as_millis();
        loop {
            let changer = sqlite(file, durability, 1, false).await?;
            let done = migrations::Migrator::up(&changer, None).await;
            changer.close().await?;
            if self.schema().await? == Schema::Current {
                return Ok(());
            }
            let error = done.err().unwrap_or_else(|| DbErr::Custom("what was changed is not there".into()));
            if is_refused(&error) {
                let text = format!("the disk does not take its tables; make room for them, and start again ({error})");
                return Err(Error::Away(text));
            }
            if patience == 0 {
                return Err(error.into());
            }
            patience -= 1;
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Whether there are tables already, and none of them says which changes of the schema were made: the first that is made is
    /// that one.
    async fn is_foreign(&self) -> Result<bool> {
        let tables = self.tables().await?;
        Ok(!tables.is_empty() && tables.iter().all(|name| name != "seaql_migrations"))
    }

    /// The names of the tables that there are.
    async fn tables(&self) -> Result<Vec<String>> {
        let tables = match &self.engine {
            Engine::Sqlite(_) => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
            }
            Engine::Postgres(_) => "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()",
        };
        let scope = self.operator();
        let tables: Vec<(String,)> = scope.all(scope.statement(tables, [])).await?;
        Ok(tables.into_iter().map(|(name,)| name).collect())
    }

    /// How the schema stands to this program. Programs of two versions run side by side while one replaces the other, so more may
    /// have changed than this one knows, as long as nothing was taken away that it needs.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn schema(&self) -> Result<Schema> {
        let (known, applied) = (known(), self.applied().await?);
        if !known.iter().all(|known| applied.contains(known)) {
            return Ok(Schema::Behind);
        }
        let there = self.tables().await?;
        if NEEDED.iter().any(|needed| !there.iter().any(|table| table == needed)) {
            return Ok(Schema::Beyond);
        }
        let scope = self.operator();
        let least: Vec<(String,)> = scope.all(scope.statement("SELECT least FROM readers", [])).await?;
        if least.iter().any(|(least,)| least == UNFINISHED) {
            return Ok(Schema::Unfinished);
        }
        Ok(if least.iter().all(|(least,)| known.contains(least)) { Schema::Current } else { Schema::Beyond })
    }

    /// The changes of the schema that were made.
    async fn applied(&self) -> Result<Vec<String>> {
        let table = match &self.engine {
            Engine::Sqlite(_) => "SELECT name FROM sqlite_master WHERE name = 'seaql_migrations'",
            Engine::Postgres(_) => {
                "SELECT to_regclass('seaql_migrations')::text WHERE to_regclass('seaql_migrations') IS NOT NULL"
            }
        };
        let scope = self.operator();
        let table: Vec<(String,)> = scope.all(scope.statement(table, [])).await?;
        if table.is_empty() {
            return Ok(Vec::new());
        }
        let applied: Vec<(String,)> = scope.all(scope.statement("SELECT version FROM seaql_migrations", [])).await?;
        Ok(applied.into_iter().map(|(version,)| version).collect())
    }
}

async fn migrate_postgres(postgres: &Postgres) -> Result<()> {
    use sea_orm::TransactionTrait;
    let database = DatabaseConnection::from(postgres.unbound().await?);
    // Held until the end of the transaction, on a connection that the changes do not use.
    let lock = database.begin().await?;
    lock.execute_unprepared("SELECT pg_advisory_xact_lock(7264728936)").await?;
    let done = migrations::Migrator::up(&database, None).await;
    lock.rollback().await?;
    database.close().await?;
    Ok(done?)
}

/// The changes of the schema that this program knows, oldest first.
fn known() -> Vec<String> {
    migrations::Migrator::migrations().into_iter().map(|known| known.name().to_owned()).collect()
}
