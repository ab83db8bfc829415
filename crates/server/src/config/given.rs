//! Where each setting comes from: a flag wins over a variable, a variable over the file, the file over the default.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};
use serde::Serialize;
use serde_json::Value;

use super::file;
use super::settings::Settings;

/// Settings, and how each was given.
#[derive(Debug)]
pub(crate) struct Given {
    /// What they are.
    pub(crate) settings: Settings,
    matches: ArgMatches,
    file: Option<(PathBuf, Vec<String>)>,
}

/// One of them, as it is shown.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    /// Its name in the file.
    pub(crate) name: String,
    /// What it is; nothing where nothing is said and the default depends on something else.
    pub(crate) value: Value,
    /// Where that comes from.
    pub(crate) from: From,
    /// What it is where nothing is said, in words.
    #[serde(skip)]
    pub(crate) default: Option<String>,
}

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum From {
    /// The flag of this name.
    Flag(String),
    /// The variable of this name.
    Variable(String),
    /// A file.
    File(PathBuf),
    /// Nothing says it.
    Default,
}

impl fmt::Display for From {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => write!(to, "flag {name}"),
            Self::Variable(name) => write!(to, "variable {name}"),
            Self::File(path) => write!(to, "file {}", path.display()),
            Self::Default => to.write_str("default"),
        }
    }
}

/// A command line that takes all settings; each says what it is by default.
pub(crate) fn taking_settings(command: Command) -> Command {
    let Ok(Value::Object(defaults)) = serde_json::to_value(Settings::default()) else { return command };
    let about = command.get_about().cloned().unwrap_or_default();
    // What is said of the settings as a whole is not said of the program.
    Settings::augment_args_for_update(command).about(about).long_about(None::<&str>).mut_args(|argument| {
        let default = match defaults.get(argument.get_id().as_str()) {
            None | Some(Value::Null) => return argument,
            Some(default) => words(default),
        };
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        argument.help(format!("{help} [default: {default}]"))
    })
}

impl Given {
    /// What the command line, the environment and a file say.
    ///
    /// # Errors
    /// The file cannot be read, or has a key that is not known.
    pub(crate) fn read(matches: ArgMatches, file: Option<&Path>) -> Result<Self> {
        let (mut settings, keys) = match file {
            Some(path) => file::read(path)?,
            None => (Settings::default(), Vec::new()),
        };
        settings.update_from_arg_matches(&matches)?;
        Ok(Self { settings, matches, file: file.map(|path| (path.to_owned(), keys)) })
    }

    /// All of them in the order of their names, without secrets.
    pub(crate) fn shown(&self, command: &Command) -> Vec<Shown> {
        let Ok(Value::Object(values)) = serde_json::to_value(&self.settings) else { return Vec::new() };
        let shown = values.into_iter().map(|(name, value)| {
            let argument = command.get_arguments().find(|argument| argument.get_id() == name.as_str());
            Shown { from: self.from(&name, argument), default: argument.and_then(default_words), name, value }
        });
        shown.collect()
    }

    fn from(&self, name: &str, argument: Option<&Arg>) -> From {
        let source =
            argument.and_then(|argument| Some((argument, self.matches.value_source(argument.get_id().as_str())?)));
        match (source, &self.file) {
            (Some((argument, ValueSource::CommandLine)), _) => {
                From::Flag(argument.get_long().map(|long| format!("--{long}")).unwrap_or_default())
            }
            (Some((argument, ValueSource::EnvVariable)), _) => {
                From::Variable(argument.get_env().map(|name| name.to_string_lossy().into()).unwrap_or_default())
            }
            (_, Some((path, keys))) if keys.iter().any(|key| key == name) => From::File(path.clone()),
            _ => From::Default,
        }
    }
}

/// A value as it would be given; of a list of things with names, the names.
pub(crate) fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(|one| words(one.get("name").unwrap_or(one))).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// What the help says of the default.
fn default_words(argument: &Arg) -> Option<String> {
    let help = argument.get_help()?.to_string();
    let (_, default) = help.rsplit_once("[default: ")?;
    Some(default.trim_end_matches(']').to_owned())
}
