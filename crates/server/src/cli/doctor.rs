//! `portico doctor`: whether the service can do its work here, and what to do where it cannot.

use std::net::ToSocketAddrs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::{Result, bail};
use resource::start::operator;
use resource::{Identities, Schema, Store, World};
use serde::Serialize;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::out::{Told, table};
use crate::config::Settings;
use crate::key_set;
use crate::opening::{knowing, objects, opened_at};

/// How long what is asked may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How far clocks may be apart.
const APART: Duration = Duration::from_secs(30);
/// Room on a disk, in bytes, below which it is worth a word.
const ROOM: u64 = 1 << 30;

/// How it stands with one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Well,
    Warning,
    Wrong,
}

/// What was found.
#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    state: State,
    found: String,
    /// What to do.
    todo: Option<String>,
}

/// All that was found so far.
#[derive(Debug, Default)]
struct Report(Vec<Finding>);

impl Report {
    fn well(&mut self, what: &'static str, found: impl Into<String>) {
        self.0.push(Finding { what, state: State::Well, found: found.into(), todo: None });
    }

    fn warn(&mut self, what: &'static str, found: impl Into<String>, todo: impl Into<String>) {
        self.0.push(Finding { what, state: State::Warning, found: found.into(), todo: Some(todo.into()) });
    }

    fn wrong(&mut self, what: &'static str, found: impl Into<String>, todo: impl Into<String>) {
        self.0.push(Finding { what, state: State::Wrong, found: found.into(), todo: Some(todo.into()) });
    }
}

/// Looks at everything, and tells of it. Nothing is made, but what the store of objects is tried with, which is removed again.
///
/// # Errors
/// Something is wrong, which is told before.
pub(super) async fn run(settings: &Settings, config: Option<&Path>, world: &World, json: bool) -> Result<()> {
    let mut report = Report::default();
    match settings.check() {
        Ok(()) => report.well("settings", "each has a value that it can have"),
        Err(error) => {
            report.wrong("settings", format!("{error:#}"), "mend that; portico config show says where each comes from")
        }
    }
    files(settings, config, &mut report);
    database(settings, world, &mut report).await;
    store_of_objects(settings, world, &mut report).await;
    issuers(settings, &mut report).await;
    public_address(settings, &mut report).await;
    let wrong = report.0.iter().filter(|finding| finding.state == State::Wrong).count();
    Told { json }.say(&report.0, || {
        let rows = report.0.iter().map(|finding| {
            let state = match finding.state {
                State::Well => "well",
                State::Warning => "warning",
                State::Wrong => "WRONG",
            };
            let todo = finding.todo.as_ref().map(|todo| format!(" → {todo}")).unwrap_or_default();
            [finding.what.to_owned(), state.to_owned(), format!("{}{todo}", finding.found)]
        });
        table(&["what", "state", "found"], rows)
    })?;
    match wrong {
        0 => Ok(()),
        1 => bail!("one thing is wrong"),
        more => bail!("{more} things are wrong"),
    }
}

/// Who may read what the service keeps, and whether there is room for more.
fn files(settings: &Settings, config: Option<&Path>, report: &mut Report) {
    let folder = &settings.data_dir;
    if !folder.exists() {
        let todo = "portico serve makes it; or is this not the --data-dir or --config of the service?";
        return report.warn("data folder", format!("{} is not there", folder.display()), todo);
    }
    if let Err(error) = tempfile::tempfile_in(folder) {
        let todo =
            format!("run this as the user of the service, or give it the folder: chown portico: {}", folder.display());
        report.wrong("data folder", format!("{} cannot be written: {error}", folder.display()), todo);
    } else {
        report.well("data folder", folder.display().to_string());
    }
    let database = settings.planned_database().ok().and_then(|database| database.address.file().map(Path::to_owned));
    let secret =
        ["server.key", "server.key.also", "server.key.before", "admin-credentials.json", "demo-credentials.json"];
    let secret = secret.iter().map(|name| folder.join(name)).chain(database);
    let open: Vec<_> = secret.filter(|file| is_open(file, 0o044)).map(|file| file.display().to_string()).collect();
    match open.is_empty() {
        true => report.well("permissions", "what is secret is for one user alone"),
        false => {
            let files = open.join(" ");
            report.warn("permissions", format!("others can read {files}"), format!("chmod go= {files}"));
        }
    }
    // Its group may be that of the service, which has to read it.
    if let Some(config) = config.filter(|file| is_open(file, 0o004)) {
        let found = format!("others can read {}, which may hold secrets", config.display());
        report.warn("settings file", found, format!("chmod o= {}", config.display()));
    }
    let left = folder.join("admin-credentials.json");
    if left.exists() {
        let todo = "keep them where you keep secrets, and delete the file";
        report.warn("first credentials", format!("{} is still there", left.display()), todo);
    }
    match rustix::fs::statvfs(folder) {
        Ok(disk) => {
            let room = disk.f_bavail.saturating_mul(disk.f_frsize);
            let found = format!("{} MB are free", room >> 20);
            match room < ROOM {
                true => report.warn("disk", found, "make room: without it nothing can be written"),
                false => report.well("disk", found),
            }
        }
        Err(error) => report.warn("disk", format!("cannot be looked at: {error}"), "look with df"),
    }
}

