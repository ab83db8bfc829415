//! Servers as child processes: pinned to a core, ended when dropped, asked what they have used.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::http::Connection;

/// The core that servers run on, where there are two and `taskset`.
const SERVERS: &str = "0";
/// The core that the load comes from.
const LOAD: &str = "1";
/// How long a server may take to answer at all.
const PATIENCE: Duration = Duration::from_secs(30);

/// Who runs where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pinning {
    /// Servers on one core, the load on another.
    Apart,
    /// Wherever the machine likes.
    None,
}

impl Pinning {
    /// What this machine allows.
    pub fn possible() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let pinned = Command::new("taskset").args(["-c", LOAD, "true"]).stderr(Stdio::null()).status();
        if cores > 1 && pinned.is_ok_and(|status| status.success()) { Self::Apart } else { Self::None }
    }

    /// Puts this process, the load, on its core.
    pub fn pin_load(self) {
        if self == Self::Apart {
            let own = std::process::id().to_string();
            // Not pinned is slower to repeat, and no reason to fail.
            let _ = Command::new("taskset").args(["-a", "-c", "-p", LOAD, &own]).stdout(Stdio::null()).status();
        }
    }

    /// Lets what this process starts from now on run on any core.
    pub fn release_load(self) {
        if self == Self::Apart {
            let own = std::process::id().to_string();
            let _ = Command::new("taskset").args(["-a", "-c", "-p", "0-1023", &own]).stdout(Stdio::null()).status();
        }
    }

    /// A program that will run where servers run.
    pub fn command(self, program: &Path) -> Command {
        match self {
            Self::Apart => {
                let mut command = Command::new("taskset");
                command.args(["-c", SERVERS]).arg(program);
                command
            }
            Self::None => Command::new(program),
        }
    }
}

/// A server that answers.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From the start of the process to the first answer.
    pub started_in: Duration,
}

impl Server {
    /// Starts a server with `arguments` and, as the last two, `--bind` and an address; waits until it answers. What it
    /// says goes to a file, or nowhere.
    ///
    /// # Errors
    /// It ends, or does not answer for too long.
    pub async fn start(
        pinning: Pinning,
        program: &Path,
        arguments: &[String],
        environment: &[(&str, String)],
        log: Option<&Path>,
    ) -> Result<Self> {
        let address = free_address()?;
        let mut command = pinning.command(program);
        command.args(arguments).args(["--bind", &address.to_string()]);
        set(&mut command, environment);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(match log {
            Some(path) => fs::File::create(path)?.into(),
            None => Stdio::null(),
        });
        let began = Instant::now();
        let child = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        let mut server = Self { child, address, started_in: Duration::ZERO };
        server.wait(began).await.with_context(|| {
            let said = log.and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
            let last = said.lines().last().unwrap_or_default();
            format!("{} {}: {last}", program.display(), arguments.join(" "))
        })?;
        server.started_in = began.elapsed();
        Ok(server)
    }

    async fn wait(&mut self, began: Instant) -> Result<()> {
        let request = format!("GET /health/live HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        loop {
            if let Ok(mut connection) = Connection::open(self.address).await
                && connection.send(request.as_bytes()).await.is_ok_and(|status| status == 200)
            {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("ended at once: {status}");
            }
            if began.elapsed() > PATIENCE {
                bail!("does not answer");
            }
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
    }

    /// Time that all its threads have spent on a processor.
    ///
    /// # Errors
    /// It has ended.
    pub fn cpu(&self) -> Result<Duration> {
        let tasks = PathBuf::from(format!("/proc/{}/task", self.child.id()));
        let mut nanos = 0_u64;
        for task in fs::read_dir(tasks).context("the server has ended")? {
            // A thread may end while we look.
            let Ok(text) = fs::read_to_string(task?.path().join("schedstat")) else { continue };
            nanos += text.split_ascii_whitespace().next().and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
        }
        Ok(Duration::from_nanos(nanos))
    }

    /// The most memory that it ever had, in KiB.
    ///
    /// # Errors
    /// It has ended.
    pub fn peak_memory(&self) -> Result<u64> {
        self.status("VmHWM:")
    }

    /// The memory that it has now, in KiB.
    ///
    /// # Errors
    /// It has ended.
    pub fn memory(&self) -> Result<u64> {
        self.status("VmRSS:")
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn status(&self, name: &str) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        Ok(line.with_context(|| format!("no {name}"))?.trim().trim_end_matches(" kB").parse()?)
    }

    /// Ends it as an operator would, so that it closes its database.
    ///
    /// # Errors
    /// It does not end.
    pub async fn stop(mut self) -> Result<()> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        let began = Instant::now();
        while self.child.try_wait()?.is_none() {
            if began.elapsed() > PATIENCE {
                bail!("does not stop");
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a program to its end; what it says.
///
/// # Errors
/// It fails.
pub fn run(program: &Path, arguments: &[&str], environment: &[(&str, String)]) -> Result<String> {
    let mut command = Command::new(program);
    set(command.args(arguments), environment);
    let output = command.output().with_context(|| format!("cannot run {}", program.display()))?;
    if !output.status.success() {
        bail!("{} {}: {}", program.display(), arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// These settings of Portico's, and no others.
fn set(command: &mut Command, environment: &[(&str, String)]) {
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PORTICO_")) {
        command.env_remove(name);
    }
    command.envs(environment.iter().map(|(name, value)| (name, value)));
}

/// An address on this machine that nobody listens at.
///
/// # Errors
/// There is none.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// Portico: the one that was named, or the one beside this program, brought up to date.
///
/// # Errors
/// It does not build.
pub fn portico(named: Option<&Path>) -> Result<PathBuf> {
    if let Some(named) = named {
        return Ok(named.to_owned());
    }
    let own = std::env::current_exe()?;
    let folder = own.parent().context("this program is in no folder")?;
    if folder.file_name().is_some_and(|name| name == "release") {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).context("the workspace has a root")?;
        let mut build = Command::new(cargo);
        build.args(["build", "--release", "--package", "server", "--quiet"]).current_dir(root);
        build.arg("--target-dir").arg(folder.parent().context("the target folder has a parent")?);
        if !build.status().context("cannot run cargo")?.success() {
            bail!("Portico does not build");
        }
    } else {
        crate::out::note(
            "This is not a release build: the twins are slow, and so is everything that is compared with them.",
        );
    }
    let portico = folder.join("portico");
    if !portico.exists() {
        bail!("{} is not there; name one with --portico", portico.display());
    }
    Ok(portico)
}
