//! A file of SQLite that is copied from or into.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::{ToSql, ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, params_from_iter};

use super::cell::Cell;
use super::side::{
    Column, CopyRefused, Kind, Meanwhile, PENDING, Result, Shape, Side, UNFINISHED, beginning, has_begun, refused,
};

/// How long is waited for others' locks.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(super) struct SqliteSide(Connection);

fn failed(error: rusqlite::Error) -> CopyRefused {
    refused(error.to_string())
}

impl SqliteSide {
    /// Opens a file that is there.
    pub(super) fn open(file: &Path) -> Result<Self> {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(file, flags).map_err(failed)?;
        connection.busy_timeout(PATIENCE).map_err(failed)?;
        connection.execute_batch("PRAGMA synchronous = FULL").map_err(failed)?;
        Ok(Self(connection))
    }

    /// Copies the whole file as it is at one moment.
    pub(super) fn duplicate(&self, to: &Path) -> Result<()> {
        let Some(name) = to.to_str() else { return Err(refused("the name of the file is no text")) };
        self.0.execute("VACUUM INTO ?1", [name]).map(drop).map_err(failed)
    }

    fn run(&self, sql: &str) -> Result<()> {
        self.0.execute_batch(sql).map_err(failed)
    }
}

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Whole(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}

impl Side for SqliteSide {
    fn texts(&mut self, sql: &str) -> Result<Vec<(String, String)>> {
        let mut statement = self.0.prepare(sql).map_err(failed)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(failed)?;
        rows.collect::<rusqlite::Result<_>>().map_err(failed)
    }

