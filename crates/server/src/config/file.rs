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

impl Settings {
    /// These settings, with what they leave open taken from a file.
    ///
    /// # Errors
    /// The file cannot be read, or has a key that is not known.
    pub fn over(self, file: Option<&Path>) -> Result<Self> {
        let Some(path) = file else { return Ok(self) };
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let file: Self = parse(&text).with_context(|| format!("{} is not a configuration", path.display()))?;
        Ok(Self {
            bind: self.bind.or(file.bind),
            admin_bind: self.admin_bind.or(file.admin_bind),
            public_url: self.public_url.or(file.public_url),
            database_url: self.database_url.or(file.database_url),
            database_connections: self.database_connections.or(file.database_connections),
            sqlite_synchronous: self.sqlite_synchronous.or(file.sqlite_synchronous),
            data_dir: self.data_dir.or(file.data_dir),
            server_key: self.server_key.or(file.server_key),
            log: self.log.or(file.log),
            workers: self.workers.or(file.workers),
            max_body: self.max_body.or(file.max_body),
            request_timeout: self.request_timeout.or(file.request_timeout),
            derivatives_cache: self.derivatives_cache.or(file.derivatives_cache),
            viewer_session: self.viewer_session.or(file.viewer_session),
            argus_single: self.argus_single.or(file.argus_single),
            drain: self.drain.or(file.drain),
            shutdown_timeout: self.shutdown_timeout.or(file.shutdown_timeout),
            admin_key: self.admin_key.or(file.admin_key),
            admin_secret: self.admin_secret.or(file.admin_secret),
            no_worker: self.no_worker.or(file.no_worker),
            worker_parallel: self.worker_parallel.or(file.worker_parallel),
            max_pixels: self.max_pixels.or(file.max_pixels),
            origin_allow: self.origin_allow.or(file.origin_allow),
            origin_folder: self.origin_folder.or(file.origin_folder),
            origin_buckets: self.origin_buckets.or(file.origin_buckets),
            origin_max_bytes: self.origin_max_bytes.or(file.origin_max_bytes),
            origin_timeout: self.origin_timeout.or(file.origin_timeout),
            origin_redirects: self.origin_redirects.or(file.origin_redirects),
            objects: self.objects.or(file.objects),
            s3_endpoint: self.s3_endpoint.or(file.s3_endpoint),
            s3_region: self.s3_region.or(file.s3_region),
            s3_access_key: self.s3_access_key.or(file.s3_access_key),
            s3_secret_key: self.s3_secret_key.or(file.s3_secret_key),
            s3_allow_http: self.s3_allow_http.or(file.s3_allow_http),
            restrict_customer_access: self.restrict_customer_access.or(file.restrict_customer_access),
            fetch_lock: self.fetch_lock.or(file.fetch_lock),
            fetch_lock_window: self.fetch_lock_window.or(file.fetch_lock_window),
            public_hosts: self.public_hosts.or(file.public_hosts),
            default_eula_revision: self.default_eula_revision.or(file.default_eula_revision),
            client_address_header: self.client_address_header.or(file.client_address_header),
            issuer: file.issuer,
        })
    }
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
