//! The command line.

use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::{CommandFactory, Parser, Subcommand};
use resource::seed::{Seed, Sown};
use resource::{System, World, bootstrap};
use serde_json::json;
use vocab::value::{DisplayName, Email, Mobile, Name, Password, RoleName, Uid};

use crate::config::{Settings, check_environment};
use crate::signals::Signals;
use crate::startup::{Start, identities, migrated, start};
use crate::worker::alone;
use crate::{export, logging};

/// Customer administration by following links: a Hydra API.
#[derive(Debug, Parser)]
#[command(name = "portico", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    settings: Settings,
    /// A TOML file with settings
    #[arg(long, global = true, env = "PORTICO_CONFIG")]
    config: Option<PathBuf>,
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
    /// Bring the database up to date
    Migrate,
    /// Write the published documents: vocab/published and docs/reference
    Export {
        /// The root of the source
        #[arg(long, default_value = ".")]
        to: PathBuf,
        /// Write nothing; fail if a file differs
        #[arg(long)]
        check: bool,
    },
    /// Customers
    #[command(subcommand)]
    Customer(CustomerCommand),
    /// Users
    #[command(subcommand)]
    User(UserCommand),
    /// API keys
    #[command(subcommand)]
    Key(KeyCommand),
}

#[derive(Debug, Subcommand)]
enum CustomerCommand {
    /// Make a customer
    Create {
        /// The name in addresses
        #[arg(long)]
        name: Name,
        /// The name that people read
        #[arg(long)]
        display_name: DisplayName,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Make a portal user, or without a customer a system user
    Create {
        /// The customer, by name
        #[arg(long)]
        customer: Option<String>,
        /// The e-mail address
        #[arg(long)]
        email: Email,
        /// A sign-in name that is unique in the whole service
        #[arg(long)]
        uid: Option<Uid>,
        /// The mobile number
        #[arg(long)]
        mobile: Option<Mobile>,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
        /// An entitlement group; may be given more than once
        #[arg(long = "group")]
        groups: Vec<RoleName>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Make a key
    #[command(group = clap::ArgGroup::new("owner").required(true))]
    Create {
        /// For a customer, by name
        #[arg(long, group = "owner")]
        customer: Option<String>,
        /// For a user, by e-mail address or sign-in name
        #[arg(long, group = "owner")]
        user: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs what the command line says.
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
    use clap::error::ErrorKind::{InvalidUtf8, InvalidValue, ValueValidation};
    if !matches!(error.kind(), InvalidUtf8 | InvalidValue | ValueValidation) {
        error.exit();
    }
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    say(&mut std::io::stderr(), &format!("portico: {}", line.trim_start_matches("error: ")));
    std::process::exit(1);
}

/// A line for the person at the terminal; a terminal that has gone away is no reason to fail.
fn say(to: &mut impl Write, line: &str) {
    let _ = writeln!(to, "{line}");
}

async fn execute() -> Result<()> {
    let arguments = Arguments::try_parse().unwrap_or_else(|error| refuse(error));
    let command = Arguments::command();
    let known: Vec<String> = command
        .get_arguments()
        .filter_map(|argument| argument.get_env())
        .map(|name| name.to_string_lossy().into())
        .collect();
    check_environment(&known)?;
    let settings = arguments.settings.over(arguments.config.as_deref())?;
    settings.check()?;
    let out = &mut std::io::stdout();
    match arguments.command {
        Command::Serve { demo, seed } => serve(&settings, demo, seed.as_deref()).await,
        Command::Worker { progress } => work(&settings, progress).await,
        Command::Migrate => {
            migrated(&settings).await?.close().await?;
            say(out, "The database is up to date.");
            Ok(())
        }
        Command::Export { to, check } => publish(&to, check),
        Command::Customer(CustomerCommand::Create { name, display_name, json }) => {
            let identities = identities(&settings, &World::new(System), "portico").await?;
            let made = bootstrap::create_customer(&identities, &name, &display_name).await.map_err(readable)?;
            say(
                out,
                &match json {
                    true => serde_json::to_string(&made)?,
                    false => format!("Customer {} ({}).", made.customer, made.name),
                },
            );
            Ok(())
        }
        Command::User(UserCommand::Create { customer, email, uid, mobile, password_stdin, groups, json }) => {
            let password = password_stdin.then(read_password).transpose()?;
            let identities = identities(&settings, &World::new(System), "portico").await?;
            let address = email.to_string();
            let new = bootstrap::NewUser { customer: customer.clone(), email, uid, mobile, password, groups };
            let uuid = bootstrap::create_user(&identities, new).await.map_err(readable)?;
            say(
                out,
                &match json {
                    true => json!({"uuid": uuid, "email": address, "customer": customer}).to_string(),
                    false => format!("User {uuid} ({address})."),
                },
            );
            Ok(())
        }
        Command::Key(KeyCommand::Create { customer, user, json }) => {
            let identities = identities(&settings, &World::new(System), "portico").await?;
            if let Some(user) = user {
                let (uuid, pair) = bootstrap::create_user_key(&identities, &user).await.map_err(readable)?;
                let whole = format!("{uuid}/{}/{}", pair.key, pair.secret);
                say(out, &if json { json!({"apiKey": whole}).to_string() } else { format!("API key {whole}") });
                return Ok(());
            }
            let name = customer.unwrap_or_default();
            let pair = bootstrap::create_customer_key(&identities, &name).await.map_err(readable)?;
            say(
                out,
                &match json {
                    true => serde_json::to_string(&pair)?,
                    false => format!("Key {}, secret {}. The secret is not shown again.", pair.key, pair.secret),
                },
            );
            Ok(())
        }
    }
}

/// What a rule says, for a person at a terminal.
pub(crate) fn readable(error: resource::Error) -> anyhow::Error {
    match error {
        resource::Error::Invalid(violations) | resource::Error::Conflict(violations) => {
            let all: Vec<_> = violations.iter().map(|violation| violation.message.as_str()).collect();
            anyhow::anyhow!(all.join(" "))
        }
        error => error.into(),
    }
}

fn read_seed(file: &Path) -> Result<Arc<Seed>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let seed = Seed::parse(&text).map_err(readable).with_context(|| format!("{} is no seed", file.display()))?;
    Ok(Arc::new(seed))
}

fn read_password() -> Result<Password> {
    let mut text = String::new();
    std::io::stdin().take(4096).read_to_string(&mut text).context("cannot read the password")?;
    let text = text.trim_end_matches(['\r', '\n']);
    hydra::Value::parse(&json!(text)).map_err(|what| anyhow::anyhow!("the password {what}"))
}

async fn serve(settings: &Settings, demo: bool, seed: Option<&Path>) -> Result<()> {
    let mut signals = Signals::take_over()?;
    let _logs = logging::begin(settings.log.as_deref())?;
    let seed = seed.map(read_seed).transpose()?;
    let running = tokio::select! {
        running = start(settings, Start { demo, seed, ..Start::default() }) => running?,
        () = signals.stop() => return Ok(()),
    };
    let out = &mut std::io::stdout();
    let folder = settings.data_dir();
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
    running.until_signal(&mut signals).await
}

async fn work(settings: &Settings, progress: bool) -> Result<()> {
    let mut signals = Signals::take_over()?;
    let _logs = logging::begin(settings.log.as_deref())?;
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
