//! How people are reached, and how they prove who they are.

use hydra::{Datatype, Limits, Value};

use super::text_value;

text_value! {
    /// An e-mail address: a dot-string, `@`, and a domain (RFC 5321 §4.1.2, RFC 6531 §3.3; RFC 5321 §4.5.3.1 bounds its
    /// length). Two are the same whatever the case of their letters, in whatever way these are composed, and however the
    /// domain is written.
    Email, Limits::text(3, 254), |text| {
        if precis::is_address(text) { Ok(()) } else { Err("must be an e-mail address, such as someone@example.org") }
    }
}

text_value! {
    /// A mobile number in international form (ITU-T E.164).
    Mobile, Limits::text(4, 16), |text| {
        let digits = text.strip_prefix('+').unwrap_or_default();
        if digits.len() >= 3 && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(())
        } else {
            Err("must be a number in international form, such as +442071234567")
        }
    }
}

/// A password, prepared (RFC 8265 §4.2), on its way to being hashed. It is never shown, not even by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// The password itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

impl Value for Password {
    const DATATYPE: Datatype = Datatype::String;
    // Long enough for any passphrase, short enough to hash at leisure (NIST SP 800-63B §5.1.1.2).
    const LIMITS: Limits = Limits::text(8, 200);

    fn parse(json: &serde_json::Value) -> Result<Self, String> {
        // In pieces it may be longer than as a whole, but not by that much.
        let prepared = json.as_str().filter(|text| text.len() <= 4096).and_then(precis::opaque);
        match prepared {
            // What counts is how long it is when it is prepared.
            Some(password) => hydra::text(&password.into(), Self::LIMITS).map(|text| Self(text.to_owned())),
            None => {
                hydra::text(json, Self::LIMITS)?;
                Err("must not contain characters that are not seen, or are no characters yet".into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_password_is_measured_as_it_is_prepared() {
        let parse = |text: &str| Password::parse(&json!(text)).map(|password| password.reveal().to_owned());
        assert_eq!(parse("Co\u{308}mlek-n\u{303}"), Ok("Cömlek-ñ".into()));
        assert!(parse("Co\u{308}mle\u{301}k").is_err(), "seven, in nine pieces");
        assert!(parse(&"a\u{301}".repeat(200)).is_ok());
        assert!(parse(&"a".repeat(201)).is_err());
        for bad in ["pass\tword", "pass\u{200b}word", "pass\u{ad}word", "password\u{0}"] {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
        assert!(Password::parse(&json!(12_345_678)).is_err());
    }
}
