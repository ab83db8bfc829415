//! All rows of one database in another, of whichever sort: how a service grows out of a file, and what a backup is.
//!
//! The other one has the same schema and nothing in it. What it derives from rows (its triggers) and what it asks of them (its foreign
//! keys) is put away while they come, and put back at the end, when the foreign keys are asked of all rows. Until then it says of
//! itself that no program can work on it. A copy that was interrupted goes on where it was: what has come is compared with what was
//! sent. At the end every table is read on both sides, and counted, and summed up.

mod cell;
mod postgres;
mod side;
mod sqlite;

use std::collections::BTreeMap;

use serde::Serialize;
use tokio::runtime::Handle;

use self::cell::{Cell, Summed};
use self::postgres::PostgresSide;
pub use self::side::CopyRefused;
pub use self::side::Meanwhile;
pub(crate) use self::side::UNFINISHED;
use self::side::{PENDING, Result, Shape, Side, refused};
use self::sqlite::SqliteSide;
use crate::DatabaseAddress;
use crate::address::AddressKind;

/// Tables that are not copied: which changes were made, and who may work on them, is each database's own.
const OWN: [&str; 3] = ["seaql_migrations", "readers", PENDING];
/// Rows that are read and written at a time.
const LOT: usize = 1000;

/// How a table was found after it was copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopiedTable {
    /// Its name.
    pub table: String,
    /// How many rows it has.
    pub rows: u64,
    /// What they come to, in hexadecimal, in whatever order they lie and whichever database they lie in.
    pub checksum: String,
}

impl CopiedTable {
    fn new(shape: &Shape, summed: Summed) -> Self {
        Self { table: shape.table.clone(), rows: summed.rows, checksum: summed.to_string() }
    }
}

fn side(address: &DatabaseAddress, handle: &Handle) -> Result<Box<dyn Side>> {
    Ok(match &address.0 {
        AddressKind::Sqlite(file, _) => Box::new(SqliteSide::open(file.get_filename())?),
        AddressKind::Postgres(server) => Box::new(PostgresSide::open(server, handle)?),
    })
}

/// Copies all rows, and compares both sides. Both have been migrated to the schema of this program.
///
/// # Errors
/// The other database has rows of its own, or a side does not answer; what was copied so far stays, and the copy can be asked for
/// again. What differs in the end is named.
pub async fn copy(
    from: DatabaseAddress,
    to: DatabaseAddress,
    meanwhile: Meanwhile,
    progress: impl FnMut(&CopiedTable) + Send + 'static,
) -> Result<Vec<CopiedTable>> {
    on_a_thread(move |handle| copied(&mut *side(&from, handle)?, &mut *side(&to, handle)?, meanwhile, progress)).await
}

/// Counts and sums up all tables as they are at one moment.
///
/// # Errors
/// The database does not answer.
pub async fn summed(of: DatabaseAddress) -> Result<Vec<CopiedTable>> {
    on_a_thread(move |handle| {
        let side = &mut *side(&of, handle)?;
        side.look(Meanwhile::Write)?;
        shapes(side)?.values().map(|shape| Ok(CopiedTable::new(shape, sum(side, shape)?))).collect()
    })
    .await
}

/// A copy of a file of SQLite in another that is not there yet, while others write.
///
/// # Errors
/// The file is there, or cannot be written.
pub async fn duplicate(of: DatabaseAddress, to: std::path::PathBuf) -> Result<()> {
    on_a_thread(move |_| match &of.0 {
        AddressKind::Sqlite(file, _) => SqliteSide::open(file.get_filename())?.duplicate(&to),
        AddressKind::Postgres(_) => Err(refused("is no file")),
    })
    .await
}

/// Away from the threads that wait for answers: SQLite is asked without waiting.
async fn on_a_thread<T: Send + 'static>(work: impl FnOnce(&Handle) -> Result<T> + Send + 'static) -> Result<T> {
    let handle = Handle::current();
    let done = tokio::task::spawn_blocking(move || work(&handle)).await;
    done.unwrap_or_else(|error| Err(refused(error.to_string())))
}

