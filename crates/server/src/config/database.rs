//! Where the database is, and how it is opened.

use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use resource::{Database, DatabaseAddress, Durability};

use super::cores::cores;
use super::private::make_private;
use super::settings::Settings;

/// Connections to PostgreSQL, at the least: a lock is held on one while another works.
const POSTGRES: u32 = 2;

impl Settings {
    /// How to open the database; makes the data folder where the database is to be in it, and its file where there is none, for
    /// this user's eyes.
    ///
    /// # Errors
    /// A value is not one of those that are known, or folder or file cannot be made.
    pub fn database(&self) -> Result<Database> {
        let database = self.planned_database()?;
        if self.database_url.is_none() {
            self.make_data_dir()?;
        }
        make_private_file(&database.address)?;
        Ok(database)
    }

    /// How to open the database; makes nothing.
    ///
    /// # Errors
    /// A value is not one of those that are known, or there is no folder that the file could be in.
    pub(crate) fn planned_database(&self) -> Result<Database> {
        let durability = match self.sqlite_synchronous.as_str() {
            "full" => Durability::Full,
            "normal" => Durability::Normal,
            other => bail!("sqlite_synchronous must be full or normal, not {other:?}"),
        };
        let address = match &self.database_url {
            Some(url) => DatabaseAddress::parse(url).map_err(|what| anyhow!("database_url {what}"))?,
            None => DatabaseAddress::of_file(&self.data_dir.join("portico.db")),
        };
        let usual = u32::try_from(cores()).unwrap_or(200).min(200) + 2;
        let connections = self.database_connections.unwrap_or(usual);
        match address.file() {
            None if connections < POSTGRES => {
                bail!("database_connections must be {POSTGRES} or more on PostgreSQL, not {connections}")
            }
            Some(file) if self.database_url.is_some() => {
                let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
                if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
                    bail!("database_url names a file in a folder that is not there: {}", folder.display());
                }
                if file.is_dir() {
                    bail!("database_url names a folder: {}", file.display());
                }
                if !address.makes_file() && !file.exists() {
                    bail!(
                        "database_url names a file that is not there, and is without ?mode=rwc, which makes it: {}",
                        file.display()
                    );
                }
            }
            _ => {}
        }
        let patience = Duration::from_secs(self.request_timeout);
        Ok(Database { address, connections, durability, patience, pooled: self.database_pooled })
    }
}

/// Makes the file of a database, where that has one which is not there yet, for this user's eyes. SQLite gives its other files the mode
/// of this one.
///
/// # Errors
/// It cannot be made.
pub(crate) fn make_private_file(address: &DatabaseAddress) -> Result<()> {
    match address.file().filter(|file| address.makes_file() && !file.exists()) {
        Some(file) => make_private(file, ""),
        None => Ok(()),
    }
}
