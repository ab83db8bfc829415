//! Answers of Portico, kept for the twins: one repeats them, the other takes from them what is the same in every document.

use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::http::Answer;

/// An answer of Portico's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Captured {
    /// The name of the row that asked for it.
    pub row: String,
    /// The status code.
    pub status: u16,
    /// What a server has to say itself: all headers but those that the framework writes.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Captured {
    /// Keeps an answer.
    pub fn new(row: &str, answer: Answer) -> Self {
        let Answer { status, mut headers, body } = answer;
        headers.retain(|(name, _)| !matches!(name.as_str(), "content-length" | "date" | "connection"));
        Self { row: row.to_owned(), status, headers, body }
    }
}

/// Writes captured answers to a file.
///
/// # Errors
/// It cannot be written.
pub fn write(path: &Path, captured: &[Captured]) -> Result<()> {
    Ok(std::fs::write(path, serde_json::to_vec(captured)?)?)
}

/// Reads captured answers from a file.
///
/// # Errors
/// It cannot be read.
pub fn read(path: &Path) -> Result<Vec<Captured>> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(serde_json::from_slice(&bytes)?)
}

/// The answer that a row was given.
///
/// # Errors
/// There is none.
pub fn of<'a>(captured: &'a [Captured], row: &str) -> Result<&'a Captured> {
    captured.iter().find(|answer| answer.row == row).with_context(|| format!("no answer to {row} was kept"))
}
