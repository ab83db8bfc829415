//! What the service, a worker and a command open: the database with everything that knows who somebody is, and what originals and
//! thumbnails are kept in.

use anyhow::{Result, anyhow};
use objects::Objects;
use resource::{Identities, Store, World};

use crate::config::{Settings, cores};

/// Opens the database, in the one way that there is to it: with settings that are right.
///
/// # Errors
/// A setting is wrong, or the database does not answer.
async fn open(settings: &Settings) -> Result<Store> {
    settings.check()?;
    let database = settings.database()?;
    Store::open(&database).await.map_err(|error| {
        let file = database.address.file().map(|file| format!(" {}", file.display())).unwrap_or_default();
        anyhow!("cannot open the database{file}: {error}")
    })
}

/// Opens the database and brings it up to date.
///
/// # Errors
/// A setting is wrong, the database does not answer, or it refused a change.
pub(crate) async fn migrated(settings: &Settings) -> Result<Store> {
    let store = open(settings).await?;
    store.migrate().await.map_err(|error| anyhow!("cannot migrate the database: {error}"))?;
    Ok(store)
}

/// Opens the database and everything that knows who somebody is.
///
/// # Errors
/// A setting is wrong, or the database does not answer.
pub(crate) async fn identities(settings: &Settings, world: &World, issuer: &str) -> Result<Identities> {
    settings.check()?;
    let key = settings.server_key(world)?;
    let issuers = settings.issuers()?;
    let store = migrated(settings).await?;
    let identities = Identities::new(store, world.clone(), issuer, &key, issuers, cores()).under(settings.rules()?);
    if !identities.opens_what_is_kept().await? {
        tracing::warn!(
            "server_key is not the one under which credentials for elsewhere were encrypted; they have to be entered again, \
             or the right key be given"
        );
    }
    Ok(identities)
}

/// Opens what originals and thumbnails are kept in.
///
/// # Errors
/// The folder cannot be made or written, or the settings make no client.
pub(crate) fn objects(settings: &Settings) -> Result<Objects> {
    objects::install_crypto();
    if settings.objects.is_none() {
        settings.make_data_dir()?;
    }
    Ok(Objects::open(&settings.objects()?)?)
}
