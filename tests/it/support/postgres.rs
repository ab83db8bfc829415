//! A PostgreSQL of our own, from the binaries of this machine. It ends when this process does, however it ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sqlx::{Connection, Executor, PgConnection};
use tokio::sync::OnceCell;

struct Server {
    folder: PathBuf,
    /// Its standard input stays open as long as this process lives; that is what the server lives on.
    _child: Child,
}

static SERVER: OnceCell<Option<Server>> = OnceCell::const_new();
static COUNT: AtomicU32 = AtomicU32::new(0);
const TEMPLATE: &str = "portico_template";

/// The address of a fresh, migrated database; none on a machine without PostgreSQL.
pub async fn database() -> Option<String> {
    copy_of(TEMPLATE).await
}

/// The address of a database that has nothing in it; none on a machine without PostgreSQL.
pub async fn empty() -> Option<String> {
    copy_of("template0").await
}

async fn copy_of(template: &str) -> Option<String> {
    let server = SERVER.get_or_init(start).await.as_ref()?;
    let name = format!("t{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(&server.url("postgres")).await.expect("the server answers");
    // Copies of one template wait for each other.
    // Files are copied as they are, instead of each of their pages through the log.
    let copy = format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy");
    for attempt in 0.. {
        match connection.execute(sqlx::AssertSqlSafe(copy.clone())).await {
            Ok(_) => break,
            Err(error) if attempt > 200 => panic!("{error}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(25)).await,
        }
    }
    Some(server.url(&name))
}

impl Server {
    fn url(&self, database: &str) -> String {
        let host = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{host}/{database}")
    }
}

fn binaries() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    versions.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).filter(|bin| bin.join("initdb").exists()).max()
}

/// A shell that what ends this process and its group does not end: it is there to clean up then.
const ALONE: [&str; 4] = ["setsid", "--wait", "sh", "-c"];

/// Nothing that this server keeps outlives it.
const CARELESS: &str = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off \
                        -c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off";

async fn start() -> Option<Server> {
    let Some(bin) = binaries() else {
        assert!(
            std::env::var_os("PORTICO_TEST_REQUIRE_POSTGRES").is_none(),
            "PORTICO_TEST_REQUIRE_POSTGRES is set, and there is no PostgreSQL in /usr/lib/postgresql"
        );
        println!("PostgreSQL is not on this machine: its tests are left out");
        return None;
    };
    let folder = tempfile::Builder::new().prefix("portico-pg-").tempdir().expect("a folder can be made").keep();
    let is_root = fs::metadata("/proc/self").is_ok_and(|meta| std::os::unix::fs::MetadataExt::uid(&meta) == 0);
    if is_root {
        // The server refuses to run as root.
        assert!(Command::new("chown").arg("postgres").arg(&folder).status().is_ok_and(|status| status.success()));
    }
    let script = format!(
        "set -e; cd {folder}; {bin}/initdb -D data -U postgres -A trust --no-sync -E UTF8 --locale=C.UTF-8 >initdb.log 2>&1; \
         {bin}/postgres -D data -k {folder} -c listen_addresses= -c max_connections=200 {careless} >server.log 2>&1 & \
         server=$!; cat >/dev/null; kill -INT $server; wait $server; rm -rf {folder}",
        folder = folder.display(),
        bin = bin.display(),
        careless = CARELESS,
    );
    let mut command = match is_root {
        true => {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
            command.args(ALONE);
            command
        }
        false => {
            let mut command = Command::new(ALONE[0]);
            command.args(&ALONE[1..]);
            command
        }
    };
    let child =
        command.arg(script).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("a shell can be started");
    let server = Server { folder, _child: child };
    wait(&server).await;
    make_template(&server).await;
    Some(server)
}

async fn wait(server: &Server) {
    for _ in 0..600 {
        if PgConnection::connect(&server.url("postgres")).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let log = |name: &str| fs::read_to_string(Path::new(&server.folder).join(name)).unwrap_or_default();
    panic!("PostgreSQL does not answer: {}{}", log("initdb.log"), log("server.log"));
}

async fn make_template(server: &Server) {
    let mut connection = PgConnection::connect(&server.url("postgres")).await.expect("the server answers");
    let create = format!("CREATE DATABASE {TEMPLATE}");
    connection.execute(sqlx::AssertSqlSafe(create)).await.expect("a database can be made");
    let store = super::sql::store(&server.url(TEMPLATE)).await;
    store.migrate().await.expect("the template migrates");
    store.close().await.expect("the template closes");
}
