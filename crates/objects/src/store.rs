use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use futures_util::stream::{BoxStream, poll_fn};
use futures_util::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt};
use tokio::sync::mpsc::channel;
use uuid::Uuid;

use crate::folder::Folder;
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
pub struct Objects {
    pub(crate) store: Arc<dyn ObjectStore>,
    /// Where they lie, if that is a folder.
    folder: Option<Folder>,
}

/// Something that lies in the store: of which version of an image it is, and when it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lying {
    /// All of that version.
    pub prefix: ObjectPrefix,
    /// The version.
    pub version: Uuid,
    /// When it was written, by the clock of the store.
    pub written: SystemTime,
}

impl Objects {
    /// Opens the store. A bucket is not asked anything yet.
    ///
    /// # Errors
    /// The folder cannot be made or written, or the settings make no client.
    pub fn open(settings: &Settings) -> Result<Self, Error> {
        match settings {
            Settings::Folder(folder) => {
                let setup = |source| Error::Setup { place: format!("the folder {}", folder.display()), source };
                std::fs::create_dir_all(folder).map_err(|error| setup(error.into()))?;
                // What is in a folder that cannot be written is for nobody, and images would fail one by one. The name is that
                // of a file that is being written, which is never listed.
                let probe = folder.join(format!("probe#{}", std::process::id()));
                std::fs::write(&probe, b"").map_err(|error| setup(error.into()))?;
                std::fs::remove_file(&probe).map_err(|error| setup(error.into()))?;
                let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| setup(error.into()))?;
                let store = Arc::new(store.with_fsync(true).with_automatic_cleanup(true));
                let root = folder.canonicalize().map_err(|error| setup(error.into()))?;
                Ok(Self { store, folder: Some(Folder::new(root)) })
            }
            Settings::Bucket { name, s3 } => {
                let store = s3
                    .bucket(name, RETRIES)
                    .map_err(|error| Error::Setup { place: format!("the bucket {name}"), source: error.into() })?;
                Ok(Self { store: Arc::new(store), folder: None })
            }
        }
    }

    /// Keeps an object, in place of one that was there. Nobody ever reads half of it, and in a folder it survives a power
    /// cut once this returns.
    ///
    /// # Errors
    /// [`Error::Failed`].
    pub async fn put(&self, key: &ObjectKey, bytes: Bytes) -> Result<(), Error> {
        self.check_folder().await?;
        match self.store.put(&key.path(), bytes.into()).await {
            Ok(_) => Ok(()),
            // What is not there cannot be the object.
            Err(error) => Err(Error::Failed(error.into())),
        }
    }

    /// An object, whole.
    ///
    /// # Errors
    /// [`Error::Absent`], [`Error::Failed`].
    pub async fn get(&self, key: &ObjectKey) -> Result<Bytes, Error> {
        let bytes = async { self.store.get(&key.path()).await?.bytes().await };
        match bytes.await.map_err(Error::of) {
            Ok(bytes) => Ok(bytes),
            Err(error) => Err(self.explain(error).await),
        }
    }

    /// The length of an object in bytes.
    ///
    /// # Errors
    /// [`Error::Absent`], [`Error::Failed`].
    pub async fn length(&self, key: &ObjectKey) -> Result<u64, Error> {
        match self.store.head(&key.path()).await.map_err(Error::of) {
            Ok(found) => Ok(found.size),
            Err(error) => Err(self.explain(error).await),
        }
    }

    /// Removes an object; that there was none is no error.
    ///
    /// # Errors
    /// [`Error::Failed`].
    pub async fn delete(&self, key: &ObjectKey) -> Result<(), Error> {
        match self.store.delete(&key.path()).await.map_err(Error::of) {
            Err(error) => match self.explain(error).await {
                Error::Absent(_) => Ok(()),
                error => Err(error),
            },
            Ok(()) => Ok(()),
        }
    }

    /// Removes all objects below a prefix, and what was left there half-written; says how many there were. What is put there
    /// meanwhile may stay.
    ///
    /// # Errors
    /// [`Error::Failed`]; some may be gone by then, and asking again removes the rest.
    pub async fn delete_prefix(&self, prefix: &ObjectPrefix) -> Result<u64, Error> {
        if let Some(folder) = &self.folder {
            self.check_folder().await?;
            return folder.clear(&prefix.path()).await.map_err(|error| Error::Failed(error.into()));
        }
        let listed = self.store.list(Some(&prefix.path())).map_ok(|object| object.location).boxed();
        let mut deleted = self.store.delete_stream(listed);
        let mut count = 0;
        while let Some(one) = deleted.next().await {
            match one.map_err(Error::of) {
                Ok(_) => count += 1,
                Err(Error::Absent(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }

    /// All that lies below a prefix, or in the whole store, of images; what is half-written included. What is not of an image
    /// is passed over.
    pub fn lying(&self, prefix: Option<&ObjectPrefix>) -> BoxStream<'static, Result<Lying, Error>> {
        let lying = |(key, written): (String, SystemTime)| {
            let (prefix, version) = ObjectPrefix::of(&key)?;
            Some(Lying { prefix, version, written })
        };
        self.keys(prefix).try_filter_map(move |file| std::future::ready(Ok(lying(file)))).boxed()
    }

    /// The keys of all that lies there, and when it was written.
    pub(crate) fn keys(
        &self,
        prefix: Option<&ObjectPrefix>,
    ) -> BoxStream<'static, Result<(String, SystemTime), Error>> {
        let prefix = prefix.map(ObjectPrefix::path);
        match &self.folder {
            None => self
                .store
                .list(prefix.as_ref())
                .map_ok(|object| (object.location.to_string(), SystemTime::from(object.last_modified)))
                .map_err(Error::of)
                .boxed(),
            Some(folder) => {
                let (to, mut from) = channel(100);
                folder.tell(prefix.as_ref(), to);
                poll_fn(move |context| from.poll_recv(context)).map_err(|error| Error::Failed(error.into())).boxed()
            }
        }
    }

    /// Whether the store can be used: something is written, read and removed. The number is one that nobody else uses now.
    ///
    /// # Errors
    /// [`Error::Failed`].
    pub async fn check(&self, number: Uuid) -> Result<(), Error> {
        let key = ObjectKey::check(number);
        let written = Bytes::copy_from_slice(number.as_bytes());
        self.put(&key, written.clone()).await?;
        let read = self.get(&key).await;
        self.delete(&key).await?;
        match read {
            Ok(bytes) if bytes == written => Ok(()),
            Ok(_) => Err(Error::Failed("the store gives back something else than was written".into())),
            Err(error) => Err(Error::Failed(error.into())),
        }
    }

    pub(crate) async fn check_folder(&self) -> Result<(), Error> {
        match &self.folder {
            Some(folder) => folder.check().await.map_err(|error| Error::Failed(error.into())),
            None => Ok(()),
        }
    }

    /// An object that is not there may be so because nothing is.
    async fn explain(&self, error: Error) -> Error {
        match error {
            Error::Absent(_) => self.check_folder().await.err().unwrap_or(error),
            error => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use object_store::Error as StoreError;
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

    #[tokio::test]
    async fn a_folder_that_is_away_is_not_made_again() {
        let (folder, objects) = folder();
        let (kept, root) = (ObjectKey::original(1, 1, "a", VERSION), folder.path().join("made/on/the/way"));
        objects.put(&kept, Bytes::from_static(b"x")).await.unwrap();
        objects.check(VERSION).await.unwrap();
        std::fs::rename(&root, folder.path().join("away")).unwrap();
        for stands_in in [false, true] {
            if stands_in {
                std::fs::write(&root, "no folder").unwrap();
            }
            let prefix = ObjectPrefix::customer(1);
            for failed in [
                objects.put(&kept, Bytes::from_static(b"y")).await.unwrap_err(),
                objects.get(&kept).await.unwrap_err(),
                objects.length(&kept).await.unwrap_err(),
                objects.delete(&kept).await.unwrap_err(),
                objects.delete_prefix(&prefix).await.unwrap_err(),
                objects.check(VERSION).await.unwrap_err(),
                objects.lying(None).try_collect::<Vec<_>>().await.unwrap_err(),
            ] {
                assert!(failed.is_away(), "{failed:?}");
            }
            assert_eq!(root.exists(), stands_in);
        }
        std::fs::remove_file(&root).unwrap();
        std::fs::rename(folder.path().join("away"), &root).unwrap();
        objects.check(VERSION).await.unwrap();
        assert_eq!(objects.get(&kept).await.unwrap(), "x");
        let absent = objects.get(&ObjectKey::original(1, 1, "b", VERSION)).await.unwrap_err();
        assert!(!absent.is_away());
    }

    #[tokio::test]
    async fn what_was_left_half_written_lies_there_and_goes_with_the_rest() {
        let (folder, objects) = folder();
        let (root, other) = (folder.path().join("made/on/the/way"), Uuid::from_u128(8));
        objects.put(&ObjectKey::original(1, 1, "a", VERSION), Bytes::from_static(b"x")).await.unwrap();
        objects.check(other).await.unwrap();
        let half = root.join(format!("1/1/a/{other}"));
        std::fs::create_dir_all(&half).unwrap();
        std::fs::write(half.join("original#1"), "h").unwrap();
        std::fs::write(root.join("1/1/a/note"), "not of an image").unwrap();
        std::fs::create_dir(root.join("lost+found")).unwrap();
        let lying = async |prefix: Option<&ObjectPrefix>| {
            let mut all: Vec<_> = objects.lying(prefix).try_collect().await.unwrap();
            all.sort_by_key(|lying| lying.version);
            all.into_iter().map(|lying| (lying.prefix, lying.version)).collect::<Vec<_>>()
        };
        let both = [VERSION, other].map(|version| (ObjectPrefix::version(1, 1, "a", version), version));
        assert_eq!(lying(None).await, both);
        assert_eq!(lying(Some(&ObjectPrefix::image(1, 1, "a"))).await, both);
        assert_eq!(lying(Some(&ObjectPrefix::image(1, 1, "b"))).await, []);
        assert_eq!(objects.delete_prefix(&both[1].0).await.unwrap(), 1);
        assert_eq!(lying(None).await, both[..1]);
        std::fs::remove_file(root.join("1/1/a/note")).unwrap();
        assert_eq!(objects.delete_prefix(&both[0].0).await.unwrap(), 1);
        assert!(!root.join("1").exists() && root.exists());
    }

    #[test]
    fn what_is_missing_may_be_the_bucket() {
        for (body, away) in [("<Code>NoSuchBucket</Code>", true), ("<Code>NoSuchKey</Code>", false)] {
            let error = StoreError::NotFound { path: "a".to_owned(), source: body.into() };
            assert_eq!(Error::of(error).is_away(), away, "{body}");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = Objects::open(&Settings::Folder(file.path().join("x"))).unwrap_err();
        assert!(error.to_string().contains(&file.path().display().to_string()), "{error}");
    }

    #[test]
    fn the_secret_of_a_bucket_is_not_shown() {
        let access = crate::S3Key { key: "id".to_owned(), secret: "hush".to_owned().into() };
        let s3 = S3 { access: Some(access), region: Some("eu-west-1".to_owned()), ..S3::default() };
        let settings = Settings::Bucket { name: "b".to_owned(), s3 };
        assert!(!format!("{settings:?}").contains("hush"));
        assert!(!format!("{:?}", Objects::open(&settings).unwrap()).contains("hush"));
    }
}
