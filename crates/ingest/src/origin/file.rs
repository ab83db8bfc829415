//! Files of this machine, below one folder.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

use bytes::Bytes;

use super::FetchError;

/// The folder in which origins may lie. Whoever may write in it is trusted not to move links about while it is read.
#[derive(Debug, Clone)]
pub(super) struct OriginFolder {
    written: PathBuf,
    real: PathBuf,
}

impl OriginFolder {
    pub(super) fn new(folder: PathBuf) -> io::Result<Self> {
        let real = folder.canonicalize()?;
        if !real.is_dir() {
            return Err(ErrorKind::NotADirectory.into());
        }
        Ok(Self { written: folder, real })
    }

    /// Reads a file; blocks.
    pub(super) fn read(&self, path: &Path, limit: u64) -> Result<Bytes, FetchError> {
        // Before the file system is asked: whether there is a file outside is nobody's business.
        let climbs = path.components().any(|part| part == Component::ParentDir);
        if climbs || !(path.starts_with(&self.written) || path.starts_with(&self.real)) {
            return Err(FetchError::OutsideFolder);
        }
        let real = path.canonicalize().map_err(|error| match self.real.is_dir() {
            true => explain(error),
            false => FetchError::FolderAway,
        })?;
        if !real.starts_with(&self.real) {
            return Err(FetchError::OutsideFolder);
        }
        // To open a pipe is to wait for its other end.
        if !real.metadata().map_err(explain)?.is_file() {
            return Err(FetchError::NotAFile);
        }
        let file = File::open(&real).map_err(explain)?;
        let length = file.metadata().map_err(explain)?.len();
        if length > limit {
            return Err(FetchError::TooLong { limit });
        }
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(explain)?;
        if bytes.len() as u64 > limit { Err(FetchError::TooLong { limit }) } else { Ok(bytes.into()) }
    }
}

fn explain(error: io::Error) -> FetchError {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidInput | ErrorKind::InvalidFilename => {
            FetchError::NoFile
        }
        _ => FetchError::File(error),
    }
}
