//! What a client prefers (RFC 7240).

use actix_web::http::header::{HeaderMap, HeaderName};

use crate::list::{elements, parts, unquoted};

/// `Prefer`
pub const PREFER: HeaderName = HeaderName::from_static("prefer");
/// `Preference-Applied`
pub const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// The preferences that mean something here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Preferences {
    /// `return=representation`: a change answers with the resource.
    pub representation: bool,
    /// `handling=strict`: members that would be left aside are violations.
    pub strict: bool,
}

impl Preferences {
    /// Reads the header. What is not known is ignored, and of a preference that is given twice the first counts (§2).
    pub fn of(headers: &HeaderMap) -> Self {
        let (mut returned, mut handling) = (None, None);
        for preference in elements(headers, &PREFER) {
            let token = parts(preference, ';').next().unwrap_or_default();
            let (name, value) = token.split_once('=').unwrap_or((token, ""));
            let value = unquoted(value.trim()).to_ascii_lowercase();
            match name.trim().to_ascii_lowercase().as_str() {
                "return" => _ = returned.get_or_insert(value),
                "handling" => _ = handling.get_or_insert(value),
                _ => {}
            }
        }
        Self {
            representation: returned.as_deref() == Some("representation"),
            strict: handling.as_deref() == Some("strict"),
        }
    }

    /// What `Preference-Applied` says.
    pub fn applied(self) -> Option<&'static str> {
        match (self.representation, self.strict) {
            (true, true) => Some("return=representation, handling=strict"),
            (true, false) => Some("return=representation"),
            (false, true) => Some("handling=strict"),
            (false, false) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn the_first_of_a_preference_counts_and_a_quoted_string_is_one_value() {
        let table: &[(&[&str], (bool, bool))] = &[
            (&[], (false, false)),
            (&["return=representation"], (true, false)),
            (&["Return = \"representation\"; foo=\"a;b\", handling=strict"], (true, true)),
            (&["return=minimal, return=representation"], (false, false)),
            (&["return=representation, return=minimal"], (true, false)),
            (&["return=minimal", "return=representation"], (false, false)),
            (&["handling=lenient", "handling=strict"], (false, false)),
            (&["handling=strict, handling=lenient"], (false, true)),
            (&["note=\"a, return=representation\""], (false, false)),
            (&["note=\"a, \\\", handling=strict\", return=representation"], (true, false)),
            (&["wait=10; return=representation"], (false, false)),
            (&["return, return=representation"], (false, false)),
        ];
        for (lines, (representation, strict)) in table {
            let mut headers = HeaderMap::new();
            for line in *lines {
                headers.append(PREFER, HeaderValue::from_static(line));
            }
            let expected = Preferences { representation: *representation, strict: *strict };
            assert_eq!(Preferences::of(&headers), expected, "{lines:?}");
        }
    }
}
