//! The command line.

mod changes;
mod config;
mod copying;
mod customer;
mod developer;
mod doctor;
mod image;
mod key;
mod objects;
mod out;
mod pages;
mod policy;
mod ready;
mod session;
mod started;
mod user;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use resource::start::seed::{Seed, Sown};
use resource::{System, World};

use self::out::{Told, say};
use self::started::started;
use crate::config::{From, Given, check_environment, heading, taking_settings, words};
use crate::opening::migrated;
use crate::readable::readable;
use crate::signals::Signals;
use crate::startup::{Launch, start};
use crate::worker::alone;
use crate::{built, export, logging, supervisor};

/// Customer administration by following links: a Hydra API.
#[derive(Debug, Parser)]
#[command(name = "portico", version = built::ALL)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// A TOML file with settings
    #[arg(long, global = true, env = "PORTICO_CONFIG", help_heading = heading::KEPT)]
    config: Option<PathBuf>,
}

/// The headings of the settings that a command has a use for. It takes the others too, so that all commands can be given the same.
fn headings(command: &str) -> &'static [&'static str] {
    use heading::{IMAGES, KEPT, OBJECTS, RULES, SERVING, WATCHING};
    match command {
        "serve" | "config" | "doctor" => &[SERVING, RULES, KEPT, OBJECTS, IMAGES, WATCHING],
        "worker" => &[KEPT, OBJECTS, IMAGES, WATCHING],
        "ready" => &[SERVING, WATCHING],
        "image" => &[KEPT],
        "objects" | "backup" | "restore" => &[KEPT, OBJECTS],
        "migrate" | "customer" | "user" | "key" | "session" | "policy" | "changes" => &[KEPT],
        _ => &[],
    }
}

