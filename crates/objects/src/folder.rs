//! A folder of objects beside what the object store library does with it: that it is there, and all that lies in it.

use std::fs::{self, DirEntry};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use object_store::path::Path as Key;
use tokio::sync::mpsc::Sender;
use tokio::task::spawn_blocking;

/// The folder in which objects lie.
#[derive(Debug, Clone)]
pub(crate) struct Folder(Arc<Path>);

/// A file below the folder: where, in the form of a key, and when it was written.
pub(crate) type Lying = (String, SystemTime);

impl Folder {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self(root.into())
    }

    /// Whether it is there. The library makes what is missing on the way to a file, and so would fill the disk below a
    /// mount that is away.
    pub(crate) async fn check(&self) -> io::Result<()> {
        let root = Arc::clone(&self.0);
        blocking(move || match fs::metadata(&*root)?.is_dir() {
            true => Ok(()),
            false => Err(ErrorKind::NotADirectory.into()),
        })
        .await
    }

    /// Removes all below a prefix, what somebody left half-written included, which the library lists for nobody; how many
    /// files there were.
    pub(crate) async fn clear(&self, prefix: &Key) -> io::Result<u64> {
        let (root, path) = (Arc::clone(&self.0), self.0.join(prefix.as_ref()));
        blocking(move || {
            let mut count = 0;
            match visit(&path, &mut |_| count += 1) {
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
                other => other?,
            }
            match fs::remove_dir_all(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            // Folders that are empty now; one in which something lies stays.
            for parent in path.ancestors().skip(1).take_while(|parent| *parent != &*root) {
                if fs::remove_dir(parent).is_err() {
                    break;
                }
            }
            Ok(count)
        })
        .await
    }

    /// Tells of each file below a prefix, whole or not, until nobody listens.
    pub(crate) fn tell(&self, prefix: Option<&Key>, to: Sender<io::Result<Lying>>) {
        let (root, below) = (Arc::clone(&self.0), prefix.map(|prefix| self.0.join(prefix.as_ref())));
        spawn_blocking(move || {
            let mut tell = |entry: &DirEntry| {
                // What went a moment ago is not there.
                let Ok(modified) = entry.metadata().and_then(|metadata| metadata.modified()) else { return };
                let path = entry.path();
                if let Some(key) = path.strip_prefix(&*root).ok().and_then(Path::to_str) {
                    let _ = to.blocking_send(Ok((key.to_owned(), modified)));
                }
            };
            match visit(below.as_deref().unwrap_or(&root), &mut tell) {
                Err(error) if error.kind() != ErrorKind::NotFound || below.is_none() => {
                    let _ = to.blocking_send(Err(error));
                }
                _ => {}
            }
        });
    }
}

/// All files below a folder. Links are not followed.
fn visit(folder: &Path, each: &mut impl FnMut(&DirEntry)) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            false => each(&entry),
            true => match visit(&entry.path(), each) {
                // Somebody else removes it.
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            },
        }
    }
    Ok(())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}
