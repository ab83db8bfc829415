//! The data folder, and files that are for the user of the service alone.

use std::path::Path;

use anyhow::{Context, Result, bail};

use super::settings::Settings;

impl Settings {
    /// Whether the data folder is one, or can become one.
    ///
    /// # Errors
    /// Its name is empty, or that of something else.
    pub(super) fn check_data_dir(&self) -> Result<()> {
        let path = &self.data_dir;
        if path.as_os_str().is_empty() {
            bail!("data_dir must be a folder, and not empty");
        }
        match path.ancestors().find(|path| path.exists()) {
            Some(there) if !there.is_dir() => bail!("data_dir must be a folder, and {} is none", there.display()),
            _ => Ok(()),
        }
    }

    /// Makes the data folder, for this user's eyes.
    pub(crate) fn make_data_dir(&self) -> Result<&Path> {
        let path = &self.data_dir;
        if !path.exists() {
            let mut builder = std::fs::DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(path).with_context(|| format!("cannot make the data folder {}", path.display()))?;
        }
        Ok(path)
    }
}

/// Writes a file that only this user can read, in one step: it is there whole or not at all.
///
/// # Errors
/// It cannot be written.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<()> {
    put_private(path, text, |partial| std::fs::rename(partial, path))
}

/// The same, unless the file is there already: of processes that start together, one makes it.
///
/// # Errors
/// It cannot be written.
pub(crate) fn make_private(path: &Path, text: &str) -> Result<()> {
    put_private(path, text, |partial| {
        let made = std::fs::hard_link(partial, path);
        std::fs::remove_file(partial)?;
        made.or_else(|error| if error.kind() == std::io::ErrorKind::AlreadyExists { Ok(()) } else { Err(error) })
    })
}

fn put_private(path: &Path, text: &str, place: impl FnOnce(&Path) -> std::io::Result<()>) -> Result<()> {
    use std::io::Write;
    let partial = path.with_extension(format!("{}.partial", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let write = || -> std::io::Result<()> {
        let mut file = options.open(&partial)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        // What root makes is for whom the folder is.
        #[cfg(unix)]
        if let Some(folder) = path.parent().and_then(|folder| folder.metadata().ok()) {
            use std::os::unix::fs::{MetadataExt, chown};
            if file.metadata()?.uid() != folder.uid() {
                let _ = chown(&partial, Some(folder.uid()), Some(folder.gid()));
            }
        }
        place(&partial)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}
