//! A database of PostgreSQL that is copied from or into.

use sea_orm::sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgRow};
use sea_orm::sqlx::query::Query;
use sea_orm::sqlx::{self, AssertSqlSafe, Connection as _, Row as _};
use tokio::runtime::Handle;
use uuid::Uuid;

use super::cell::Cell;
use super::side::{
    Column, CopyRefused, Kind, Meanwhile, PENDING, Result, Shape, Side, UNFINISHED, beginning, has_begun, refused,
};
use crate::postgres::failure;

#[derive(Debug)]
pub(super) struct PostgresSide {
    connection: PgConnection,
    handle: Handle,
}

fn failed(error: sqlx::Error) -> CopyRefused {
    refused(failure(error).to_string())
}

type Asked<'a> = Query<'a, sqlx::Postgres, PgArguments>;

impl PostgresSide {
    pub(super) fn open(server: &PgConnectOptions, handle: &Handle) -> Result<Self> {
        let connection = handle.block_on(PgConnection::connect_with(server)).map_err(failed)?;
        Ok(Self { connection, handle: handle.clone() })
    }

    fn ask(&mut self, query: Asked<'_>) -> Result<Vec<PgRow>> {
        self.handle.block_on(query.fetch_all(&mut self.connection)).map_err(failed)
    }

    fn run(&mut self, sql: &str) -> Result<()> {
        let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut self.connection);
        self.handle.block_on(done).map(drop).map_err(failed)
    }

    fn keep(&mut self, statement: &str) -> Result<()> {
        let sql = format!("INSERT INTO {PENDING} (position, statement) SELECT count(*), $1 FROM {PENDING}");
        self.ask(sqlx::query(AssertSqlSafe(sql)).bind(statement)).map(drop)
    }

    fn prepared(&mut self, shapes: &[&Shape], mark: &str) -> Result<()> {
        self.run(&format!("CREATE TABLE {PENDING} (position BIGINT NOT NULL PRIMARY KEY, statement TEXT NOT NULL)"))?;
        self.keep(&beginning(mark))?;
        // Asked of all rows at the end.
        let foreign = "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname), \
                       format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) \
                       FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY oid";
        for (drop, add) in self.texts(foreign)? {
            self.keep(&add)?;
            self.run(&drop)?;
        }
        for shape in shapes {
            self.run(&format!("ALTER TABLE {} DISABLE TRIGGER USER; DELETE FROM {0}", shape.table))?;
            self.keep(&format!("ALTER TABLE {} ENABLE TRIGGER USER", shape.table))?;
        }
        for (least, _) in self.texts("SELECT least, '' FROM readers")? {
            self.keep(&format!("UPDATE readers SET least = '{least}'"))?;
        }
        self.run(&format!("UPDATE readers SET least = '{UNFINISHED}'"))
    }

    fn finished(&mut self) -> Result<()> {
        for (statement, _) in self.texts(&format!("SELECT statement, '' FROM {PENDING} ORDER BY position"))? {
            self.run(&statement)?;
        }
        self.run(&format!("DROP TABLE {PENDING}"))
    }

    /// Does it all or nothing.
    fn within(&mut self, work: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        self.run("BEGIN")?;
        match work(self) {
            Ok(()) => self.run("COMMIT"),
            Err(error) => {
                // What is wrong is what is told.
                let _ = self.run("ROLLBACK");
                Err(error)
            }
        }
    }
}

impl Side for PostgresSide {
    fn texts(&mut self, sql: &str) -> Result<Vec<(String, String)>> {
        let rows = self.ask(sqlx::query(AssertSqlSafe(sql.to_owned())))?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<sqlx::Result<_>>().map_err(failed)
    }

