//! What shells and readers of manuals have of the command line.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use clap::Command;
use clap_complete::Shell;

/// Prints what completes commands and flags in a shell.
///
/// # Errors
/// It cannot be written.
pub(super) fn completions(shell: Shell, mut command: Command) -> Result<()> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut command, "portico", &mut text);
    std::io::stdout().write_all(&text).context("cannot write to standard output")
}

/// Writes a page of the manual for every command into a folder.
///
/// # Errors
/// It cannot be written.
pub(super) fn manual(folder: &Path, command: Command) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    clap_mangen::generate_to(command, folder).with_context(|| format!("cannot write into {}", folder.display()))
}