    fn shapes(&mut self) -> Result<Vec<Shape>> {
        // Tables that look through texts, and what those consist of, are made of the others.
        let tables = "SELECT name, type FROM pragma_table_list \
                      WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
        let mut shapes = Vec::new();
        for (table, _) in self.texts(tables)? {
            let sql = "SELECT name, type, pk FROM pragma_table_info(?1) ORDER BY cid";
            let mut statement = self.0.prepare(sql).map_err(failed)?;
            let columns = statement
                .query_map([&table], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get(2)?)))
                .and_then(Iterator::collect::<rusqlite::Result<Vec<(String, String, i64)>>>)
                .map_err(failed)?;
            let mut key: Vec<_> = columns.iter().filter(|(_, _, place)| *place > 0).collect();
            key.sort_unstable_by_key(|(_, _, place)| *place);
            let key = key.into_iter().map(|(name, ..)| name.clone()).collect();
            let columns = columns.iter().map(|(name, kind, _)| Column { name: name.clone(), kind: of(kind) }).collect();
            shapes.push(Shape { table, columns, key });
        }
        Ok(shapes)
    }

    fn look(&mut self, meanwhile: Meanwhile) -> Result<()> {
        match meanwhile {
            // A moment begins with the first that is read.
            Meanwhile::Write => self.run("BEGIN; SELECT count(*) FROM sqlite_master"),
            Meanwhile::Read => self.run("BEGIN IMMEDIATE"),
        }
    }

    fn rows(&mut self, shape: &Shape, after: Option<&[Cell]>, most: usize) -> Result<Vec<Vec<Cell>>> {
        let sql = format!("SELECT {} {}", shape.names(), shape.page(after.is_none(), most));
        let mut statement = self.0.prepare_cached(&sql).map_err(failed)?;
        let mut found = statement.query(params_from_iter(after.unwrap_or_default())).map_err(failed)?;
        let mut rows = Vec::new();
        while let Some(row) = found.next().map_err(failed)? {
            let mut cells = Vec::with_capacity(shape.columns.len());
            for (place, column) in shape.columns.iter().enumerate() {
                cells.push(match row.get_ref(place).map_err(failed)? {
                    ValueRef::Null => Cell::Null,
                    ValueRef::Integer(number) => Cell::Whole(number),
                    ValueRef::Text(text) => Cell::Text(
                        String::from_utf8(text.to_vec())
                            .map_err(|_| refused(format!("{}.{} has a text that is none", shape.table, column.name)))?,
                    ),
                    ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
                    ValueRef::Real(_) => {
                        return Err(refused(format!("{}.{} has a fraction", shape.table, column.name)));
                    }
                });
            }
            rows.push(cells);
        }
        Ok(rows)
    }

    fn last_number(&mut self, shape: &Shape) -> Result<Option<i64>> {
        let sql = "SELECT seq FROM sqlite_sequence WHERE name = ?1";
        let mut statement = self.0.prepare(sql).map_err(failed)?;
        let found = statement.query_map([&shape.table], |row| row.get(0)).map_err(failed)?;
        let found = found.collect::<rusqlite::Result<Vec<i64>>>().map_err(failed)?;
        Ok(found.first().copied())
    }

    fn prepare(&mut self, shapes: &[&Shape], mark: &str) -> Result<()> {
        // Nobody else copies into it, or looks at what is half there.
        self.run("PRAGMA locking_mode = EXCLUSIVE; PRAGMA foreign_keys = OFF")?;
        let begun = format!("SELECT name, type FROM sqlite_master WHERE name = '{PENDING}'");
        if has_begun(self, &begun, mark)? {
            return Ok(());
        }
        self.run("BEGIN IMMEDIATE")?;
        self.run(&format!("CREATE TABLE {PENDING} (position INTEGER NOT NULL PRIMARY KEY, statement TEXT NOT NULL)"))?;
        let keep = format!("INSERT INTO {PENDING} (statement) VALUES (?1)");
        self.0.execute(&keep, [beginning(mark)]).map_err(failed)?;
        // What fills the tables that look through texts goes on doing that.
        let triggers = "SELECT name, sql FROM sqlite_master trigger WHERE type = 'trigger' AND NOT EXISTS \
             (SELECT 1 FROM pragma_table_list WHERE type = 'virtual' AND instr(trigger.sql, pragma_table_list.name) > 0)";
        for (name, sql) in self.texts(triggers)? {
            self.0.execute(&keep, [&sql]).map_err(failed)?;
            self.run(&format!("DROP TRIGGER {name}"))?;
        }
        for (least, _) in self.texts("SELECT least, '' FROM readers")? {
            self.0.execute(&keep, [format!("UPDATE readers SET least = '{least}'")]).map_err(failed)?;
        }
        for shape in shapes {
            self.run(&format!("DELETE FROM {}", shape.table))?;
        }
        self.run(&format!("UPDATE readers SET least = '{UNFINISHED}'; COMMIT"))
    }

    fn clear(&mut self, shape: &Shape) -> Result<()> {
        self.run(&format!("DELETE FROM {}", shape.table))
    }

    fn insert(&mut self, shape: &Shape, rows: Vec<Vec<Cell>>) -> Result<()> {
        let values: Vec<_> = (1..=shape.columns.len()).map(|number| format!("?{number}")).collect();
        let sql = format!("INSERT INTO {} ({}) VALUES ({})", shape.table, shape.names(), values.join(", "));
        let transaction = self.0.transaction().map_err(failed)?;
        {
            let mut statement = transaction.prepare_cached(&sql).map_err(failed)?;
            for row in rows {
                statement.execute(params_from_iter(row)).map_err(failed)?;
            }
        }
        transaction.commit().map_err(failed)
    }

    fn go_on_after(&mut self, shape: &Shape, number: i64) -> Result<()> {
        let changed = self.0.execute("UPDATE sqlite_sequence SET seq = ?2 WHERE name = ?1", (&shape.table, number));
        if changed.map_err(failed)? == 0 {
            let sql = "INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)";
            self.0.execute(sql, (&shape.table, number)).map_err(failed)?;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        let astray = "SELECT \"table\", \"parent\" FROM pragma_foreign_key_check LIMIT 1";
        if let Some((table, parent)) = self.texts(astray)?.first() {
            return Err(refused(format!("a row of {table} refers to one of {parent} that is not there")));
        }
        self.run("BEGIN IMMEDIATE")?;
        for (statement, _) in self.texts(&format!("SELECT statement, '' FROM {PENDING} ORDER BY position"))? {
            self.run(&statement)?;
        }
        self.run(&format!(
            "DROP TABLE {PENDING}; COMMIT; PRAGMA optimize; PRAGMA locking_mode = NORMAL; SELECT count(*) FROM readers"
        ))
    }
}

fn of(declared: &str) -> Kind {
    match declared.to_ascii_uppercase().as_str() {
        "BOOLEAN" => Kind::Flag,
        "BLOB" => Kind::Bytes,
        "INTEGER" | "BIGINT" => Kind::Number,
        _ => Kind::Text,
    }
}
