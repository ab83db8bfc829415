//! The literals of what hangs below a customer: roles, services, queries, spaces.

use hydra::{Datatype, Limits, Value};
use serde_json::Value as Json;

use super::text_value;

text_value! {
    /// The name of something that is the same for all customers.
    GlobalName, Limits::text(1, 60), |text| plain_name(text)
}

text_value! {
    /// The name of a named query.
    QueryName, Limits::text(1, 60), |text| plain_name(text)
}

text_value! {
    /// The name of an auth service.
    ServiceName, Limits::text(1, 250), |text| plain_name(text)
}

text_value! {
    /// The last part of a role's address.
    RoleId, Limits::text(1, 200), |text| {
        if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)) {
            Ok(())
        } else {
            Err("must consist of letters, digits, '_' and '-'")
        }
    }
}

/// A name that can be a part of an address as it is.
fn plain_name(text: &str) -> Result<(), &'static str> {
    if text.bytes().all(|byte| byte == b'.') {
        return Err("must not consist of dots alone");
    }
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte)) {
        Ok(())
    } else {
        Err("must consist of letters, digits, '_', '.' and '-'")
    }
}

impl RoleId {
    /// The last part of the address of a role of this name: words are joined, each after the first with a capital, and
    /// what is neither a letter nor a digit goes. None if nothing is left.
    pub fn of_name(name: &str) -> Option<Self> {
        let mut slug = String::new();
        for (index, word) in name.split_whitespace().enumerate() {
            let mut letters = word.chars().filter(char::is_ascii_alphanumeric);
            if let Some(first) = letters.next() {
                slug.push(if index == 0 { first.to_ascii_lowercase() } else { first.to_ascii_uppercase() });
                slug.extend(letters);
            }
        }
        (!slug.is_empty()).then(|| Self::trusted(slug))
    }
}

text_value! {
    /// The template of a named query: pairs `key=value` with `&` between them. What is no pair, and keys that mean nothing,
    /// are left aside, as programs in use expect; a value that could never match is refused.
    QueryTemplate, Limits::text(1, 1000), |text| {
        text.split('&').try_for_each(|pair| {
            let mut parts = pair.split('=');
            let (Some(key), Some(value), None) = (parts.next(), parts.next(), parts.next()) else {
                return Ok(());
            };
            match key {
                "s1" | "s2" | "s3" | "spacename" => is_parameter(value).map(drop),
                "n1" | "n2" | "n3" | "space" => whole_or_parameter(value),
                "batch" => value.split(',').try_for_each(whole_or_parameter),
                _ => Ok(()),
            }
        })
    }
}

/// Whether a value of a template stands for a part of the address, such as `p1`. Nothing else begins with a `p`, but for the
/// `p` alone.
fn is_parameter(value: &str) -> Result<bool, &'static str> {
    match value.strip_prefix('p') {
        None | Some("") => Ok(false),
        Some(number)
            if number.bytes().all(|byte| byte.is_ascii_digit()) && number.parse::<u16>().is_ok_and(|n| n > 0) =>
        {
            Ok(true)
        }
        Some(_) => {
            Err("must have the number of a part of the address after a p, such as p1; a literal cannot begin with p")
        }
    }
}

fn whole_or_parameter(value: &str) -> Result<(), &'static str> {
    if is_parameter(value)? || value.parse::<i64>().is_ok() {
        Ok(())
    } else {
        Err("must have a whole number, or a parameter such as p1, for n1, n2, n3, space and batch")
    }
}

text_value! {
    /// A regular expression over origins.
    OriginPattern, Limits::text(1, 1000), |_| Ok(())
}

text_value! {
    /// A tag.
    Tag, Limits::text(1, 250), |text| if text.trim() == text { Ok(()) } else { Err("must not begin or end with a space") }
}

/// A text of at most so many characters, and not blank.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Text<const MOST: usize>(String);

impl<const MOST: usize> Text<MOST> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A text that the database vouches for.
    pub fn trusted(text: String) -> Self {
        Self(text)
    }
}

