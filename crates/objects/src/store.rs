use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::{Error as StoreError, ObjectStore, ObjectStoreExt};

use crate::{Error, ObjectKey, ObjectPrefix, S3};

const RETRIES: usize = 3;

/// Where objects are to be kept.
#[derive(Debug, Clone)]
pub enum Settings {
    /// A folder of this machine; it is made if it is not there.
    Folder(PathBuf),
    /// A bucket, which must be there.
    Bucket {
        /// Its name.
        name: String,
        /// How it is reached.
        s3: S3,
    },
}

/// The objects that the service keeps. Copies share one store.
#[derive(Debug, Clone)]
pub struct Objects(Arc<dyn ObjectStore>);

impl Objects {
    /// Opens the store. A bucket is not asked anything yet.
    ///
    /// # Errors
    /// The folder cannot be made, or the settings make no client.
    pub fn open(settings: &Settings) -> Result<Self, Error> {
        match settings {
            Settings::Folder(folder) => {
                let setup = |source| Error::Setup { place: format!("the folder {}", folder.display()), source };
                std::fs::create_dir_all(folder).map_err(|error| setup(error.into()))?;
                let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| setup(error.into()))?;
                Ok(Self(Arc::new(store.with_fsync(true).with_automatic_cleanup(true))))
            }
            Settings::Bucket { name, s3 } => {
                let store = s3
                    .bucket(name, RETRIES)
                    .map_err(|error| Error::Setup { place: format!("the bucket {name}"), source: error.into() })?;
                Ok(Self(Arc::new(store)))
            }
        }
    }

    /// Keeps an object, in place of one that was there. Nobody ever reads half of it, and in a folder it survives a power
    /// cut once this returns.
    ///
    /// # Errors
    /// [`Error::Failed`].
    pub async fn put(&self, key: &ObjectKey, bytes: Bytes) -> Result<(), Error> {
        self.0.put(&key.path(), bytes.into()).await.map_err(Error::of)?;
        Ok(())
    }

    /// An object, whole.
    ///
    /// # Errors
    /// [`Error::Absent`], [`Error::Failed`].
    pub async fn get(&self, key: &ObjectKey) -> Result<Bytes, Error> {
        self.0.get(&key.path()).await.map_err(Error::of)?.bytes().await.map_err(Error::of)
    }

    /// The length of an object in bytes.
    ///
    /// # Errors
    /// [`Error::Absent`], [`Error::Failed`].
    pub async fn length(&self, key: &ObjectKey) -> Result<u64, Error> {
        Ok(self.0.head(&key.path()).await.map_err(Error::of)?.size)
    }

    /// Removes an object; that there was none is no error.
    ///
    /// # Errors
    /// [`Error::Failed`].
    pub async fn delete(&self, key: &ObjectKey) -> Result<(), Error> {
        match self.0.delete(&key.path()).await {
            Ok(()) | Err(StoreError::NotFound { .. }) => Ok(()),
            Err(error) => Err(Error::of(error)),
        }
    }

    /// Removes all objects below a prefix and says how many there were. What is put there meanwhile may stay.
    ///
    /// # Errors
    /// [`Error::Failed`]; some may be gone by then, and asking again removes the rest.
    pub async fn delete_prefix(&self, prefix: &ObjectPrefix) -> Result<u64, Error> {
        let listed = self.0.list(Some(&prefix.path())).map_ok(|object| object.location).boxed();
        let mut deleted = self.0.delete_stream(listed);
        let mut count = 0;
        while let Some(one) = deleted.next().await {
            match one {
                Ok(_) => count += 1,
                Err(StoreError::NotFound { .. }) => {}
                Err(error) => return Err(Error::of(error)),
            }
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const VERSION: Uuid = Uuid::from_u128(7);

    fn folder() -> (tempfile::TempDir, Objects) {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::open(&Settings::Folder(folder.path().join("made/on/the/way"))).unwrap();
        (folder, objects)
    }

    #[tokio::test]
    async fn an_object_is_kept_replaced_measured_and_removed() {
        let (_folder, objects) = folder();
        let key = ObjectKey::original(2, 5, "../Seite 1/ä", VERSION);
        assert!(matches!(objects.get(&key).await, Err(Error::Absent(_))));
        assert!(matches!(objects.length(&key).await, Err(Error::Absent(_))));
        objects.put(&key, Bytes::from_static(b"one")).await.unwrap();
        objects.put(&key, Bytes::from_static(b"other")).await.unwrap();
        assert_eq!(objects.get(&key).await.unwrap(), "other");
        assert_eq!(objects.length(&key).await.unwrap(), 5);
        objects.delete(&key).await.unwrap();
        objects.delete(&key).await.unwrap();
        assert!(matches!(objects.get(&key).await, Err(Error::Absent(_))));
    }

    #[tokio::test]
    async fn the_longest_ids_fit_into_a_folder() {
        let (_folder, objects) = folder();
        for image in ["x".repeat(200), "ä".repeat(1000), "X".repeat(66), "/".repeat(67)] {
            let key = ObjectKey::thumbnail(i64::MAX, i64::MAX, &image, VERSION, u32::MAX);
            objects.put(&key, Bytes::from(image.clone())).await.unwrap();
            assert_eq!(objects.get(&key).await.unwrap(), image);
        }
    }

    #[tokio::test]
    async fn a_prefix_is_removed_and_its_neighbours_stay() {
        let (_folder, objects) = folder();
        let other = Uuid::from_u128(8);
        let put = async |key: ObjectKey| objects.put(&key, Bytes::from_static(b"x")).await.unwrap();
        for (image, version) in [("a", VERSION), ("a", other), ("ab", VERSION)] {
            put(ObjectKey::original(1, 1, image, version)).await;
            put(ObjectKey::thumbnail(1, 1, image, version, 100)).await;
            put(ObjectKey::thumbnail(1, 1, image, version, 200)).await;
        }
        put(ObjectKey::original(1, 10, "a", VERSION)).await;
        put(ObjectKey::original(10, 1, "a", VERSION)).await;
        assert_eq!(objects.delete_prefix(&ObjectPrefix::thumbnails(1, 1, "a", VERSION)).await.unwrap(), 2);
        assert!(objects.get(&ObjectKey::original(1, 1, "a", VERSION)).await.is_ok());
        assert_eq!(objects.delete_prefix(&ObjectPrefix::version(1, 1, "a", VERSION)).await.unwrap(), 1);
        assert!(objects.get(&ObjectKey::thumbnail(1, 1, "a", other, 200)).await.is_ok());
        assert_eq!(objects.delete_prefix(&ObjectPrefix::image(1, 1, "a")).await.unwrap(), 3);
        assert_eq!(objects.delete_prefix(&ObjectPrefix::space(1, 1)).await.unwrap(), 3);
        assert_eq!(objects.delete_prefix(&ObjectPrefix::space(1, 1)).await.unwrap(), 0);
        assert_eq!(objects.delete_prefix(&ObjectPrefix::customer(1)).await.unwrap(), 1);
        assert!(objects.get(&ObjectKey::original(10, 1, "a", VERSION)).await.is_ok());
    }

    #[tokio::test]
    async fn nothing_but_whole_objects_is_left_in_the_folder() {
        let (folder, objects) = folder();
        let key = ObjectKey::original(1, 1, "a", VERSION);
        let writers = (0..16_u8).map(|byte| objects.put(&key, Bytes::from(vec![byte; 100_000])));
        futures_util::future::try_join_all(writers).await.unwrap();
        let bytes = objects.get(&key).await.unwrap();
        assert_eq!(bytes.len(), 100_000);
        assert!(bytes.iter().all(|byte| *byte == bytes[0]));
        let names: Vec<_> =
            std::fs::read_dir(folder.path().join(format!("made/on/the/way/1/1/a/{VERSION}"))).unwrap().collect();
        assert_eq!(names.len(), 1);
    }

    #[test]
    fn a_folder_that_cannot_be_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = Objects::open(&Settings::Folder(file.path().join("x"))).unwrap_err();
        assert!(error.to_string().contains(&file.path().display().to_string()), "{error}");
    }

    #[test]
    fn the_secret_of_a_bucket_is_not_shown() {
        let access = crate::Access { key: "id".to_owned(), secret: "hush".to_owned().into() };
        let s3 = S3 { access: Some(access), region: Some("eu-west-1".to_owned()), ..S3::default() };
        let settings = Settings::Bucket { name: "b".to_owned(), s3 };
        assert!(!format!("{settings:?}").contains("hush"));
        assert!(!format!("{:?}", Objects::open(&settings).unwrap()).contains("hush"));
    }
}
