//! `portico migrate --to`, `portico backup`, `portico restore`: a whole service in another place.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use objects::Objects;
use resource::copying::{self, CopiedTable, Meanwhile};
use resource::{Database, DatabaseAddress, Schema};
use serde_json::{Value, json};

use super::objects::told;
use super::out::{Told, say};
use super::started::started;
use crate::built;
use crate::config::{Settings, make_private_file, write_private};
use crate::opening::{migrated_at, objects, opened_at};

/// The files of a backup.
const DATABASE: &str = "portico.db";
const OBJECTS: &str = "objects";
const INVENTORY: &str = "backup.json";

/// Copies all rows of the service's database into another.
///
/// # Errors
/// The other has a service of its own, or a database does not answer.
pub(super) async fn to_another(settings: &Settings, to: &str, json: bool) -> Result<()> {
    let to = DatabaseAddress::parse(to).map_err(|what| anyhow!("--to {what}"))?;
    let from = started(settings).await?;
    from.store().clone().close().await?;
    let from = settings.planned_database()?;
    let is_same = from.address.file().is_some_and(|file| to.file().is_some_and(|other| file == other));
    if is_same {
        bail!("--to names the database of the service itself");
    }
    make(&Database { address: to.clone(), ..from.clone() }).await?;
    let tables = copying::copy(from.address, to, Meanwhile::Read, telling(json)).await?;
    Told { json }.say(&tables, || {
        let rows: u64 = tables.iter().map(|table| table.rows).sum();
        format!(
            "{rows} rows of {} tables are there, and the same on both sides. Set database_url to the other database, and start \
             all processes. The server key and the objects stay where they are. What a process has written to this database \
             since is in this one alone.",
            tables.len()
        )
    })
}

/// Brings an empty database up to date; one that is being copied into is left as it is.
async fn make(database: &Database) -> Result<()> {
    make_private_file(&database.address)?;
    let store = opened_at(database).await?;
    let is_unfinished = store.schema().await? == Schema::Unfinished;
    store.close().await?;
    if !is_unfinished {
        migrated_at(database).await?.close().await?;
    }
    Ok(())
}

/// Says how it gets on, to a person.
fn telling(json: bool) -> impl FnMut(&CopiedTable) + Send + 'static {
    move |table| {
        if !json {
            say(&mut std::io::stderr(), &format!("{}: {} rows", table.table, table.rows));
        }
    }
}

/// Writes database and objects into a folder, while the service runs.
///
/// # Errors
/// The folder is not empty, or something cannot be read or written.
pub(super) async fn backup(settings: &Settings, folder: &Path, with_key: bool, json: bool) -> Result<()> {
    if folder.read_dir().is_ok_and(|mut files| files.next().is_some()) {
        bail!("{} is not empty", folder.display());
    }
    let identities = started(settings).await?;
    let (made, kept) = (identities.world().now(), objects(settings)?);
    identities.store().clone().close().await?;
    private_folder(folder)?;
    let database = settings.planned_database()?;
    let file = folder.join(DATABASE);
    let copy = Database { address: DatabaseAddress::of_file(&file), ..database.clone() };
    let tables = match database.address.file() {
        Some(_) => {
            // It writes into an empty file, and leaves it to whom it is.
            make_private_file(&copy.address)?;
            copying::duplicate(database.address, file).await?;
            copying::summed(copy.address).await?
        }
        None => {
            make(&copy).await?;
            copying::copy(database.address, copy.address, Meanwhile::Write, |_| {}).await?
        }
    };
    // What the database knows is there: objects are written before they are known, and after it was copied.
    let copied = kept.copy_to(&Objects::open(&objects::Settings::Folder(folder.join(OBJECTS)))?).await?;
    let key = settings.data_dir.join("server.key");
    if with_key {
        let text = std::fs::read_to_string(&key).with_context(|| format!("cannot read {}", key.display()))?;
        write_private(&folder.join("server.key"), &text)?;
    }
    let inventory = json!({
        "version": built::VERSION, "made": made, "tables": tables, "objects": told(copied),
    });
    // Written last: without it, it is no backup.
    write_private(&folder.join(INVENTORY), &serde_json::to_string_pretty(&inventory)?)?;
    Told { json }.say(&inventory, || {
        let rows: u64 = tables.iter().map(|table| table.rows).sum();
        let key = match with_key {
            true => "The server key is with it: keep it as carefully.",
            false => "The server key is not: keep it apart, without it credentials for elsewhere cannot be read.",
        };
        format!(
            "{rows} rows and {} objects of {} bytes are in {}. {key}",
            copied.objects,
            copied.bytes,
            folder.display()
        )
    })
}

/// Makes a service that is not there yet of a backup.
///
/// # Errors
/// It is no backup, or not a whole one; there is a service already; or something cannot be read or written.
pub(super) async fn restore(settings: &Settings, folder: &Path, json: bool) -> Result<()> {
    let inventory = folder.join(INVENTORY);
    let text = std::fs::read_to_string(&inventory)
        .with_context(|| format!("{} is no backup that came to its end: cannot read {INVENTORY}", folder.display()))?;
    let inventory: Value =
        serde_json::from_str(&text).with_context(|| format!("{} is damaged", inventory.display()))?;
    let file = folder.join(DATABASE);
    let backup = DatabaseAddress::of_file(&file);
    if !file.is_file() {
        bail!("{} is not there", file.display());
    }
    let found = copying::summed(backup.clone()).await;
    let found = found.with_context(|| format!("{} cannot be read: the backup is damaged", file.display()))?;
    if serde_json::to_value(&found)? != inventory["tables"] {
        bail!("{} is not what {INVENTORY} says: the backup is damaged", file.display());
    }
    let planned = settings.planned_database()?;
    match planned.address.file() {
        Some(to) if to.exists() => bail!("there is a database at {} already; move it away first", to.display()),
        Some(to) => {
            settings.make_data_dir()?;
            let partial = to.with_extension("restoring");
            std::fs::copy(&file, &partial).with_context(|| format!("cannot write {}", partial.display()))?;
            for_one_alone(&partial, 0o600)?;
            std::fs::rename(&partial, to).with_context(|| format!("cannot write {}", to.display()))?;
        }
        None => {
            make(&planned).await?;
            copying::copy(backup, planned.address.clone(), Meanwhile::Write, telling(json)).await?;
        }
    }
    let key = folder.join("server.key");
    if settings.server_key.is_none() && key.is_file() && !settings.data_dir.join("server.key").exists() {
        let text = std::fs::read_to_string(&key).with_context(|| format!("cannot read {}", key.display()))?;
        write_private(&settings.make_data_dir()?.join("server.key"), &text)?;
    }
    // A backup of an earlier version is brought up to date.
    migrated_at(&planned).await?.close().await?;
    let from = Objects::open(&objects::Settings::Folder(folder.join(OBJECTS)))?;
    let copied = from.copy_to(&objects(settings)?).await?;
    let rows: u64 = found.iter().map(|table| table.rows).sum();
    Told { json }.say(&json!({"tables": found, "objects": told(copied)}), || {
        format!(
            "{rows} rows and {} objects are there. What was revoked after the backup is good again: go through keys and accounts. \
             portico doctor says whether the server key is the one of the backup.",
            copied.objects
        )
    })
}

fn private_folder(folder: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    // One that was there already, and is empty, may be open to others.
    for_one_alone(folder, 0o700)
}

fn for_one_alone(path: &Path, mode: u32) -> Result<()> {
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
        .with_context(|| format!("cannot close {} to others", path.display()))?;
    Ok(())
}