    fn shapes(&mut self) -> Result<Vec<Shape>> {
        let sql = "SELECT pg_class.relname::text, attname::text, format_type(atttypid, NULL), \
                   coalesce(array_position(indkey::int2[], attnum), -1) \
                   FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped \
                   LEFT JOIN pg_index ON indrelid = pg_class.oid AND indisprimary \
                   WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY 1, attnum";
        let mut shapes: Vec<Shape> = Vec::new();
        let mut keys: Vec<(i32, String)> = Vec::new();
        for row in self.ask(sqlx::query(sql))? {
            let read = || sqlx::Result::Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?));
            let (table, name, kind, place): (String, String, String, i32) = read().map_err(failed)?;
            if shapes.last().is_none_or(|shape| shape.table != table) {
                shapes.push(Shape { table, columns: Vec::new(), key: Vec::new() });
                keys.clear();
            }
            let Some(shape) = shapes.last_mut() else { continue };
            if place >= 0 {
                keys.push((place, name.clone()));
                keys.sort_unstable();
                shape.key = keys.iter().map(|(_, name)| name.clone()).collect();
            }
            let kind = match kind.as_str() {
                "boolean" => Kind::Flag,
                "bytea" => Kind::Bytes,
                "uuid" => Kind::Identity,
                "bigint" | "integer" | "smallint" => Kind::Number,
                "text" | "character varying" => Kind::Text,
                other => return Err(refused(format!("{}.{name} is {other}, which is not copied", shape.table))),
            };
            shape.columns.push(Column { name, kind });
        }
        Ok(shapes)
    }

    fn look(&mut self, meanwhile: Meanwhile) -> Result<()> {
        // A moment begins with the first that is read.
        self.run("BEGIN ISOLATION LEVEL REPEATABLE READ")?;
        if meanwhile == Meanwhile::Read {
            let tables = "SELECT string_agg(relname::text, ', '), '' FROM pg_class \
                          WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace";
            for (tables, _) in self.texts(tables)? {
                self.run(&format!(
                    "ROLLBACK; BEGIN ISOLATION LEVEL REPEATABLE READ; LOCK TABLE {tables} IN SHARE MODE"
                ))?;
            }
        }
        self.texts("SELECT version, '' FROM seaql_migrations").map(drop)
    }

    fn rows(&mut self, shape: &Shape, after: Option<&[Cell]>, most: usize) -> Result<Vec<Vec<Cell>>> {
        let columns = shape.columns.iter().map(|column| match column.kind {
            Kind::Number => format!("{}::bigint", column.name),
            Kind::Text => format!("{}::text", column.name),
            Kind::Flag | Kind::Bytes | Kind::Identity => column.name.clone(),
        });
        let columns = columns.collect::<Vec<_>>().join(", ");
        let sql = format!("SELECT {columns} {}", shape.page(after.is_none(), most));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (name, cell) in shape.key.iter().zip(after.unwrap_or_default()) {
            let kind = shape.columns.iter().find(|column| column.name == *name).map(|column| column.kind);
            query = bound(query, kind.unwrap_or(Kind::Text), cell)?;
        }
        let rows = self.ask(query)?;
        let read = |row: &PgRow| {
            shape.columns.iter().enumerate().map(|(place, column)| cell(row, place, column.kind)).collect()
        };
        rows.iter().map(read).collect::<sqlx::Result<_>>().map_err(failed)
    }

    fn last_number(&mut self, shape: &Shape) -> Result<Option<i64>> {
        let sql = "SELECT last_value FROM pg_sequences WHERE format('%I.%I', schemaname, sequencename)::regclass = \
                   (SELECT pg_get_serial_sequence($1, attname)::regclass FROM pg_attribute \
                   WHERE attrelid = $1::regclass AND attidentity <> '' LIMIT 1)";
        let rows = self.ask(sqlx::query(sql).bind(&shape.table))?;
        rows.first().map_or(Ok(None), |row| row.try_get(0)).map_err(failed)
    }

    fn prepare(&mut self, shapes: &[&Shape], mark: &str) -> Result<()> {
        // Held until the connection ends.
        if self.texts("SELECT 'alone', '' WHERE pg_try_advisory_lock(7264728937)")?.is_empty() {
            return Err(refused("another copy into it is under way"));
        }
        let begun = format!("SELECT relname::text, '' FROM pg_class WHERE oid = to_regclass('{PENDING}')");
        if has_begun(self, &begun, mark)? {
            return Ok(());
        }
        self.within(|this| this.prepared(shapes, mark))
    }

    fn clear(&mut self, shape: &Shape) -> Result<()> {
        self.run(&format!("DELETE FROM {}", shape.table))
    }

    /// Each column is one array, so that a statement has as many values as the table has columns.
    fn insert(&mut self, shape: &Shape, rows: Vec<Vec<Cell>>) -> Result<()> {
        let mut columns: Vec<Vec<Cell>> = shape.columns.iter().map(|_| Vec::with_capacity(rows.len())).collect();
        for row in rows {
            for (column, cell) in columns.iter_mut().zip(row) {
                column.push(cell);
            }
        }
        let arrays: Vec<_> = (1..=columns.len()).map(|number| format!("${number}")).collect();
        let sql =
            format!("INSERT INTO {} ({}) SELECT * FROM unnest({})", shape.table, shape.names(), arrays.join(", "));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (column, cells) in shape.columns.iter().zip(columns) {
            let wrong = || refused(format!("{}.{} has what it cannot have there", shape.table, column.name));
            query = match column.kind {
                Kind::Number => query.bind(all(cells, number).ok_or_else(wrong)?),
                Kind::Flag => query.bind(all(cells, flag).ok_or_else(wrong)?),
                Kind::Text => query.bind(all(cells, text).ok_or_else(wrong)?),
                Kind::Bytes => query.bind(all(cells, bytes).ok_or_else(wrong)?),
                Kind::Identity => query.bind(all(cells, identity).ok_or_else(wrong)?),
            };
        }
        self.ask(query).map(drop)
    }

    fn go_on_after(&mut self, shape: &Shape, number: i64) -> Result<()> {
        let sql = "SELECT setval(pg_get_serial_sequence($1, attname), $2) FROM pg_attribute \
                   WHERE attrelid = $1::regclass AND attidentity <> '' AND $2 > 0";
        self.ask(sqlx::query(sql).bind(&shape.table).bind(number)).map(drop)
    }

    fn finish(&mut self) -> Result<()> {
        self.within(Self::finished)?;
        // Plans are made for what is there now.
        self.run("ANALYZE")
    }
}