/// The whole command line. Every command takes every setting; its help shows those that it has a use for.
fn command() -> clap::Command {
    let command = taking_settings(Arguments::command());
    let settings: Vec<_> = command.get_arguments().filter(|argument| argument.is_global_set()).cloned().collect();
    command.mut_args(|argument| argument.hide(true)).mut_subcommands(|command| {
        let shown = headings(command.get_name());
        let is_shown = |setting: &clap::Arg| setting.get_help_heading().is_some_and(|heading| shown.contains(&heading));
        settings
            .iter()
            .filter(|setting| is_shown(setting))
            .fold(command.clone(), |command, setting| command.arg(setting))
    })
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Migrate, make the first administrator, and serve
    Serve {
        /// Also load a small demonstration customer
        #[arg(long)]
        demo: bool,
        /// A JSON file of entitlements, groups, customers and users; what of it is missing is made
        #[arg(long, value_name = "FILE")]
        seed: Option<PathBuf>,
    },
    /// Migrate, and do the jobs of the queue: fetch images, make thumbnails
    Worker {
        /// Print how the work gets on, also where nobody sits at a terminal
        #[arg(long)]
        progress: bool,
    },
    /// Bring the database up to date, or copy the service into another database
    Migrate {
        /// Another database, sqlite://FILE?mode=rwc or postgres://…, that nothing is in: all rows are copied there and compared. Stop
        /// the service before. A copy that was interrupted goes on when it is asked for again
        #[arg(long, value_name = "URL", env = "PORTICO_MIGRATE_TO", hide_env_values = true)]
        to: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Write database and objects into an empty folder, while the service runs
    Backup {
        /// The folder; it is made if it is not there
        folder: PathBuf,
        /// Also write the server key of the data folder into it
        #[arg(long)]
        with_key: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Make a service of a backup, where there is none
    Restore {
        /// The folder that portico backup wrote
        folder: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Write the published documents: vocab/published and docs/reference
    Export {
        /// The root of the source
        #[arg(long, default_value = ".")]
        to: PathBuf,
        /// Write nothing; fail if a file differs
        #[arg(long)]
        check: bool,
    },
    /// Print a migration that makes the table of a class
    #[command(hide = true)]
    Draft {
        /// The name of the class
        class: String,
    },
    /// Print what is asked of the database for a class, or for all
    #[command(hide = true)]
    Sql {
        /// The name of the class
        class: Option<String>,
    },
    /// Customers
    #[command(subcommand)]
    Customer(customer::Command),
    /// Users
    #[command(subcommand)]
    User(user::Command),
    /// API keys, and the keys that customers sign requests with
    #[command(subcommand)]
    Key(key::Command),
    /// Sessions, of users and of people who look at images
    #[command(subcommand)]
    Session(session::Command),
    /// Storage policies: how much customers may store
    #[command(subcommand)]
    Policy(policy::Command),
    /// The log of changes
    #[command(subcommand)]
    Changes(changes::Command),
    /// Images that failed
    #[command(subcommand)]
    Image(image::ImageCommand),
    /// The store in which originals and thumbnails are kept
    #[command(subcommand)]
    Objects(objects::Command),
    /// Look at settings, files, database, store and clock, and say what to do where something is wrong
    Doctor {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Ask the process that runs here whether it is ready; ends with 0 where it is
    Ready,
    /// Print what completes commands and flags in a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the pages of the manual into a folder
    Man {
        /// The folder
        folder: PathBuf,
    },
    /// The settings
    #[command(subcommand)]
    Config(config::Command),
}

/// Runs what the command line says, on a runtime of its own: so this room alone compiles what the program waits for.
#[tokio::main]
pub async fn run() -> ExitCode {
    match execute().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&mut std::io::stderr(), &format!("portico: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Says what is wrong with the arguments. A value that a setting cannot have is told of in one line, as the others are.
fn refuse(error: clap::Error) -> ! {
    use clap::error::ErrorKind::{InvalidUtf8, InvalidValue, UnknownArgument, ValueValidation};
    if !matches!(error.kind(), InvalidUtf8 | InvalidValue | UnknownArgument | ValueValidation) {
        error.exit();
    }
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    say(&mut std::io::stderr(), &format!("portico: {}", line.trim_start_matches("error: ")));
    std::process::exit(1);
}

async fn execute() -> Result<()> {
    let command = command();
    let matches = command.clone().try_get_matches().unwrap_or_else(|error| refuse(error));
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| refuse(error));
    let known: Vec<String> = command
        .get_arguments()
        .chain(command.get_subcommands().flat_map(clap::Command::get_arguments))
        .filter_map(|argument| argument.get_env())
        .map(|name| name.to_string_lossy().into())
        .collect();
    check_environment(&known)?;
    let given = Given::read(matches, arguments.config.as_deref())?;
    let settings = &given.settings;
    // The doctor tells of it among all that is wrong, and whoever looks for where a value comes from is told that.
    if !matches!(arguments.command, Command::Doctor { .. } | Command::Config(config::Command::Show { .. })) {
        settings.check()?;
    }
    match arguments.command {
        Command::Serve { demo, seed } => serve(&given, demo, seed.as_deref()).await,
        Command::Worker { progress } => work(&given, progress).await,
        Command::Migrate { to: Some(to), json } => copying::to_another(settings, &to, json).await,
        Command::Migrate { to: None, json } => {
            migrated(settings).await?.close().await?;
            Told { json }.say(&serde_json::json!({"migrated": true}), || "The database is up to date.".to_owned())
        }
        Command::Backup { folder, with_key, json } => copying::backup(settings, &folder, with_key, json).await,
        Command::Restore { folder, json } => copying::restore(settings, &folder, json).await,
        Command::Export { to, check } => publish(&to, check),
        Command::Draft { class } => developer::draft(&class),
        Command::Sql { class } => developer::sql(class.as_deref()),
        Command::Customer(command) => command.run(&started(settings).await?).await,
        Command::User(command) => {
            let password = command.password()?;
            command.run(&started(settings).await?, password).await
        }
        Command::Key(command) => command.run(&started(settings).await?, settings).await,
        Command::Session(command) => command.run(&started(settings).await?).await,
        Command::Policy(command) => command.run(&started(settings).await?).await,
        Command::Changes(command) => command.run(&started(settings).await?).await,
        Command::Image(command) => image::run(command, settings).await,
        Command::Objects(command) => command.run(settings).await,
        Command::Doctor { json } => doctor::run(settings, arguments.config.as_deref(), &World::new(System), json).await,
        Command::Ready => ready::run(settings).await,
        Command::Completions { shell } => pages::completions(shell, command),
        Command::Man { folder } => pages::manual(&folder, command),
        Command::Config(which) => which.run(&given, &command),
    }
}

/// The first line of the log: what runs here, and what it was told.
fn introduce(command: &str, given: &Given) {
    let database = given.settings.planned_database().ok();
    let database = database.map(|database| if database.address.file().is_some() { "sqlite" } else { "postgres" });
    let told = given.shown(&self::command()).into_iter().filter(|setting| setting.from != From::Default);
    let told: Vec<_> =
        told.map(|setting| format!("{} = {} ({})", setting.name, words(&setting.value), setting.from)).collect();
    tracing::info!(
        command,
        version = built::VERSION,
        commit = built::COMMIT,
        profile = built::PROFILE,
        database,
        settings = told.join("; "),
        "start"
    );
}

fn read_seed(file: &Path) -> Result<Arc<Seed>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let seed = Seed::parse(&text).map_err(readable).with_context(|| format!("{} is no seed", file.display()))?;
    Ok(Arc::new(seed))
}

async fn serve(given: &Given, demo: bool, seed: Option<&Path>) -> Result<()> {
    let settings = &given.settings;
    let mut signals = Signals::take_over()?;
    let _logs = logging::begin(settings)?;
    introduce("serve", given);
    let seed = seed.map(read_seed).transpose()?;
    let running = tokio::select! {
        running = start(settings, Launch { demo, seed, ..Launch::default() }) => running?,
        () = signals.stop() => return Ok(()),
    };
    let out = &mut std::io::stdout();
    let folder = &settings.data_dir;
    if let Some(pair) = &running.admin {
        let file = folder.join("admin-credentials.json");
        say(out, &format!("First start. The administrator's key is kept in {}.", file.display()));
        // Elsewhere than at a terminal it would be kept, too, and by whom is not known.
        if out.is_terminal() {
            say(out, &format!("  key    {}\n  secret {}", pair.key, pair.secret));
        }
    }
    if demo {
        let file = folder.join("demo-credentials.json");
        let place = match file.exists() {
            true => format!("its key is in {}", file.display()),
            false => "another start has its key".to_owned(),
        };
        say(out, &format!("The demonstration customer is riverside-museum; {place}."));
    }
    if let Some(Sown { entitlements, groups, customers, users }) = running.sown {
        say(
            out,
            &format!(
                "Of the seed were missing, and made: {entitlements} entitlements, {groups} groups, {customers} customers, \
                 {users} users."
            ),
        );
    }
    say(out, &format!("Portico is at {}/", running.url));
    if settings.public_url.is_some() {
        say(out, &format!("It listens at {}.", running.address));
    }
    supervisor::ready();
    running.until_signal(&mut signals).await
}

async fn work(given: &Given, progress: bool) -> Result<()> {
    let settings = &given.settings;
    let mut signals = Signals::take_over()?;
    let _logs = logging::begin(settings)?;
    introduce("worker", given);
    let world = World::new(System);
    let working = tokio::select! {
        working = alone(settings, &world) => working?,
        () = signals.stop() => return Ok(()),
    };
    let out = &mut std::io::stdout();
    say(out, "The worker waits for jobs.");
    let mut lines = working.progress();
    let watched = progress || out.is_terminal();
    // It ends with the worker, after its last line.
    let printing = tokio::spawn(async move {
        while watched && lines.changed().await.is_ok() {
            let line = lines.borrow_and_update().to_string();
            say(&mut std::io::stdout(), &line);
        }
    });
    supervisor::ready();
    working.until_signal(&mut signals).await?;
    Ok(printing.await?)
}

fn publish(root: &std::path::Path, check: bool) -> Result<()> {
    for (path, text) in export::files() {
        let path = root.join(path);
        if check {
            if std::fs::read_to_string(&path).ok().as_deref() != Some(&text) {
                bail!("{} is not what the classes say; run portico export", path.display());
            }
            continue;
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
