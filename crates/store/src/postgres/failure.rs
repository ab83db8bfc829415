//! What PostgreSQL's driver says, as this crate has it.

use sea_orm::sqlx::{self, Error as Broken};
use sea_orm::{DbErr, RuntimeErr};

use crate::Error;
use crate::ledger::End;

/// An error as this crate has it. Codes are those of PostgreSQL, appendix A.
pub(crate) fn failure(error: Broken) -> Error {
    let Broken::Database(told) = &error else {
        return match is_of_the_way(&error) {
            true => Error::Away(error.to_string()),
            false => Error::Database(DbErr::Query(RuntimeErr::SqlxError(error.into()))),
        };
    };
    let code = told.code().unwrap_or_default();
    match code.as_ref() {
        // `serialization_failure`, `deadlock_detected`: a transaction that gave way so that others could go on. Made again it
        // comes after them.
        "40001" | "40P01" => Error::Stale,
        "23505" => Error::of_unique(told.message(), || DbErr::Query(RuntimeErr::SqlxError(broken(told.message())))),
        // It ran out of time, waited too long for a lock, or can only be read.
        "57014" | "55P03" | "25006" => Error::Away(error.to_string()),
        code if is_away(code) => Error::Away(error.to_string()),
        _ => Error::Database(DbErr::Query(RuntimeErr::SqlxError(error.into()))),
    }
}

fn broken(message: &str) -> std::sync::Arc<Broken> {
    std::sync::Arc::new(Broken::Protocol(message.to_owned()))
}

/// Whether a connection is of no use any more.
pub(super) fn is_cut(error: &Broken) -> bool {
    match error {
        Broken::Database(told) => told.code().is_some_and(|code| is_shutdown(&code)),
        error => is_of_the_way(error),
    }
}

/// How a commit ended that was answered like this.
pub(super) fn end<T>(done: &sqlx::Result<T>) -> End {
    match done {
        Ok(_) => End::Made,
        Err(Broken::Database(told)) if !told.code().is_some_and(|code| is_shutdown(&code)) => End::Undone,
        Err(_) => End::Lost,
    }
}

/// Whether it is the way to the database that broke, and not what was asked of it.
pub(crate) fn is_of_the_way(error: &Broken) -> bool {
    matches!(
        error,
        Broken::Io(_)
            | Broken::Tls(_)
            | Broken::Protocol(_)
            | Broken::PoolTimedOut
            | Broken::PoolClosed
            | Broken::WorkerCrashed
    )
}

/// `operator_intervention`, as far as it ends the connection; `connection_exception`.
fn is_shutdown(code: &str) -> bool {
    code.starts_with("57P") || code.starts_with("08")
}

/// The same, and `insufficient_resources` and `system_error`: no room, no memory, no disk.
fn is_away(code: &str) -> bool {
    is_shutdown(code) || code.starts_with("53") || code.starts_with("58")
}