/// All values of a column, each null or what the column is of.
fn all<T>(cells: Vec<Cell>, one: impl Fn(Cell) -> Option<T>) -> Option<Vec<Option<T>>> {
    cells.into_iter().map(|cell| if cell == Cell::Null { Some(None) } else { one(cell).map(Some) }).collect()
}

fn number(cell: Cell) -> Option<i64> {
    if let Cell::Whole(number) = cell { Some(number) } else { None }
}

fn flag(cell: Cell) -> Option<bool> {
    number(cell).map(|number| number != 0)
}

fn text(cell: Cell) -> Option<String> {
    if let Cell::Text(text) = cell { Some(text) } else { None }
}

fn bytes(cell: Cell) -> Option<Vec<u8>> {
    if let Cell::Bytes(bytes) = cell { Some(bytes) } else { None }
}

fn identity(cell: Cell) -> Option<Uuid> {
    bytes(cell).and_then(|bytes| Uuid::from_slice(&bytes).ok())
}

fn bound<'a>(query: Asked<'a>, kind: Kind, cell: &Cell) -> Result<Asked<'a>> {
    let cell = cell.clone();
    let wrong = || refused("a key has what it cannot have");
    Ok(match kind {
        Kind::Number => query.bind(number(cell).ok_or_else(wrong)?),
        Kind::Flag => query.bind(flag(cell).ok_or_else(wrong)?),
        Kind::Text => query.bind(text(cell).ok_or_else(wrong)?),
        Kind::Bytes => query.bind(bytes(cell).ok_or_else(wrong)?),
        Kind::Identity => query.bind(identity(cell).ok_or_else(wrong)?),
    })
}

fn cell(row: &PgRow, place: usize, kind: Kind) -> sqlx::Result<Cell> {
    Ok(match kind {
        Kind::Number => row.try_get::<Option<i64>, _>(place)?.map(Cell::Whole),
        Kind::Flag => row.try_get::<Option<bool>, _>(place)?.map(|flag| Cell::Whole(flag.into())),
        Kind::Text => row.try_get::<Option<String>, _>(place)?.map(Cell::Text),
        Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(place)?.map(Cell::Bytes),
        Kind::Identity => {
            row.try_get::<Option<Uuid>, _>(place)?.map(|identity| Cell::Bytes(identity.as_bytes().to_vec()))
        }
    }
    .unwrap_or(Cell::Null))
}