impl<const MOST: usize> From<Text<MOST>> for String {
    fn from(text: Text<MOST>) -> Self {
        text.0
    }
}

impl<const MOST: usize> Value for Text<MOST> {
    const DATATYPE: Datatype = Datatype::String;
    const LIMITS: Limits = Limits::text(1, MOST);

    fn parse(json: &Json) -> Result<Self, String> {
        let text = hydra::text(json, Self::LIMITS)?;
        if text.trim().is_empty() { Err("must not be blank".into()) } else { Ok(Self(text.to_owned())) }
    }
}

impl<const MOST: usize> hydra::Column for Text<MOST> {
    const CELL: hydra::CellKind = hydra::CellKind::Text;

    fn from_cell(cell: hydra::Cell, _: i64) -> Option<Self> {
        cell.text().map(Self)
    }

    fn to_cell(&self) -> hydra::Cell {
        hydra::Cell::Text(Some(self.0.clone()))
    }
}

text_value! {
    /// The text of a JSON object.
    JsonText, Limits::text(2, 4000), |text| match serde_json::from_str::<Json>(text) {
        Ok(Json::Object(_)) => Ok(()),
        _ => Err("must be the text of a JSON object"),
    }
}

/// Declares a text that is taken, kept encrypted and never shown, not even by `Debug`.
macro_rules! secret_value {
    ($(#[$doc:meta])* $name:ident, $limits:expr, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// The secret itself.
            pub fn reveal(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }

        impl Value for $name {
            const DATATYPE: Datatype = Datatype::String;
            const LIMITS: Limits = $limits;

            fn parse(json: &Json) -> Result<Self, String> {
                let text = hydra::text(json, Self::LIMITS)?;
                let check: fn(&str) -> Result<(), &'static str> = $check;
                check(text)?;
                Ok(Self(text.to_owned()))
            }
        }
    };
}

secret_value! {
    /// What a role provider signs in with.
    Secret, Limits::text(1, 4000), |_| Ok(())
}

secret_value! {
    /// A user name and a password, as JSON text.
    OriginCredentials, Limits::text(2, 2000), |text| {
        const FORM: &str = "must be the text of a JSON object: {\"user\": \"…\", \"password\": \"…\"}";
        let json: Json = serde_json::from_str(text).map_err(|_| FORM)?;
        let has = |name: &str| json[name].as_str().is_some_and(|text| !text.chars().any(char::is_control));
        // A colon would end the user name in an Authorization header (RFC 7617 §2).
        let sound = has("user") && has("password") && !json["user"].as_str().unwrap_or_default().contains(':');
        if sound { Ok(()) } else { Err(FORM) }
    }
}

impl OriginCredentials {
    /// The user name and the password in a text that was checked when it came in.
    pub fn split(text: &str) -> Option<(String, String)> {
        let json: Json = serde_json::from_str(text).ok()?;
        let part = |name: &str| json[name].as_str().map(String::from);
        part("user").zip(part("password"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_that_could_never_match_is_refused() {
        let table = [
            ("s1=p1&n1=p2&space=5&assetOrder=n1;s2+desc", true),
            ("s1=p&#=x&spacename=maps", true),
            ("batch=1,2,p3", true),
            ("nonsense", true),
            ("s1=a=b&unknown=paris", true),
            ("s1=paris", false),
            ("n1=p0", false),
            ("n1=p-1", false),
            ("n2=many", false),
            ("space=", false),
            ("batch=1,x", false),
            ("n3=p99999", false),
        ];
        for (template, good) in table {
            assert_eq!(template.parse::<QueryTemplate>().is_ok(), good, "{template}");
        }
    }

    #[test]
    fn the_address_of_a_role_is_made_from_its_name() {
        let table = [
            ("Requires registration", Some("requiresRegistration")),
            ("  staff ", Some("staff")),
            ("VIP only (2026)", Some("vIPOnly2026")),
            ("???", None),
        ];
        for (name, slug) in table {
            assert_eq!(RoleId::of_name(name).map(String::from).as_deref(), slug, "{name}");
        }
    }
}
