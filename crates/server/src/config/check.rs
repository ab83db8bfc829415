//! What can be known to be wrong from the settings alone.

use anyhow::Result;

use super::settings::Settings;
use crate::logging;

impl Settings {
    /// Whether all settings are right, those too that a command has no use for: what is wrong in a file that several processes
    /// share shows in the first that reads it. Nothing is made and nobody is asked.
    ///
    /// # Errors
    /// The first that is wrong, in a line.
    pub fn check(&self) -> Result<()> {
        logging::filter(&self.log)?;
        self.check_numbers()?;
        self.check_traces()?;
        self.check_bind()?;
        self.check_data_dir()?;
        let url = self.given_url()?.unwrap_or_default();
        self.public_hosts(url)?;
        self.planned_database()?;
        self.kept_server_key()?;
        self.server_key_also()?;
        self.server_key_before()?;
        self.admin()?;
        self.issuers()?;
        self.rules()?;
        self.argus_single()?;
        self.proxies()?;
        self.objects()?;
        self.s3()?;
        self.origins()?;
        Ok(())
    }
}
