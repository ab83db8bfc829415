//! Settings that are secrets, as they are written where somebody may read them.

use secrecy::SecretString;
use serde::{Serialize, Serializer};
use url::Url;

const HIDDEN: &str = "(hidden)";

/// That there is one, and no more.
pub(super) fn secret<S: Serializer>(secret: &Option<SecretString>, to: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(|_| HIDDEN).serialize(to)
}

/// An address without its password.
pub(super) fn password<S: Serializer>(url: &Option<String>, to: S) -> Result<S::Ok, S::Error> {
    url.as_deref().map(without_password).serialize(to)
}

fn without_password(text: &str) -> String {
    match Url::parse(text) {
        // A file has no password, and keeps the spelling that it was given.
        Ok(url) if url.scheme() == "sqlite" => text.to_owned(),
        Ok(mut url) => {
            if url.password().is_some() && url.set_password(Some("hidden")).is_err() {
                return HIDDEN.to_owned();
            }
            let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
            let is_secret = |name: &str| name.contains("password") || name.contains("key");
            if pairs.iter().any(|(name, _)| is_secret(name)) {
                let pairs = pairs.iter().map(|(name, value)| (name, if is_secret(name) { "hidden" } else { value }));
                url.query_pairs_mut().clear().extend_pairs(pairs);
            }
            url.into()
        }
        Err(_) => HIDDEN.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        for (url, shown) in [
            ("sqlite:///var/lib/portico.db?mode=rwc", "sqlite:///var/lib/portico.db?mode=rwc"),
            ("postgres://portico@db.example/portico", "postgres://portico@db.example/portico"),
            ("postgres://portico:hunter2@db.example/portico", "postgres://portico:hidden@db.example/portico"),
            ("postgres:///portico?host=/run&password=hunter2", "postgres:///portico?host=%2Frun&password=hidden"),
            ("postgres://portico:hunter#2@db.example/portico", HIDDEN),
            ("hunter2", HIDDEN),
        ] {
            assert_eq!(without_password(url), shown, "{url}");
        }
    }
}
