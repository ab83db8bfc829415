use objects::{Error, ObjectPrefix, Objects};
use resource::Files;

/// Removes the files of one version of an image. To do so again changes nothing.
///
/// # Errors
/// The store failed; some may be left.
pub async fn discard(objects: &Objects, files: &Files) -> Result<(), Error> {
    let prefix = ObjectPrefix::version(files.customer, files.space, &files.image, files.version);
    objects.delete_prefix(&prefix).await?;
    Ok(())
}