/// Whether others can read a file, by these bits of its mode.
fn is_open(file: &Path, bits: u32) -> bool {
    let others = |mode: u32| mode & bits != 0;
    // A folder that nobody else may look into hides what is in it.
    let closed = |folder: &Path| folder.metadata().is_ok_and(|folder| folder.permissions().mode() & 0o011 == 0);
    file.metadata().is_ok_and(|file| others(file.permissions().mode())) && !file.parent().is_some_and(closed)
}

/// The database, and all that is only known from it.
async fn database(settings: &Settings, world: &World, report: &mut Report) {
    let planned = match settings.planned_database() {
        Ok(planned) => planned,
        Err(error) => return report.wrong("database", format!("{error:#}"), "mend database_url"),
    };
    let is_file = planned.address.file().is_some();
    match planned.address.file().map(|file| (file, file.try_exists())) {
        Some((file, Ok(false))) => {
            let todo = "portico serve makes it, portico restore puts a backup there; or is this not the --data-dir or --config of \
                        the service?";
            return report.wrong("database", format!("there is none at {}", file.display()), todo);
        }
        Some((file, Err(error))) => {
            let found = format!("{} cannot be looked at: {error}", file.display());
            return report.wrong("database", found, "run this as the user of the service, or give it the folder back");
        }
        Some((_, Ok(true))) | None => {}
    }
    let store = match timeout(PATIENCE * 2, opened_at(&planned)).await {
        Ok(Ok(store)) => store,
        Ok(Err(error)) => {
            let todo = match is_file {
                true => {
                    "let the user of the service read and write it (chown, chmod); where it is damaged, restore a backup"
                }
                false => "start the database, and look at database_url: host, port, user, password, name",
            };
            return report.wrong("database", format!("{error:#}"), todo);
        }
        Err(_elapsed) => return report.wrong("database", "does not answer", "look at its log and at the network"),
    };
    match timeout(PATIENCE, store.describe()).await {
        Ok(Ok(described)) => {
            report.well("database", format!("{} {}", store.database(), described.version));
            clock(world, described.clock, report);
        }
        Ok(Err(error)) => report.wrong("database", error.to_string(), "look at its log"),
        Err(_elapsed) => report.wrong("database", "does not answer", "look at its log, and at what locks it"),
    }
    if schema(&store, report).await {
        writes(&store, report).await;
        beginnings(settings, world, store.clone(), report).await;
    }
    let _ = store.close().await;
}

fn clock(world: &World, database: Option<i64>, report: &mut Report) {
    let now = world.now().instant();
    let here: SystemTime = now.into();
    let Some(there) = database.and_then(|micros| u64::try_from(micros).ok()) else {
        return report.well("clock", now.to_string());
    };
    let there = SystemTime::UNIX_EPOCH + Duration::from_micros(there);
    let apart = here.duration_since(there).or_else(|_| there.duration_since(here)).unwrap_or_default();
    match apart > APART {
        true => {
            let found = format!("{} seconds apart from the database's", apart.as_secs());
            report.wrong("clock", found, "run NTP on both machines: timedatectl set-ntp true");
        }
        false => report.well("clock", "the same as the database's"),
    }
}

/// Whether the tables are those of this program.
async fn schema(store: &Store, report: &mut Report) -> bool {
    match timeout(PATIENCE, store.schema()).await {
        Ok(Ok(Schema::Current)) => {
            report.well("schema", "of this version");
            return true;
        }
        Ok(Ok(Schema::Behind)) => {
            report.wrong("schema", "of an earlier version, or none", "make a backup, and then portico migrate")
        }
        Ok(Ok(Schema::Unfinished)) => {
            report.wrong(
                "schema",
                "another database is being copied into this one",
                "ask for the copy again, until it ends well",
            );
        }
        Ok(Ok(Schema::Beyond)) => {
            report.wrong(
                "schema",
                "of a later version",
                "run that version of portico, or restore the backup made before it",
            );
        }
        Ok(Err(error)) => report.wrong("schema", error.to_string(), "look at the database's log"),
        Err(_elapsed) => report.wrong("schema", "the database does not answer", "look at what locks it"),
    }
    false
}

