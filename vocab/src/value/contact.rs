//! How people are reached, and how they prove who they are.

use hydra::{Datatype, Limits, Value};

use super::text_value;

text_value! {
    /// An e-mail address: one `@` with something on both sides, no spaces (RFC 5321 §4.5.3.1 bounds its length).
    Email, Limits::text(3, 254), |text| {
        const FORM: &str = "must be an e-mail address, such as someone@example.org";
        let (local, domain) = text.rsplit_once('@').ok_or(FORM)?;
        let sound = !local.is_empty()
            && local.len() <= 64
            && !local.contains('@')
            && !domain.is_empty()
            && !domain.starts_with(['.', '-'])
            && !domain.ends_with(['.', '-'])
            && !domain.contains("..")
            && domain.chars().all(|letter| letter.is_alphanumeric() || letter == '.' || letter == '-')
            && !text.chars().any(char::is_whitespace);
        if sound { Ok(()) } else { Err(FORM) }
    }
}

impl Email {
    /// The form in which two addresses are compared.
    pub fn folded(&self) -> String {
        self.as_str().to_lowercase()
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

/// A password, on its way to being hashed. It is never shown, not even by `Debug`.
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
        hydra::text(json, Self::LIMITS).map(|text| Self(text.to_owned()))
    }
}
