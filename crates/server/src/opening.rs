//! What the service, a worker and a command open: the database with everything that knows who somebody is, and what originals and
//! thumbnails are kept in.

use anyhow::{Result, anyhow};
use objects::Objects;
use resource::start::operator;
use resource::{Database, Identities, Issuer, Store, World};

use crate::config::{Settings, cores};

/// Opens the database, in the one way that there is to it: with settings that are right.
///
/// # Errors
/// A setting is wrong, or the database does not answer.
async fn opened(settings: &Settings) -> Result<Store> {
    settings.check()?;
    opened_at(&settings.database()?).await
}

pub(crate) async fn opened_at(database: &Database) -> Result<Store> {
    Store::open(database).await.map_err(|error| {
        let file = database.address.file().map(|file| format!(" {}", file.display())).unwrap_or_default();
        anyhow!("cannot open the database{file}: {error}")
    })
}

/// Opens the database and brings it up to date.
///
/// # Errors
/// A setting is wrong, the database does not answer, or it refused a change.
pub(crate) async fn migrated(settings: &Settings) -> Result<Store> {
    up_to_date(opened(settings).await?).await
}

/// The same of another database than the settings name.
///
/// # Errors
/// As [`migrated`].
pub(crate) async fn migrated_at(database: &Database) -> Result<Store> {
    up_to_date(opened_at(database).await?).await
}

async fn up_to_date(store: Store) -> Result<Store> {
    store.migrate().await.map_err(|error| anyhow!("cannot migrate the database: {error}"))?;
    Ok(store)
}

/// Opens the database and everything that knows who somebody is.
///
/// # Errors
/// A setting is wrong, or the database does not answer.
pub(crate) async fn identities(settings: &Settings, world: &World, issuer: &str) -> Result<Identities> {
    identities_trusting(settings, world, issuer, settings.issuers()?).await
}

/// The same, trusting these issuers.
///
/// # Errors
/// As [`identities`].
pub(crate) async fn identities_trusting(
    settings: &Settings,
    world: &World,
    issuer: &str,
    issuers: Vec<Issuer>,
) -> Result<Identities> {
    settings.check()?;
    // What cannot be made is known before the database is touched.
    let is_new_key = settings.kept_server_key()?.is_none();
    settings.server_key(world)?;
    let identities = knowing(settings, world, issuer, issuers, migrated(settings).await?)?;
    if is_new_key && operator::check_started(&identities).await.is_ok() {
        tracing::warn!(
            "there was no server key, and another is made: all sessions have ended, and credentials for elsewhere that were encrypted \
             cannot be read; restore the key that there was, or have them entered again"
        );
    }
    if !identities.opens_what_is_kept().await? {
        tracing::warn!(
            "server_key is not the one under which credentials for elsewhere were encrypted; they have to be entered again, \
             or the right key be given"
        );
    }
    Ok(identities)
}

/// What knows who somebody is, on an open database.
///
/// # Errors
/// A setting is wrong, or the server key can be neither read nor made.
pub(crate) fn knowing(
    settings: &Settings,
    world: &World,
    issuer: &str,
    issuers: Vec<Issuer>,
    store: Store,
) -> Result<Identities> {
    let key = settings.server_key(world)?;
    let mut identities = Identities::new(store, world.clone(), issuer, &key, issuers, cores()).under(settings.rules()?);
    if let Some(also) = settings.server_key_also()? {
        identities = identities.beside(&also);
    }
    if let Some(before) = settings.server_key_before()? {
        identities = identities.reading(&before);
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
