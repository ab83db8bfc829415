//! A PostgreSQL server for the run, thrown away afterwards.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

use crate::process::free_address;

/// A server that answers.
#[derive(Debug)]
pub struct Postgres {
    /// An empty database.
    pub url: String,
    programs: PathBuf,
    folder: TempDir,
}

impl Postgres {
    /// Makes a cluster and starts it, with the settings that it comes with.
    ///
    /// # Errors
    /// PostgreSQL is not installed, or does not start.
    pub async fn start() -> Result<Self> {
        let programs = programs().context("no /usr/lib/postgresql/*/bin: is PostgreSQL installed?")?;
        let folder = tempfile::Builder::new().prefix("bench-postgres").tempdir_in("/tmp")?;
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(folder.path()))?;
        }
        let address = free_address()?;
        let server = Self { url: format!("postgres://postgres@{address}/portico"), programs, folder };
        let data = server.data();
        run(server.command("initdb").args(["-A", "trust", "-U", "postgres", "--no-sync", "-D"]).arg(&data))?;
        let options = format!(
            "-c listen_addresses=127.0.0.1 -p {} -c unix_socket_directories={}",
            address.port(),
            server.folder.path().display()
        );
        let log = server.folder.path().join("log");
        run(server.command("pg_ctl").args(["-w", "-o", &options, "-l"]).arg(&log).arg("-D").arg(&data).arg("start"))?;
        let began = Instant::now();
        let administration = format!("postgres://postgres@{address}/postgres");
        loop {
            match PgConnection::connect(&administration).await {
                Ok(mut connection) => {
                    sqlx::query("CREATE DATABASE portico").execute(&mut connection).await?;
                    connection.close().await?;
                    return Ok(server);
                }
                Err(error) if began.elapsed() > Duration::from_secs(10) => return Err(error.into()),
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A program of PostgreSQL's, which does not run as root.
    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(self.folder.path());
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.data();
        let _ = run(self.command("pg_ctl").args(["-m", "immediate", "-D"]).arg(data).arg("stop"));
    }
}

fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.flatten().map(|version| version.path().join("bin"));
    folders.filter(|folder| folder.join("initdb").exists()).max()
}

fn is_root() -> bool {
    Path::new("/proc/self").metadata().is_ok_and(|metadata| std::os::unix::fs::MetadataExt::uid(&metadata) == 0)
}

fn run(command: &mut Command) -> Result<()> {
    let ended = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    match ended.with_context(|| format!("cannot run {command:?}"))? {
        status if status.success() => Ok(()),
        status => bail!("{command:?}: {status}"),
    }
}
