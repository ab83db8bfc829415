//! What goes wrong by way of sea-orm, as this crate has it.

use sea_orm::{DbErr, RuntimeErr};

use crate::Error;

/// What comes by way of sea-orm: changes of the schema, and long reads of a file.
impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        let cause = match &error {
            DbErr::Conn(RuntimeErr::SqlxError(cause))
            | DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause)) => cause.as_ref(),
            DbErr::ConnectionAcquire(_) => return Self::Away(error.to_string()),
            _ => return Self::Database(error),
        };
        match crate::postgres::is_of_the_way(cause) || crate::sqlite::is_of_the_file(cause) {
            true => Self::Away(error.to_string()),
            false => Self::Database(error),
        }
    }
}
