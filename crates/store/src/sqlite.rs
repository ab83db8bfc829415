//! Statements straight through SQLite, without the driver's own thread in between.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, ffi};
use sea_orm::{DbErr, RuntimeErr, Statement, Value};

use crate::ledger::End;
use crate::row::{Columns, Empty, Rows};
use crate::sql::is_kept;
use crate::{Error, Result};

/// Runs a statement to its end; the rows that it returned. What a statement writes is there only when it has said that it is
/// done, after its last row (SQLite, `sqlite3_step`).
pub(crate) fn rows(connection: &Connection, statement: &Statement, empty: Empty) -> rusqlite::Result<Box<dyn Rows>> {
    let mut rows = empty();
    if is_kept(statement) {
        let mut compiled = connection.prepare_cached(&statement.sql)?;
        bind(&mut compiled, statement)?;
        read(compiled.raw_query(), &mut *rows)?;
    } else {
        let mut compiled = connection.prepare(&numbered(&statement.sql))?;
        let values = statement.values.iter().flat_map(|values| &values.0);
        for (index, value) in values.enumerate().take(compiled.parameter_count()) {
            compiled.raw_bind_parameter(index + 1, borrowed(value)?)?;
        }
        read(compiled.raw_query(), &mut *rows)?;
    }
    Ok(rows)
}

fn read(mut answer: rusqlite::Rows<'_>, rows: &mut dyn Rows) -> rusqlite::Result<()> {
    while let Some(row) = answer.next()? {
        rows.put(&mut Columns::of_sqlite(row))?;
    }
    Ok(())
}

/// The same with `?1` for `$1`. SQLite takes what begins with a dollar for a name, and looks for each name among all that came before it: of
/// a statement with thousands of values that is most of what it takes. A number it takes as it is.
fn numbered(sql: &str) -> String {
    let mut is_text = false;
    let one = |letter| {
        is_text ^= letter == '\'';
        if letter == '$' && !is_text { '?' } else { letter }
    };
    sql.chars().map(one).collect()
}

/// Binds values by the numbers in the text: SQLite counts `$2` before `$1` where it comes first.
pub(crate) fn bind(compiled: &mut CachedStatement<'_>, statement: &Statement) -> rusqlite::Result<()> {
    let values = statement.values.as_ref().map_or(&[][..], |values| values.0.as_slice());
    for index in 1..=compiled.parameter_count() {
        let number = compiled.parameter_name(index).and_then(|name| name.get(1..)?.parse::<usize>().ok());
        let value = number.and_then(|number| values.get(number.checked_sub(1)?));
        let value = value.ok_or(rusqlite::Error::InvalidParameterCount(values.len(), compiled.parameter_count()))?;
        compiled.raw_bind_parameter(index, borrowed(value)?)?;
    }
    Ok(())
}

/// A value as SQLite keeps it, as the pool's driver would write it.
fn borrowed(value: &Value) -> rusqlite::Result<ToSqlOutput<'_>> {
    let reference = match value {
        Value::Bool(Some(flag)) => ValueRef::Integer(i64::from(*flag)),
        Value::Int(Some(number)) => ValueRef::Integer(i64::from(*number)),
        Value::BigInt(Some(number)) => ValueRef::Integer(*number),
        Value::Double(Some(number)) => ValueRef::Real(*number),
        Value::String(Some(text)) => ValueRef::Text(text.as_bytes()),
        Value::Bytes(Some(bytes)) => ValueRef::Blob(bytes),
        Value::Uuid(Some(uuid)) => ValueRef::Blob(uuid.as_bytes()),
        Value::Bool(None)
        | Value::Int(None)
        | Value::BigInt(None)
        | Value::Double(None)
        | Value::String(None)
        | Value::Bytes(None)
        | Value::Uuid(None) => ValueRef::Null,
        other => {
            let kind = format!("{other:?} is no value of our tables");
            return Err(rusqlite::Error::ToSqlConversionFailure(kind.into()));
        }
    };
    Ok(ToSqlOutput::Borrowed(reference))
}

