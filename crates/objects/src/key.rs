//! Keys: `{customer}/{space}/{image}/{version}/original` and `{customer}/{space}/{image}/{version}/thumbnail/{edge}`.
//!
//! Each time that an image is ingested has a version of its own. So nothing is ever written over what is being read, and what
//! was stored in vain can be removed while another version is in use.
//!
//! The id of an image is whatever its customer wrote. In a key it is made of lower-case letters, digits and `-`, and of
//! `_xx` for each other byte, so that it is one segment of a path, goes nowhere else, and differs from each other id also on
//! file systems that know no case. Where that becomes longer than a file name may be, it is a digest in place of the text.

use std::fmt;

use object_store::path::Path;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// File names have 255 bytes at the most, and the store adds some for what it is just writing.
const LONGEST_SEGMENT: usize = 200;

/// The name of one object.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ObjectKey(String);

/// The beginning of the names of several objects.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ObjectPrefix(String);

impl ObjectKey {
    /// What was fetched from the origin of an image, byte for byte.
    #[must_use]
    pub fn original(customer: i64, space: i64, image: &str, version: Uuid) -> Self {
        Self(format!("{}/original", ObjectPrefix::version(customer, space, image, version).0))
    }

    /// An image made small, by the length of its longer edge in pixels.
    #[must_use]
    pub fn thumbnail(customer: i64, space: i64, image: &str, version: Uuid, edge: u32) -> Self {
        Self(format!("{}/{edge}", ObjectPrefix::thumbnails(customer, space, image, version).0))
    }

    /// What is written to find out whether the store can be used.
    pub(crate) fn check(number: Uuid) -> Self {
        Self(format!("check/{number}/object"))
    }

    pub(crate) fn path(&self) -> Path {
        path(&self.0)
    }
}

impl ObjectPrefix {
    /// All of a customer.
    #[must_use]
    pub fn customer(customer: i64) -> Self {
        Self(customer.to_string())
    }

    /// All in a space.
    #[must_use]
    pub fn space(customer: i64, space: i64) -> Self {
        Self(format!("{customer}/{space}"))
    }

    /// All of an image, in all versions.
    #[must_use]
    pub fn image(customer: i64, space: i64, image: &str) -> Self {
        Self(format!("{customer}/{space}/{}", segment(image)))
    }

    /// All of one version of an image.
    #[must_use]
    pub fn version(customer: i64, space: i64, image: &str, version: Uuid) -> Self {
        Self(format!("{}/{version}", Self::image(customer, space, image).0))
    }

    /// All thumbnails of one version of an image.
    #[must_use]
    pub fn thumbnails(customer: i64, space: i64, image: &str, version: Uuid) -> Self {
        Self(format!("{}/thumbnail", Self::version(customer, space, image, version).0))
    }

    /// All of the version of an image that a key is of, and that version; none where it is of something else. What was
    /// written to find out whether the store can be used, and stayed, counts as a version.
    pub(crate) fn of(key: &str) -> Option<(Self, Uuid)> {
        let parts: Vec<_> = key.split('/').collect();
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let (prefix, version) = match parts[..] {
            ["check", number, _] => (format!("check/{number}"), number),
            [customer, space, _, version, _, ..] if is_number(customer) && is_number(space) => {
                (parts[..4].join("/"), version)
            }
            _ => return None,
        };
        Some((Self(prefix), Uuid::try_parse(version).ok()?))
    }

    pub(crate) fn path(&self) -> Path {
        path(&self.0)
    }
}

fn path(text: &str) -> Path {
    Path::parse(text).expect("keys are made of segments that are not empty and of letters, digits, - and _")
}

fn segment(image: &str) -> String {
    if image.is_empty() {
        // A lone sign of escape is no text.
        return "_".to_owned();
    }
    let mut segment = String::with_capacity(image.len());
    for byte in image.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' => segment.push(char::from(byte)),
            _ => segment.push_str(&format!("_{byte:02x}")),
        }
    }
    if segment.len() > LONGEST_SEGMENT {
        // Two signs of escape in a row are no text either.
        segment =
            Sha256::digest(image.as_bytes()).iter().fold("__".to_owned(), |text, byte| format!("{text}{byte:02x}"));
    }
    segment
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectKey({})", self.0)
    }
}

impl fmt::Debug for ObjectPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectPrefix({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VERSION: Uuid = Uuid::from_u128(7);

    /// The id that a segment was made of; none where the segment is a digest.
    fn read(segment: &str) -> Option<String> {
        if segment == "_" {
            return Some(String::new());
        }
        let mut bytes = Vec::new();
        let mut rest = segment;
        while let Some(first) = rest.chars().next() {
            let length = if first == '_' {
                bytes.push(u8::from_str_radix(rest.get(1..3)?, 16).ok()?);
                3
            } else {
                bytes.push(u8::try_from(first).ok()?);
                1
            };
            rest = &rest[length..];
        }
        String::from_utf8(bytes).ok()
    }

    #[test]
    fn keys_can_be_read_by_a_person() {
        let version = "00000000-0000-0000-0000-000000000007";
        for (key, text) in [
            (ObjectKey::original(2, 5, "page-1", VERSION), format!("2/5/page-1/{version}/original")),
            (
                ObjectKey::thumbnail(2, 5, "Page 1.jpg", VERSION, 400),
                format!("2/5/_50age_201_2ejpg/{version}/thumbnail/400"),
            ),
            (ObjectKey::original(2, 5, "", VERSION), format!("2/5/_/{version}/original")),
        ] {
            assert_eq!(key.to_string(), text);
        }
    }

    #[test]
    fn no_id_leaves_its_place() {
        for image in ["..", ".", "../../1/1/x", "/etc/passwd", "a/b", "a\\b", "a\0b", "%2e%2e%2f", "#1", "C:"] {
            let key = ObjectKey::original(2, 5, image, VERSION);
            assert_eq!(key.path().parts().count(), 5, "{key}");
            assert!(!key.to_string().contains(['.', '%', '\\', '\0', '#', ':']), "{key}");
        }
    }

    #[test]
    fn a_long_id_becomes_a_digest_and_still_differs() {
        let (one, other) = ("x".repeat(1000), format!("{}y", "x".repeat(999)));
        assert_eq!(segment(&one).len(), 66);
        assert_ne!(segment(&one), segment(&other));
        assert_eq!(read(&segment(&one)), None);
    }

    proptest! {
        #[test]
        fn a_short_id_can_be_read_back(image in "\\PC{0,40}|[A-Za-z0-9_./-]{0,60}") {
            prop_assert_eq!(read(&segment(&image)), Some(image).filter(|image| !segment(image).starts_with("__")));
        }

        #[test]
        fn different_ids_have_different_keys(one in ".{0,90}", other in ".{0,90}") {
            prop_assume!(one != other);
            let folded = ObjectKey::original(1, 1, &one, VERSION).to_string().to_lowercase();
            prop_assert_ne!(folded, ObjectKey::original(1, 1, &other, VERSION).to_string().to_lowercase());
        }

        #[test]
        fn a_segment_is_one_and_fits(image in any::<String>()) {
            let segment = segment(&image);
            prop_assert!(segment.len() <= LONGEST_SEGMENT && !segment.is_empty());
            prop_assert!(segment.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_')));
        }
    }
}
