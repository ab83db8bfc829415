//! What the settings say of images: where they come from, where they are kept, how hard is worked on them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};
use ingest::origin::{self, AmbientBuckets, FetchLimits};
use objects::{S3, S3Key};
use resource::jobs::retention::Retention;

use super::networks::networks;
use super::number::DAY;
use super::settings::Settings;

impl Settings {
    /// Where originals and thumbnails are kept.
    ///
    /// # Errors
    /// It is neither a folder nor a bucket.
    pub fn objects(&self) -> Result<objects::Settings> {
        let Some(place) = self.objects.as_deref() else {
            return Ok(objects::Settings::Folder(self.data_dir.join("objects")));
        };
        if let Some(name) = place.strip_prefix("s3://") {
            let name = name.trim_end_matches('/');
            if !is_bucket(name) {
                bail!(
                    "objects must be a folder, file:///FOLDER or s3://BUCKET, and {name:?} is not the name of a bucket"
                );
            }
            return Ok(objects::Settings::Bucket { name: name.to_owned(), s3: self.s3()? });
        }
        let folder = match url::Url::parse(place).ok().filter(|_| place.contains("://")) {
            Some(url) if url.scheme() == "file" => url.to_file_path().ok(),
            Some(_) => None,
            None => Some(PathBuf::from(place)).filter(|_| !place.is_empty()),
        };
        match folder {
            Some(folder) => Ok(objects::Settings::Folder(folder)),
            None => bail!("objects must be a folder, file:///FOLDER or s3://BUCKET, not {place:?}"),
        }
    }

    /// What origins may be.
    ///
    /// # Errors
    /// A network, a folder or a bucket is none, or customers could read through origins what the service keeps.
    pub fn origins(&self) -> Result<origin::Settings> {
        let limits = FetchLimits {
            longest: self.origin_max_bytes,
            time: Duration::from_secs(self.origin_timeout),
            redirects: self.origin_redirects,
            ..FetchLimits::default()
        };
        let mut settings = origin::Settings { folder: self.origin_folder.clone(), limits, ..Default::default() };
        settings.allow = networks("origin_allow", self.origin_allow.as_deref())?;
        let kept = self.objects()?;
        if let Some(folder) = self.origin_folder.as_ref().filter(|folder| !folder.is_dir()) {
            bail!("origin_folder must be a folder that there is, not {:?}", folder.display().to_string());
        }
        let names: Vec<_> = listed(self.origin_buckets.as_deref()).map(str::to_owned).collect();
        for bucket in &names {
            if !is_bucket(bucket) {
                bail!("origin_buckets must be names of buckets; {bucket:?} is none");
            }
            if matches!(&kept, objects::Settings::Bucket { name, .. } if name == bucket) {
                bail!("origin_buckets must not name the bucket of objects: customers could read each other's images");
            }
        }
        if let (Some(folder), objects::Settings::Folder(objects)) = (&self.origin_folder, &kept)
            && (within(objects, folder) || within(folder, objects))
        {
            bail!("origin_folder must lie apart from objects: customers could read each other's images");
        }
        if self.origin_folder.as_ref().is_some_and(|folder| within(&self.data_dir, folder)) {
            bail!("origin_folder must not hold the data folder");
        }
        if !names.is_empty() {
            settings.buckets = Some(AmbientBuckets { s3: self.s3()?, names });
        }
        Ok(settings)
    }

    /// How a worker works.
    pub fn worker(&self) -> ingest::WorkerSettings {
        let defaults = ingest::WorkerSettings::default();
        let parallel = self.worker_parallel.unwrap_or(defaults.parallel);
        let days = |days: u64| Duration::from_secs(days * DAY);
        let retention = Retention {
            batches: self.retain_batches.map(days),
            failed_images: self.retain_failed_images.map(days),
            changes: self.changes_keep.map(days),
        };
        ingest::WorkerSettings { parallel, retention, ..defaults.megapixels(self.max_pixels) }
    }

