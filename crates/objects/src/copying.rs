//! All objects in another store.

use futures_util::StreamExt;
use object_store::ObjectStoreExt;
use object_store::path::Path;

use crate::{Error, ObjectPrefix, Objects};

/// Objects that are copied at a time.
const AT_ONCE: usize = 8;

/// What came of copying all objects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Copied {
    /// Those that are in both stores now.
    pub objects: u64,
    /// The bytes that they take.
    pub bytes: u64,
    /// Those of them that were not there before.
    pub new: u64,
}

impl Objects {
    /// Copies all objects of images into another store, but for those that are there already: an object never changes. What goes
    /// away meanwhile is passed over.
    ///
    /// # Errors
    /// [`Error::Failed`]; what was copied stays, and asking again copies the rest.
    pub async fn copy_to(&self, other: &Self) -> Result<Copied, Error> {
        self.check_folder().await?;
        other.check_folder().await?;
        let copied = self.keys(None).map(|key| async move { self.copy_one(&key?.0, other).await });
        let mut copied = copied.buffer_unordered(AT_ONCE);
        let mut all = Copied::default();
        while let Some(one) = copied.next().await {
            if let Some((bytes, is_new)) = one? {
                all.objects += 1;
                all.bytes += bytes;
                all.new += u64::from(is_new);
            }
        }
        Ok(all)
    }

    /// Copies an object; how long it is, and whether it was not there; none where there is nothing to copy.
    async fn copy_one(&self, key: &str, other: &Self) -> Result<Option<(u64, bool)>, Error> {
        let is_probe = key.starts_with("check/");
        let path = match ObjectPrefix::of(key).filter(|_| !is_probe && !key.contains('#')) {
            Some(_) => Path::parse(key).map_err(|error| Error::Failed(error.into()))?,
            None => return Ok(None),
        };
        let absent = |error: object_store::Error| match Error::of(error) {
            Error::Absent(_) => Ok(None),
            error => Err(error),
        };
        let length = match self.store.head(&path).await {
            Ok(found) => found.size,
            Err(error) => return absent(error),
        };
        match other.store.head(&path).await {
            Ok(found) if found.size == length => return Ok(Some((length, false))),
            Ok(_) => {}
            Err(error) => {
                absent(error)?;
            }
        }
        let bytes = match async { self.store.get(&path).await?.bytes().await }.await {
            Ok(bytes) => bytes,
            Err(error) => {
                absent(error)?;
                return Ok(None);
            }
        };
        other.store.put(&path, bytes.into()).await.map_err(|error| Error::Failed(error.into()))?;
        Ok(Some((length, true)))
    }
}
