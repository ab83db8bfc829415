//! Origins: where images come from.

use std::fmt;
use std::path::PathBuf;

use hydra::{Datatype, Limits, Value};
use serde_json::Value as Json;
use url::Url;

/// Characters of an origin, at the most.
const LONGEST_TEXT: usize = 1000;

/// Where an image comes from: the property `origin`, understood.
///
/// It is shown without its query, which may hold a signature: logs and messages take it from here.
#[derive(Clone, PartialEq, Eq)]
pub struct Origin(OriginKind);

/// The kinds of origins there are.
#[derive(Clone, PartialEq, Eq)]
pub enum OriginKind {
    /// An address that is fetched by HTTP.
    Http(Url),
    /// A file of this machine.
    File(PathBuf),
    /// An object in S3.
    S3 {
        /// The bucket.
        bucket: String,
        /// The key of the object, as it is.
        key: String,
    },
}

/// The text of an origin, as it was written: what patterns are matched with, and what clients read back.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct OriginText(String);

impl OriginText {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A text that the database vouches for.
    pub fn trusted(text: String) -> Self {
        Self(text)
    }
}

impl From<OriginText> for String {
    fn from(origin: OriginText) -> Self {
        origin.0
    }
}

impl Value for OriginText {
    const DATATYPE: Datatype = Datatype::String;
    const LIMITS: Limits = Limits::text(1, LONGEST_TEXT).address();

    fn parse(json: &Json) -> Result<Self, String> {
        let text = hydra::text(json, Self::LIMITS)?;
        Origin::parse(text).map_err(|error| format!("cannot be used: {error}"))?;
        Ok(Self(text.to_owned()))
    }
}

/// Why a text is not an origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// It is longer than 1000 characters.
    #[error("the origin is longer than {LONGEST_TEXT} characters")]
    TooLong,
    /// It is no absolute address.
    #[error("the origin is not an absolute address such as https://example.org/image.jpg")]
    NotAnAddress,
    /// Its scheme is another one.
    #[error("origins with {scheme}: are not understood; http:, https:, s3: and file: are")]
    Scheme {
        /// The scheme, in lower case.
        scheme: String,
    },
    /// A user name or a password is in the address, where everybody who sees the image's properties would read it.
    #[error(
        "the origin has a user name or a password in its address; they belong into an origin strategy \
         (basic-http-authentication)"
    )]
    Userinfo,
    /// A `file:` address of another machine.
    #[error("the origin is a file of another machine; write file:///folder/image.jpg")]
    OtherMachine,
    /// An `s3:` address without a bucket or a key.
    #[error("the origin is not of the form s3://bucket/key")]
    Bucket,
}

impl Origin {
    /// Understands the text of an origin.
    ///
    /// # Errors
    /// See [`OriginError`].
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        if text.chars().count() > LONGEST_TEXT {
            return Err(OriginError::TooLong);
        }
        // What a pattern is matched with is the text, and what is fetched is the address: they must not differ by what the
        // rules for addresses leave out.
        if text.chars().any(char::is_control) || text.trim() != text {
            return Err(OriginError::NotAnAddress);
        }
        if let Some(rest) = text.get(..5).filter(|start| start.eq_ignore_ascii_case("s3://")).and(text.get(5..)) {
            return bucket(rest).ok_or(OriginError::Bucket);
        }
        let url = Url::parse(text).map_err(|_| OriginError::NotAnAddress)?;
        match url.scheme() {
            "http" | "https" => Self::http(url).map(|url| Self(OriginKind::Http(url))),
            "file" => {
                url.to_file_path().map(|path| Self(OriginKind::File(path))).map_err(|()| OriginError::OtherMachine)
            }
            "s3" => Err(OriginError::Bucket),
            scheme => Err(OriginError::Scheme { scheme: scheme.to_owned() }),
        }
    }

    /// An address that may be fetched from by HTTP. The targets of redirects must be such, too.
    ///
    /// # Errors
    /// See [`OriginError`].
    pub fn http(url: Url) -> Result<Url, OriginError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(OriginError::Scheme { scheme: url.scheme().to_owned() });
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(OriginError::Userinfo);
        }
        Ok(url)
    }

    /// What kind it is.
    pub fn kind(&self) -> &OriginKind {
        &self.0
    }
}

/// The rest is a key as it is, not percent-encoded: that is how everybody writes these addresses.
fn bucket(rest: &str) -> Option<Origin> {
    let (bucket, key) = rest.split_once('/')?;
    let fits = bucket.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'));
    let is_one = (3..=63).contains(&bucket.len()) && fits && !key.is_empty();
    is_one.then(|| Origin(OriginKind::S3 { bucket: bucket.to_owned(), key: key.to_owned() }))
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            OriginKind::Http(url) => {
                let mut shown = url.clone();
                shown.set_query(None);
                shown.set_fragment(None);
                write!(f, "{shown}")
            }
            OriginKind::File(path) => write!(f, "file://{}", path.display()),
            OriginKind::S3 { bucket, key } => write!(f, "s3://{bucket}/{key}"),
        }
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Origin({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn origins_are_shown_without_their_queries() {
        for (text, shown) in [
            ("https://example.org/a.jpg?signature=hush#x", "https://example.org/a.jpg"),
            ("HTTP://EXAMPLE.org:80/a", "http://example.org/a"),
            ("file:///scans/a%20b.jpg", "file:///scans/a b.jpg"),
            ("S3://bucket/folder/a b.jpg?x", "s3://bucket/folder/a b.jpg?x"),
        ] {
            let origin = Origin::parse(text).unwrap();
            assert_eq!(origin.to_string(), shown);
            assert!(!format!("{origin:?}").contains("hush"));
        }
    }

    #[test]
    fn what_is_wrong_with_an_origin_is_said() {
        let scheme = |scheme: &str| OriginError::Scheme { scheme: scheme.to_owned() };
        for (text, error) in [
            ("", OriginError::NotAnAddress),
            ("a.jpg", OriginError::NotAnAddress),
            ("//example.org/a.jpg", OriginError::NotAnAddress),
            ("https://", OriginError::NotAnAddress),
            (" https://example.org/", OriginError::NotAnAddress),
            ("https://exam\tple.org/", OriginError::NotAnAddress),
            ("ftp://example.org/a.jpg", scheme("ftp")),
            ("gopher://127.0.0.1:25/", scheme("gopher")),
            ("data:image/png;base64,AA", scheme("data")),
            ("https://user@example.org/", OriginError::Userinfo),
            ("https://:password@example.org/", OriginError::Userinfo),
            ("file://server/share/a.jpg", OriginError::OtherMachine),
            ("s3://bucket", OriginError::Bucket),
            ("s3://bucket/", OriginError::Bucket),
            ("s3:///key", OriginError::Bucket),
            ("s3://user:password@bucket/key", OriginError::Bucket),
            ("s3:bucket/key", OriginError::Bucket),
        ] {
            assert_eq!(Origin::parse(text).unwrap_err(), error, "{text}");
        }
        assert_eq!(Origin::parse(&format!("https://a/{}", "x".repeat(991))).unwrap_err(), OriginError::TooLong);
        assert!(scheme("ftp").to_string().contains("http:, https:, s3: and file:"));
    }

    proptest! {
        #[test]
        fn any_text_is_an_origin_or_an_error(text in "\\PC{0,40}|(s3|S3|file|http)://\\PC{0,40}") {
            if let Ok(origin) = Origin::parse(&text) {
                let _ = origin.to_string();
            }
        }
    }
}
