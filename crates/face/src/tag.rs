//! Entity tags (RFC 9110 §8.8.3). Ours are strong, and each has three parts: which state of which resource it is of, in which
//! form that was shown and to whom, and a check over both, so that only what was given out is taken back.

use std::fmt;

/// An entity tag of ours, as it stands in a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag(String);

impl EntityTag {
    /// The tag of a state in one of its forms, which all these parts make. A state has no hyphen in it.
    pub fn new(state: &str, form: &[&str]) -> Self {
        let mut text = String::with_capacity(96);
        text.extend(["\"", state, "-"].iter().chain(form).copied());
        let sum = check(&text[1..]);
        text.extend(["-", &sum, "\""]);
        Self(text)
    }

    /// A tag that came back, as what stands between its quotation marks. None where it is not one of ours.
    pub fn parse(opaque: &str) -> Option<Self> {
        let (body, sum) = opaque.rsplit_once('-')?;
        (body.contains('-') && check(body) == sum).then(|| Self(format!("\"{opaque}\"")))
    }

    /// Which state of which resource it is of.
    pub fn state(&self) -> &str {
        self.opaque().split_once('-').map_or("", |(state, _)| state)
    }

    /// What stands between its quotation marks.
    pub fn opaque(&self) -> &str {
        self.0.trim_matches('"')
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<EntityTag> for String {
    fn from(tag: EntityTag) -> Self {
        tag.0
    }
}

fn check(body: &str) -> String {
    let mut sum = hydra::fingerprint(body.as_bytes());
    sum.truncate(8);
    sum
}

/// What proxies put before the last quotation mark of a tag when they compress what it is of: Apache, Jetty and others.
const CODINGS: &[&str] = &["gzip", "br", "deflate", "zstd"];

/// A tag without what a proxy has put to it.
pub(crate) fn as_given(opaque: &str) -> &str {
    let coded = CODINGS.iter().find_map(|coding| opaque.strip_suffix(coding));
    let given = coded.and_then(|rest| rest.strip_suffix("--").or_else(|| rest.strip_suffix(['-', ';', ':'])));
    given.unwrap_or(opaque)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_given_out_comes_back() {
        let tag = EntityTag::new("00ff", &["ab-c", "l"]);
        assert_eq!(EntityTag::parse(tag.opaque()), Some(tag.clone()));
        assert_eq!((tag.state(), tag.to_string()), ("00ff", format!("\"{}\"", tag.opaque())));
        for changed in ["00ff", "00ff-", "00ff-ab-cl", "00fe-", ""] {
            assert_eq!(EntityTag::parse(changed), None, "{changed}");
            let sum = tag.opaque().rsplit('-').next().expect("it has one");
            assert_eq!(EntityTag::parse(&format!("{changed}-{sum}")), (changed == "00ff-ab-cl").then(|| tag.clone()));
        }
    }

    #[test]
    fn what_a_proxy_adds_is_left_aside() {
        for put in ["-gzip", "--gzip", ";gzip", ":br", "-zstd", "-deflate"] {
            assert_eq!(as_given(&format!("a-b{put}")), "a-b", "{put}");
        }
        assert_eq!((as_given("gzip"), as_given("a-b"), as_given("a-gzip-b")), ("gzip", "a-b", "a-gzip-b"));
    }
}