/// Whether somebody else has the lock: the same again may succeed.
pub(crate) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// An error as this crate has it.
pub(crate) fn failure(error: &rusqlite::Error) -> Error {
    let text = error.to_string();
    let Some(cause) = error.sqlite_error() else {
        return Error::Database(DbErr::Exec(RuntimeErr::Internal(text)));
    };
    match cause.extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            Error::of_unique(&text, || DbErr::Exec(RuntimeErr::Internal(text.clone())))
        }
        code if is_away(code) => Error::Away(text),
        _ => Error::Database(DbErr::Exec(RuntimeErr::Internal(text))),
    }
}

/// Whether it is the file, or the machine beneath it, that failed, and not what was asked of it (SQLite, "Result and Error
/// Codes"): the last eight bits say what it is.
fn is_away(code: i32) -> bool {
    matches!(
        code & 0xff,
        ffi::SQLITE_BUSY
            | ffi::SQLITE_LOCKED
            | ffi::SQLITE_FULL
            | ffi::SQLITE_IOERR
            | ffi::SQLITE_CANTOPEN
            | ffi::SQLITE_READONLY
            | ffi::SQLITE_PERM
            | ffi::SQLITE_PROTOCOL
            | ffi::SQLITE_INTERRUPT
            | ffi::SQLITE_ABORT
            | ffi::SQLITE_NOMEM
    )
}

/// Whether what is beneath the file did not take what was to be written.
pub(crate) fn is_refusal(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|cause| refuses(cause.extended_code & 0xff))
}

/// SQLite's own number of what failed, from the driver that reads at length.
fn code(error: &sea_orm::sqlx::Error) -> Option<i32> {
    error.as_database_error().and_then(|told| told.code()?.parse().ok())
}

/// Whether it is the file that failed, where the driver that reads at length says so.
pub(crate) fn is_of_the_file(error: &sea_orm::sqlx::Error) -> bool {
    code(error).is_some_and(is_away)
}

/// Whether somebody else has the lock, where the driver that reads at length says so.
pub(crate) fn is_locked(error: &DbErr) -> bool {
    primary(error).is_some_and(|code| matches!(code, ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED))
}

/// Whether what is beneath the file did not take what was to be written, where that driver says so.
pub(crate) fn is_refused(error: &DbErr) -> bool {
    primary(error).is_some_and(refuses)
}

/// The numbers that say so.
fn refuses(primary: i32) -> bool {
    matches!(primary, ffi::SQLITE_FULL | ffi::SQLITE_IOERR | ffi::SQLITE_CANTOPEN | ffi::SQLITE_READONLY)
}

/// SQLite's number of what failed, without what it says more of it.
fn primary(error: &DbErr) -> Option<i32> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => code(cause).map(|code| code & 0xff),
        _ => None,
    }
}

/// How a commit ended that was answered like this. What a disk refused to write or to keep may be there all the same.
pub(crate) fn end(done: &rusqlite::Result<()>) -> End {
    match done {
        Ok(()) => End::Made,
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) => End::Lost,
        Err(_) => End::Undone,
    }
}

/// A result as this crate has it.
pub(crate) fn settled<T>(done: rusqlite::Result<T>) -> Result<T> {
    done.map_err(|error| failure(&error))
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn values_are_numbered_and_texts_are_left() {
        for (named, expected) in [
            (
                "INSERT INTO a VALUES ($1, $2, $2), ($10, '$3', '''$4', $5)",
                "INSERT INTO a VALUES (?1, ?2, ?2), (?10, '$3', '''$4', ?5)",
            ),
            ("SELECT json_extract(a, '$.x') FROM b WHERE c = $1", "SELECT json_extract(a, '$.x') FROM b WHERE c = ?1"),
            ("SELECT 1", "SELECT 1"),
        ] {
            assert_eq!(numbered(named), expected);
        }
    }
}