fn shapes(side: &mut dyn Side) -> Result<BTreeMap<String, Shape>> {
    let shapes = side.shapes()?.into_iter().filter(|shape| !OWN.contains(&shape.table.as_str()));
    let in_order = |mut shape: Shape| {
        // Columns that came later stand at the end in one database, and elsewhere in another.
        shape.columns.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        (shape.table.clone(), shape)
    };
    Ok(shapes.map(in_order).collect())
}

fn copied(
    from: &mut dyn Side,
    to: &mut dyn Side,
    meanwhile: Meanwhile,
    mut progress: impl FnMut(&CopiedTable),
) -> Result<Vec<CopiedTable>> {
    let (sources, targets) = (shapes(from)?, shapes(to)?);
    let alike = sources.keys().eq(targets.keys())
        && sources.values().zip(targets.values()).all(|(source, target)| source.is_like(target));
    if !alike {
        return Err(refused("the two databases have not the same tables: both have to be of this version"));
    }
    from.look(meanwhile)?;
    let mark = mark(from, &sources)?;
    to.prepare(&targets.values().collect::<Vec<_>>(), &mark)?;
    let mut tables = Vec::new();
    for (source, target) in sources.values().zip(targets.values()) {
        let sent = fill(from, source, to, target)?;
        let copied = CopiedTable::new(source, sent);
        progress(&copied);
        tables.push((copied, sent, target));
    }
    for (copied, sent, target) in &tables {
        let came = sum(to, target)?;
        if came != *sent {
            return Err(refused(format!(
                "of {} {} rows were sent and {} are there, or they are others; ask for the copy again",
                copied.table, sent.rows, came.rows
            )));
        }
    }
    for source in sources.values() {
        if let Some(last) = from.last_number(source)? {
            to.go_on_after(source, last)?;
        }
    }
    to.finish()?;
    Ok(tables.into_iter().map(|(copied, ..)| copied).collect())
}

/// What tells a service from all others: the identity of its first customer.
fn mark(from: &mut dyn Side, shapes: &BTreeMap<String, Shape>) -> Result<String> {
    let Some(customers) = shapes.get("customer") else { return Err(refused("it has no customers")) };
    let mut summed = Summed::default();
    for row in from.rows(customers, None, 1)? {
        let identity =
            customers.columns.iter().position(|column| column.name == "uuid").and_then(|place| row.get(place));
        summed.add(identity.map_or(&[], std::slice::from_ref));
    }
    Ok(summed.to_string())
}

/// Copies a table, from where an earlier copy left it; what it comes to.
fn fill(from: &mut dyn Side, source: &Shape, to: &mut dyn Side, target: &Shape) -> Result<Summed> {
    let there = sum(to, target)?;
    let (mut sent, mut after) = (Summed::default(), None);
    // What has come is what was sent first, or else it is of no use.
    let mut checked = there.rows == 0;
    loop {
        let most = if checked { LOT } else { usize::try_from(there.rows - sent.rows).unwrap_or(LOT).min(LOT) };
        let rows = from.rows(source, after.as_deref(), most)?;
        let Some(last) = rows.last() else { break };
        after = Some(source.key_of(last));
        rows.iter().for_each(|row| sent.add(row));
        if checked {
            to.insert(target, rows)?;
        } else if sent.rows == there.rows {
            checked = true;
            if sent != there {
                to.clear(target)?;
                (sent, after) = (Summed::default(), None);
            }
        }
    }
    if !checked {
        to.clear(target)?;
        return fill(from, source, to, target);
    }
    Ok(sent)
}

/// What a table comes to.
fn sum(side: &mut dyn Side, shape: &Shape) -> Result<Summed> {
    let (mut summed, mut after): (Summed, Option<Vec<Cell>>) = (Summed::default(), None);
    loop {
        let rows = side.rows(shape, after.as_deref(), LOT)?;
        let Some(last) = rows.last() else { return Ok(summed) };
        after = Some(shape.key_of(last));
        rows.iter().for_each(|row| summed.add(row));
    }
}