async fn writes(store: &Store, report: &mut Report) {
    match timeout(PATIENCE, store.can_write()).await {
        Ok(Ok(true)) => report.well("writing", "the database takes it"),
        Ok(Ok(false)) => report.warn(
            "writing",
            "another process holds the lock",
            "a backup may; otherwise find it: fuser portico.db",
        ),
        Ok(Err(error)) => {
            report.wrong("writing", error.to_string(), "make room on the disk, or let this user write the file")
        }
        Err(_elapsed) => report.wrong("writing", "the database does not answer", "look at what locks it"),
    }
}

/// Whether the service was started once, and its key is the one that it had then.
async fn beginnings(settings: &Settings, world: &World, store: Store, report: &mut Report) {
    if let Ok(None) = settings.kept_server_key() {
        let todo = "restore it, as server_key or server.key in the data folder; the first start of a service makes one";
        return report.wrong("server key", "there is none", todo);
    }
    let identities: Identities = match knowing(settings, world, "portico", Vec::new(), store) {
        Ok(identities) => identities,
        Err(error) => return report.wrong("server key", format!("{error:#}"), "restore it from where you keep it"),
    };
    match operator::check_started(&identities).await {
        Ok(()) => report.well("administrator", "is there"),
        Err(_) => report.wrong("administrator", "is not there yet", "start the service once: portico serve"),
    }
    match operator::unreadable(&identities).await {
        Ok((_, 0)) => report.well("server key", "opens what is encrypted"),
        Ok((all, closed)) => report.wrong(
            "server key",
            format!("of {all} credentials for elsewhere, {closed} are encrypted under another"),
            "restore it, as server_key, server_key_also or server.key in the data folder; or have them entered again",
        ),
        Err(error) => report.wrong("server key", error.to_string(), "look at the database"),
    }
    if let Ok(Some(_)) = settings.server_key_also() {
        report.warn("server keys", "there are two", "once all processes have both: portico key rotate --finish");
    }
}

async fn store_of_objects(settings: &Settings, world: &World, report: &mut Report) {
    let kept = settings.objects.clone().unwrap_or_else(|| settings.data_dir.join("objects").display().to_string());
    if settings.objects.is_none() && !settings.data_dir.exists() {
        return;
    }
    let todo = "make the folder or the bucket, and let this user write there; or look at objects, s3_endpoint and the key for it";
    let objects = match objects(settings) {
        Ok(objects) => objects,
        Err(error) => return report.wrong("objects", format!("{error:#}"), todo),
    };
    match timeout(PATIENCE * 2, objects.check(world.uuid())).await {
        Ok(Ok(())) => report.well("objects", format!("{kept} takes them, and gives them back")),
        Ok(Err(error)) => {
            let error = anyhow::Error::new(error);
            report.wrong("objects", format!("{kept}: {error:#}"), todo);
        }
        Err(_elapsed) => report.wrong("objects", format!("{kept} does not answer"), todo),
    }
}

/// Whether those that publish their keys can be asked for them.
async fn issuers(settings: &Settings, report: &mut Report) {
    let (Ok((_, publishers)), Ok(client)) = (settings.issuers_and_publishers(), key_set::client()) else { return };
    for publisher in publishers {
        match key_set::look(&client, &publisher).await {
            Ok(keys) => report.well("issuer", format!("{} publishes {keys} keys", publisher.name)),
            Err(error) => {
                let todo =
                    "until it answers, its tokens are not good; look at keys_url, or at its document for discovery";
                report.warn("issuer", format!("{}: {error:#}", publisher.name), todo);
            }
        }
    }
}

/// Whether clients find the service where every IRI says that it is.
async fn public_address(settings: &Settings, report: &mut Report) {
    let Some(url) = settings.public_url.as_deref().and_then(|url| url::Url::parse(url).ok()) else {
        let todo = "set public_url to what clients are to use, such as https://customers.example.org";
        return report.warn("public URL", format!("not set: IRIs begin with http://{}", settings.bind), todo);
    };
    let host = url.host_str().unwrap_or_default().to_owned();
    let is_local = ["localhost", "127.0.0.1", "[::1]"].contains(&host.as_str());
    if url.scheme() == "http" && !is_local {
        report.warn(
            "TLS",
            format!("{url} is not https"),
            "put a proxy with TLS before it, and https:// into public_url",
        );
    }
    let todo =
        "start the service, or look at the proxy and the name in the DNS; ignore this where clients are elsewhere";
    let address = (host, url.port_or_known_default().unwrap_or(80));
    let found = tokio::task::spawn_blocking(move || address.to_socket_addrs().map(Iterator::collect::<Vec<_>>)).await;
    let Ok(Ok(addresses)) = found else {
        return report.warn("public URL", format!("{url}: no such host"), todo);
    };
    match timeout(PATIENCE, TcpStream::connect(&addresses[..])).await {
        Ok(Ok(_)) => report.well("public URL", format!("{url} listens")),
        _ => report.warn("public URL", format!("{url}: nobody listens there"), todo),
    }
}
