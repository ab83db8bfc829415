//! The service that a command is about.

use anyhow::{Result, bail};
use resource::start::operator;
use resource::{Identities, System, World};

use crate::config::Settings;
use crate::opening::{identities, migrated};
use crate::readable::readable;

/// What a service has been started on. Where there is nothing yet, nothing is made, and nobody is told that there are no keys.
pub(super) async fn started(settings: &Settings) -> Result<Identities> {
    if let Some(file) = settings.planned_database()?.address.file().filter(|file| !file.exists()) {
        bail!(
            "there is no database at {}; is this the --data-dir or --config of the service? portico serve makes one",
            file.display()
        );
    }
    let world = World::new(System);
    if settings.kept_server_key()?.is_none() {
        // Of a database that no service was started on, that is said.
        let none = Identities::new(migrated(settings).await?, world, "portico", &[], Vec::new(), 1);
        operator::check_started(&none).await.map_err(readable)?;
        bail!(
            "there is no server key: give it as server_key, or put it into {}/server.key; is this the --data-dir or --config of the \
             service?",
            settings.data_dir.display()
        );
    }
    let identities = identities(settings, &world, "portico").await?;
    operator::check_started(&identities).await.map_err(readable)?;
    Ok(identities)
}
