//! Files that nothing refers to, removed.

use std::collections::BTreeMap;

use futures_util::TryStreamExt;
use objects::{Error, ObjectPrefix, Objects};
use resource::images::{Files, Intake};

/// Why files were not removed.
#[derive(Debug, thiserror::Error)]
pub enum Discarding {
    /// The store failed; some may be left.
    #[error("the files could not be removed")]
    Store(#[from] Error),
    /// What is known of them could not be asked for.
    #[error("what is known of the files could not be found out")]
    Queue(#[source] resource::Error),
}

/// Removes the files of one version of an image. To do so again changes nothing.
///
/// # Errors
/// The store failed; some may be left.
pub async fn clear(objects: &Objects, files: &Files) -> Result<(), Error> {
    let (customer, space) = files.place();
    let prefix = ObjectPrefix::version(customer, space, &files.image, files.version);
    objects.delete_prefix(&prefix).await?;
    Ok(())
}

/// Removes the files of one version of an image, and all of other versions that nobody knows: a worker that was killed has
/// left them. To do so again changes nothing.
///
/// # Errors
/// See [`Discarding`].
pub async fn discard(objects: &Objects, intake: &Intake, files: &Files) -> Result<(), Discarding> {
    let (customer, space) = files.place();
    let image = ObjectPrefix::image(customer, space, &files.image);
    let lying = objects.lying(Some(&image)).map_ok(|lying| (lying.version, lying.prefix));
    let mut lying: BTreeMap<_, _> = lying.try_collect().await?;
    clear(objects, files).await?;
    lying.remove(&files.version);
    if lying.is_empty() {
        return Ok(());
    }
    let versions = lying.keys().copied().collect();
    for version in intake.unknown(&versions).await.map_err(Discarding::Queue)? {
        if let Some(prefix) = lying.get(&version) {
            objects.delete_prefix(prefix).await?;
        }
    }
    Ok(())
}
