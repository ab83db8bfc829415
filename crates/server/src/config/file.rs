//! The file of settings.

use std::path::Path;

use anyhow::{Context, Result, bail};

use super::settings::Settings;

/// Reads the file.
///
/// # Errors
/// It is not TOML, or has a key that is not known. Where a value is wrong, the line is named and not the value: it can be a
/// secret.
fn parse(text: &str) -> Result<Settings> {
    let error = match toml::from_str(text) {
        Ok(settings) => return Ok(settings),
        Err(error) => error,
    };
    let line = error.span().map_or(1, |span| 1 + text[..span.start.min(text.len())].matches('\n').count());
    let what = error.message().lines().next().unwrap_or_default();
    match what.split_once(", expected ") {
        Some((found, expected)) if found.starts_with("invalid ") => {
            bail!("line {line} has a value that is not {expected}")
        }
        _ => bail!("line {line}: {what}"),
    }
}

/// The settings that a file has, and the defaults of the others; and the names of those that it has.
///
/// # Errors
/// The file cannot be read, or has a key that is not known.
pub(super) fn read(path: &Path) -> Result<(Settings, Vec<String>)> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let settings = parse(&text).with_context(|| format!("{} is not a configuration", path.display()))?;
    let keys = toml::from_str::<toml::Table>(&text).map(|table| table.keys().cloned().collect());
    Ok((settings, keys.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_without_the_value() {
        for (text, why) in [
            ("bind = \"127.0.0.1:0\"\nadmin_secret = 31415926535897932384\n", "line 2"),
            ("admin_secret = 3141592653589793\n", "line 1 has a value that is not a string"),
            ("\n\nworkers = \"3141592653589793\"\n", "line 3 has a value that is not usize"),
            ("bnid = 1\n", "unknown field `bnid`"),
            ("[[issuer]]\nname = \"x\"\nnonsense = 1\n", "unknown field `nonsense`"),
            ("bind = \"3141592653589793\n", "line 1"),
        ] {
            let said = parse(text).expect_err(text).to_string();
            assert!(said.contains(why) && said.lines().count() == 1, "{said}");
            assert!(!said.contains("31415926"), "{said}");
        }
    }
}
