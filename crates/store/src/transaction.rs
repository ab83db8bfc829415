//! Several writes that happen together.

use sea_orm::{DbBackend, Statement, Value};

use crate::changes::Changes;
use crate::claim::Unmade;
use crate::error::missing;
use crate::meters::Kind;
use crate::open::Engine;
use crate::row::{Empty, Row, Rows, empty, filled};
use crate::sql::tell;
use crate::{Error, Pending, Result, Store, Unique, postgres, writer};

/// Several writes that happen together. Dropped without a commit, none of them happened.
#[derive(Debug)]
pub struct Transaction {
    way: Way,
    /// The number that the caller's authority was looked up at; none for the operator.
    epoch: Option<i64>,
}

#[derive(Debug)]
enum Way {
    Sqlite(writer::SqliteTransaction),
    Postgres(postgres::PostgresTransaction),
}

const EPOCH: &str = "SELECT epoch FROM authority";

impl Transaction {
    /// Begins one; also the present epoch, as it is in it.
    pub(crate) fn begin(store: &Store, epoch: Option<i64>) -> Pending<'_, (Self, i64)> {
        Box::pin(async move {
            let (way, present) = match &store.engine {
                Engine::Sqlite(sqlite) => {
                    let first = Statement::from_string(DbBackend::Sqlite, EPOCH);
                    let (session, present) = sqlite.writer.begin(first, empty::<(i64,)>).await?;
                    (Way::Sqlite(session), present)
                }
                Engine::Postgres(postgres) => {
                    let (session, present) = postgres.begin(EPOCH, empty::<(i64,)>).await?;
                    (Way::Postgres(session), present)
                }
            };
            let &(present,) = filled(present).first().ok_or_else(missing)?;
            Ok((Self { way, epoch }, present))
        })
    }

    /// Makes the writes last, and with them what they change of resources, in the log.
    ///
    /// # Errors
    /// The database refused, and nothing was written; or its answer was lost, and the [`crate::Ledger`] says so.
    pub fn commit(self, changes: Changes) -> Pending<'static, ()> {
        Box::pin(async move {
            for statement in changes.statements(self.backend()) {
                self.run(statement).await?;
            }
            let claim = Unmade::present();
            if let Some((sql, values)) = claim.as_ref().map(Unmade::statement)
                && self.run(self.statement(sql, values)).await? == 0
            {
                return Err(Error::Taken(Unique::Request));
            }
            match self.way {
                Way::Sqlite(session) => session.commit().await?,
                Way::Postgres(session) => session.commit().await?,
            }
            if let Some(claim) = claim {
                claim.made();
            }
            Ok(())
        })
    }

    /// Whether the authority that the transaction began with still stands: for whoever has waited for a lock since, and
    /// has not changed anybody's authority in it.
    ///
    /// # Errors
    /// [`Error::Stale`] if not.
    pub async fn confirm(&self) -> Result<()> {
        let epoch: Option<(i64,)> = self.one(self.statement(EPOCH, [])).await?;
        match (self.epoch, epoch) {
            (Some(expected), Some((epoch,))) if expected != epoch => Err(Error::Stale),
            _ => Ok(()),
        }
    }

    pub(crate) fn statement(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
        Statement::from_sql_and_values(self.backend(), sql, values)
    }

    pub(crate) fn backend(&self) -> DbBackend {
        match &self.way {
            Way::Sqlite(_) => DbBackend::Sqlite,
            Way::Postgres(_) => DbBackend::Postgres,
        }
    }

    pub(crate) async fn one<R: Row>(&self, statement: Statement) -> Result<Option<R>> {
        Ok(self.all(statement).await?.into_iter().next())
    }

    pub(crate) async fn all<R: Row>(&self, statement: Statement) -> Result<Vec<R>> {
        Ok(filled(self.rows(statement, empty::<R>).await?))
    }

    pub(crate) fn rows(&self, statement: Statement, empty: Empty) -> Pending<'_, Box<dyn Rows>> {
        let asked = tell(Kind::Write, &statement);
        Box::pin(async move {
            let _asked = asked;
            match &self.way {
                Way::Sqlite(session) => session.rows(statement, empty).await,
                Way::Postgres(session) => session.rows(statement, empty).await,
            }
        })
    }

    /// What a SELECT ends with whose rows nobody else may change or refer to until the transaction ends. On SQLite nobody else
    /// writes meanwhile in any case.
    pub(crate) fn for_update(&self) -> &'static str {
        match &self.way {
            Way::Postgres(_) => " FOR UPDATE",
            Way::Sqlite(_) => "",
        }
    }

    /// What a SELECT ends with whose rows nobody else may change until the transaction ends, though others may refer to them.
    /// On SQLite nobody else writes meanwhile in any case.
    pub(crate) fn for_no_key_update(&self) -> &'static str {
        match &self.way {
            Way::Postgres(_) => " FOR NO KEY UPDATE",
            Way::Sqlite(_) => "",
        }
    }

    /// What a SELECT ends with that leaves out the rows that somebody else is changing, and keeps the others from being
    /// changed.
    pub(crate) fn skipping_locked(&self) -> &'static str {
        match &self.way {
            Way::Postgres(_) => " FOR NO KEY UPDATE SKIP LOCKED",
            Way::Sqlite(_) => "",
        }
    }

    /// Runs a statement; the number of rows that it touched.
    pub(crate) fn run(&self, statement: Statement) -> Pending<'_, u64> {
        let asked = tell(Kind::Write, &statement);
        Box::pin(async move {
            let _asked = asked;
            match &self.way {
                Way::Sqlite(session) => session.run(statement).await,
                Way::Postgres(session) => session.run(statement).await,
            }
        })
    }
}
