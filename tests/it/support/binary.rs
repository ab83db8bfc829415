//! The program itself, as a process: for what can only be seen from outside, such as its death.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use super::{ADMIN_KEY, ADMIN_SECRET, Client, Credentials, Database, postgres};

/// The program: the command line of `server`, built with the tests.
const BINARY: &str = env!("CARGO_BIN_EXE_portico-under-test");

/// A folder and a database for processes to share.
pub struct Place {
    folder: tempfile::TempDir,
    database: Option<String>,
}

/// The program, with nothing of this process's environment that it would read.
pub fn program() -> Command {
    let mut command = Command::new(BINARY);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PORTICO_")) {
        command.env_remove(name);
    }
    command
}

/// What it printed, having ended well.
#[track_caller]
pub fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The same of one that was told `--json`.
#[track_caller]
pub fn json_of(output: &Output) -> Value {
    serde_json::from_str(&stdout(output)).expect("--json prints JSON")
}

/// It did not do it, and says why in one line.
#[track_caller]
pub fn refused(output: &Output, why: &str) {
    assert!(!output.status.success(), "{output:?}");
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(error.trim_end().lines().count(), 1, "one clear line: {error}");
    assert!(error.contains(why), "{error}");
}

impl Place {
    /// A new one; none where there is no PostgreSQL on this machine.
    pub async fn new(database: Database) -> Option<Self> {
        let database = match database {
            Database::Sqlite => None,
            Database::Postgres => Some(postgres::database().await?),
        };
        Some(Self { folder: tempfile::tempdir().expect("a folder can be made"), database })
    }

    /// The same place for a process that has this server key.
    pub fn with_key(&self, key: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        std::fs::create_dir(folder.path().join("data")).expect("it can be made");
        std::fs::write(folder.path().join("data/server.key"), key).expect("it can be written");
        let database = Some(format!("{}?mode=rw", self.database())).filter(|_| self.database.is_none());
        Self { folder, database: database.or_else(|| self.database.clone()) }
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where the database is.
    pub fn database(&self) -> String {
        self.database.clone().unwrap_or_else(|| format!("sqlite://{}", self.data().join("portico.db").display()))
    }

    /// The program, on this database and this folder.
    pub fn command(&self) -> Command {
        let mut command = program();
        command.env("PORTICO_DATA_DIR", self.data()).stdin(Stdio::null());
        if let Some(url) = &self.database {
            command.env("PORTICO_DATABASE_URL", url);
        }
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().expect("it runs")
    }

    /// The same with something to read.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Output {
        self.read_from(self.command().args(arguments), input).output().expect("it runs")
    }

    /// Starts the service.
    pub fn serve(&self) -> Process {
        self.serve_with(&[])
    }

    /// Starts the service with more settings, or with others.
    pub fn serve_with(&self, variables: &[(&str, &str)]) -> Process {
        Self::started(self.command().args(["--log", "warn"]), "127.0.0.1:0", variables)
    }

    /// Starts the service at an address, which one before it may have had.
    pub fn serve_at(&self, address: &str) -> Process {
        Self::started(self.command().args(["--log", "warn"]), address, &[])
    }

    /// Starts the service, which logs to a file.
    pub fn serve_with_log(&self, log: &str, variables: &[(&str, &str)]) -> Process {
        let log = std::fs::File::create(self.folder.path().join(log)).expect("it can be written");
        Self::started(self.command().args(["--log", "info"]).stderr(log), "127.0.0.1:0", variables)
    }

    /// The same with a log as the variables say.
    pub fn serve_logging(&self, log: &str, variables: &[(&str, &str)]) -> Process {
        let log = std::fs::File::create(self.folder.path().join(log)).expect("it can be written");
        Self::started(self.command().stderr(log), "127.0.0.1:0", variables)
    }

    /// A command with something to read.
    pub fn read_from<'a>(&self, command: &'a mut Command, input: &str) -> &'a mut Command {
        let file = self.folder.path().join("input");
        std::fs::write(&file, input).expect("it can be written");
        command.stdin(std::fs::File::open(&file).expect("it is there"))
    }

    fn started(command: &mut Command, bind: &str, variables: &[(&str, &str)]) -> Process {
        command.args(["serve", "--no-worker", "--bind", bind]);
        command.env("PORTICO_ADMIN_KEY", ADMIN_KEY).env("PORTICO_ADMIN_SECRET", ADMIN_SECRET);
        command.envs(variables.iter().copied());
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let out = child.stdout.take().expect("its output is piped");
        let url = BufReader::new(out)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("Portico is at ").map(|url| url.trim_end_matches('/').to_owned()))
            .expect("it says where it is");
        Process { child, url }
    }

    /// Starts a worker that decodes so many pictures at a time. Origins may lie in this machine.
    pub fn worker(&self, log: &str, parallel: usize) -> Process {
        self.worker_with(log, parallel, &[])
    }

    /// The same with more settings.
    pub fn worker_with(&self, log: &str, parallel: usize, variables: &[(&str, &str)]) -> Process {
        let mut command = self.command();
        command.envs(variables.iter().copied());
        command.args(["worker", "--log", "trace,sqlx=info", "--origin-allow", "127.0.0.0/8"]);
        command.args(["--worker-parallel", &parallel.to_string()]).stdout(Stdio::null());
        let log = std::fs::File::create(self.folder.path().join(log)).expect("it can be written");
        Process { child: command.stderr(log).spawn().expect("it starts"), url: String::new() }
    }

    /// What a worker has logged so far.
    pub fn log(&self, log: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(log)).expect("there is one")
    }
}

/// The service as a process.
pub struct Process {
    child: Child,
    /// Its address; none where it is a worker.
    pub url: String,
}

impl Process {
    /// The administrator.
    pub fn admin(&self) -> Client {
        Client::new(&self.url, Credentials::Basic(ADMIN_KEY.into(), ADMIN_SECRET.into()))
    }

    /// Kills it, without a word.
    pub fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is gone");
    }

    /// Asks it to stop.
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "{name}");
    }

    /// The memory that it lies in, in bytes.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it has memory");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") << 10
    }

    /// Waits for it to end; whether it ended well.
    pub fn ended(mut self) -> bool {
        self.child.wait().expect("it ends").success()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
