//! Failures of rules, where no client is told.

use anyhow::anyhow;

/// What a rule says, for a person at a terminal.
pub(crate) fn readable(error: resource::Error) -> anyhow::Error {
    match error {
        resource::Error::Invalid(violations) | resource::Error::Conflict(violations) => {
            let all: Vec<_> = violations.iter().map(|violation| violation.message.as_str()).collect();
            anyhow!(all.join(" "))
        }
        resource::Error::Away(what) => anyhow!(what),
        error => error.into(),
    }
}
