//! What a client prefers (RFC 7240).

use actix_web::http::header::{HeaderMap, HeaderName};

/// `Prefer`
pub const PREFER: HeaderName = HeaderName::from_static("prefer");
/// `Preference-Applied`
pub const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// The preferences that mean something here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Preferences {
    /// `return=representation`: a PATCH answers with the resource.
    pub representation: bool,
    /// `handling=strict`: members that would be left aside are violations.
    pub strict: bool,
}

impl Preferences {
    /// Reads the header. What is not known is ignored, as the RFC asks.
    pub fn of(headers: &HeaderMap) -> Self {
        let mut preferences = Self::default();
        let values = headers.get_all(PREFER).filter_map(|value| value.to_str().ok());
        for preference in values.flat_map(|value| value.split(',')) {
            let token =
                preference.split(';').next().unwrap_or_default().trim().replace([' ', '"'], "").to_ascii_lowercase();
            match token.as_str() {
                "return=representation" => preferences.representation = true,
                "handling=strict" => preferences.strict = true,
                _ => {}
            }
        }
        preferences
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