    /// How S3 is reached.
    ///
    /// # Errors
    /// Half a key is given, or the endpoint is none, or a plain one where that is not allowed.
    pub(super) fn s3(&self) -> Result<S3> {
        let access = match (&self.s3_access_key, &self.s3_secret_key) {
            (None, None) => None,
            (Some(key), Some(secret)) => Some(S3Key { key: key.clone(), secret: secret.clone() }),
            _ => bail!("s3_access_key and s3_secret_key go together"),
        };
        let allow_http = self.s3_allow_http;
        if let Some(endpoint) = &self.s3_endpoint {
            let url = url::Url::parse(endpoint).ok().filter(|url| url.has_host() && url.username().is_empty());
            match url.as_ref().filter(|url| url.password().is_none()).map(url::Url::scheme) {
                Some("https") => {}
                Some("http") if allow_http => {}
                Some("http") => bail!("s3_endpoint must begin with https://, or s3_allow_http be true"),
                _ => bail!("s3_endpoint must be https://HOST, with a port and a path if need be"),
            }
        }
        if self.s3_region.is_empty() || self.s3_region.contains(char::is_whitespace) {
            bail!("s3_region must be the name of a region");
        }
        Ok(S3 { endpoint: self.s3_endpoint.clone(), region: Some(self.s3_region.clone()), access, allow_http })
    }
}

/// The parts of a list with commas.
fn listed(text: Option<&str>) -> impl Iterator<Item = &str> {
    text.unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty())
}

fn is_bucket(name: &str) -> bool {
    (3..=63).contains(&name.len()) && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'))
}

/// Whether a folder is another one or lies in it, links followed as far as there are folders.
fn within(inner: &Path, outer: &Path) -> bool {
    let real = |path: &Path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let known = path.ancestors().find_map(|known| Some((known, known.canonicalize().ok()?)));
        match known {
            Some((known, real)) => path.strip_prefix(known).map_or(real.clone(), |rest| real.join(rest)),
            None => path,
        }
    };
    real(inner).starts_with(real(outer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(change: impl FnOnce(&mut Settings)) -> Settings {
        let mut settings = Settings { objects: Some("/srv/objects".into()), ..Settings::default() };
        change(&mut settings);
        settings
    }

    #[track_caller]
    fn refused(change: impl FnOnce(&mut Settings), why: &str) {
        let settings = settings(change);
        let error = settings.check().expect_err("it is refused").to_string();
        assert!(error.contains(why) && error.lines().count() == 1, "{error}");
    }

    #[test]
    fn objects_are_in_a_folder_or_a_bucket() {
        let place = |place: &str| settings(|settings| settings.objects = Some(place.to_owned())).objects();
        for (text, folder) in [("/a b", "/a b"), ("file:///a%20b", "/a b"), ("a/b", "a/b")] {
            assert!(matches!(place(text), Ok(objects::Settings::Folder(path)) if path == Path::new(folder)), "{text}");
        }
        assert!(matches!(place("s3://bucket/"), Ok(objects::Settings::Bucket { name, .. }) if name == "bucket"));
        for text in ["", "s3://", "s3://a/b", "https://example.org/", "file://host/a"] {
            assert!(place(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_with_origins_is_said_in_a_line() {
        refused(|settings| settings.origin_allow = Some("10.0.0.0/8, localhost".into()), "\"localhost\"");
        refused(|settings| settings.origin_buckets = Some("fine,Not Fine".into()), "\"Not Fine\"");
        refused(|settings| settings.origin_timeout = 0, "origin_timeout");
        refused(|settings| settings.worker_parallel = Some(0), "worker_parallel");
        refused(|settings| settings.max_pixels = 0, "max_pixels");
        let kept = |folder: &str| {
            let (objects, folder) = (folder.to_owned(), Some(folder.into()));
            move |settings: &mut Settings| (settings.objects, settings.origin_folder) = (Some(objects), folder)
        };
        refused(kept("/usr"), "apart from objects");
        refused(
            |settings| {
                (settings.objects, settings.origin_folder) = (Some("/usr/lib/objects".into()), Some("/usr".into()))
            },
            "apart from objects",
        );
        refused(|settings| settings.origin_folder = Some("/nowhere/at/all".into()), "a folder that there is");
        refused(|settings| settings.s3_endpoint = Some("rubbish".into()), "s3_endpoint");
        refused(|settings| settings.s3_endpoint = Some("https://key:hush@host".into()), "s3_endpoint");
        refused(
            |settings| {
                settings.objects = Some("s3://bucket".into());
                settings.origin_buckets = Some("other,bucket".into());
            },
            "each other's images",
        );
        refused(
            |settings| {
                settings.origin_buckets = Some("bucket".into());
                settings.s3_access_key = Some("id".into());
            },
            "go together",
        );
        let fine = settings(|settings| {
            settings.origin_allow = Some("127.0.0.0/8,::1/128,".into());
            settings.origin_folder = Some("/usr".into());
        });
        assert_eq!(fine.origins().expect("all is well").allow.len(), 2);
    }

    #[test]
    fn the_secret_of_s3_is_not_shown() {
        let settings = settings(|settings| settings.s3_secret_key = Some("hush".into()));
        assert!(!format!("{settings:?}").contains("hush"));
    }
}
