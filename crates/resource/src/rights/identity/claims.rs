//! What a token says (RFC 7519), where it is of the kind that was asked for and the signature on it is good (RFC 7515).

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use serde_json::value::RawValue;

/// What a token is for. It says so itself, in `typ`; one that says something else is none (RFC 8725 §3.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClaimKind {
    /// To be sent with requests. Most issuers do not say it.
    Access,
    /// To prove that a single act is wanted.
    Authorisation,
}

/// The `typ` of an authorisation.
pub(crate) const AUTHORISATION: &str = "authorisation+jwt";

impl ClaimKind {
    /// Whether a header's `typ` is of this kind: a media type, of which `application/` may be left out (RFC 7515 §4.1.9).
    fn admits(self, typ: Option<&Json>) -> bool {
        let Some(typ) = typ else { return self == Self::Access };
        let typ = typ.as_str().unwrap_or_default().to_ascii_lowercase();
        let typ = typ.strip_prefix("application/").unwrap_or(&typ);
        match self {
            // The first two say nothing more than that it is a token; the third is that of RFC 9068 §2.1.
            Self::Access => ["jwt", "jose", "at+jwt"].contains(&typ),
            Self::Authorisation => typ == AUTHORISATION,
        }
    }
}

/// The claims of a token, each as it was written.
#[derive(Debug)]
pub(crate) struct Claims(BTreeMap<String, Box<RawValue>>);

/// A claim that has not the form that its definition gives it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

impl Claims {
    /// Reads a token; none where it is not of this kind, or not signed under this key by this algorithm.
    pub fn read(token: &str, kind: ClaimKind, key: &DecodingKey, algorithm: Algorithm) -> Option<Self> {
        let (message, signature) = token.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        let header: BTreeMap<String, Json> = decoded(header)?;
        let is_pinned = header.get("alg")?.as_str()?.parse().is_ok_and(|named: Algorithm| named == algorithm);
        // No extension is understood, so none may be critical, whatever is said of it (RFC 7515 §4.1.11).
        if !is_pinned || header.contains_key("crit") || !kind.admits(header.get("typ")) {
            return None;
        }
        crypto::verify(signature, message.as_bytes(), key, algorithm).is_ok_and(|is_good| is_good).then_some(())?;
        // Of claims that are there twice the last one counts, which RFC 7519 §4 allows.
        decoded(claims).map(Self)
    }

    /// A claim that is a text; none where it is not there.
    pub fn text(&self, name: &str) -> Result<Option<String>, Malformed> {
        self.claim(name)
    }

    /// Those whom the token is for (RFC 7519 §4.1.3): one, or a list of them; none where it does not say.
    pub fn audience(&self) -> Result<Option<Vec<String>>, Malformed> {
        let audience = self.claim::<OneOrSeveral>("aud")?.map(Vec::from);
        match audience {
            Some(audience) if !audience.iter().all(|one| is_string_or_uri(one)) => Err(Malformed),
            audience => Ok(audience),
        }
    }

    /// Whether a claim is this text, or a list of texts that has it.
    pub fn has(&self, name: &str, value: &str) -> bool {
        match self.claim(name) {
            Ok(Some(OneOrSeveral::One(one))) => one == value,
            Ok(Some(OneOrSeveral::Several(several))) => several.iter().any(|one| one == value),
            Ok(None) | Err(Malformed) => false,
        }
    }

    /// A date: seconds since 1970, with a fraction or without, in any way that JSON writes numbers (NumericDate, RFC 7519
    /// §2). One that is further away than can be told is infinite.
    pub fn date(&self, name: &str) -> Result<Option<f64>, Malformed> {
        let Some(raw) = self.0.get(name) else { return Ok(None) };
        // What is no number in JSON does not begin like one, and would be one to Rust: `inf`, `nan`.
        match raw.get().as_bytes() {
            [b'-' | b'0'..=b'9', ..] => raw.get().parse().map(Some).map_err(|_| Malformed),
            _ => Err(Malformed),
        }
    }

    /// A claim as what it should be. `null` is a value, and that of no claim that is read here.
    pub fn claim<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Malformed> {
        self.0.get(name).map(|raw| serde_json::from_str(raw.get())).transpose().map_err(|_| Malformed)
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrSeveral {
    One(String),
    Several(Vec<String>),
}

impl From<OneOrSeveral> for Vec<String> {
    fn from(claim: OneOrSeveral) -> Self {
        match claim {
            OneOrSeveral::One(one) => vec![one],
            OneOrSeveral::Several(several) => several,
        }
    }
}

/// What has a colon in it must be a URI (StringOrURI, RFC 7519 §2).
fn is_string_or_uri(text: &str) -> bool {
    !text.contains(':') || hydra::iri::is_uri(text)
}

fn decoded<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::EncodingKey;

    use super::*;

    const SECRET: &[u8] = b"a secret that is long enough";

    fn signed(header: &str, claims: &str) -> String {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let key = EncodingKey::from_secret(SECRET);
        let signature = crypto::sign(message.as_bytes(), &key, Algorithm::HS256).expect("it can be signed");
        format!("{message}.{signature}")
    }

    fn read(header: &str, claims: &str, kind: ClaimKind) -> Option<Claims> {
        Claims::read(&signed(header, claims), kind, &DecodingKey::from_secret(SECRET), Algorithm::HS256)
    }

    fn claims(claims: &str) -> Claims {
        read(r#"{"alg":"HS256"}"#, claims, ClaimKind::Access).expect("it is a token")
    }

    #[test]
    fn only_what_says_nothing_else_is_for_access() {
        for typ in ["JWT", "jwt", "JOSE", "at+jwt", "AT+JWT", "application/at+jwt", "Application/JWT"] {
            let header = format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#);
            assert!(read(&header, "{}", ClaimKind::Access).is_some(), "{typ}");
            assert!(read(&header, "{}", ClaimKind::Authorisation).is_none(), "{typ}");
        }
        for typ in [
            r#""logout+jwt""#,
            r#""secevent+jwt""#,
            r#""dpop+jwt""#,
            r#""authorisation+jwt""#,
            r#""x""#,
            r#""""#,
            "null",
            "1",
        ] {
            assert!(read(&format!(r#"{{"alg":"HS256","typ":{typ}}}"#), "{}", ClaimKind::Access).is_none(), "{typ}");
        }
        assert!(read(r#"{"alg":"HS256","typ":"authorisation+jwt"}"#, "{}", ClaimKind::Authorisation).is_some());
        assert!(read(r#"{"alg":"HS256"}"#, "{}", ClaimKind::Authorisation).is_none());
    }

    #[test]
    fn nothing_critical_is_understood() {
        for crit in [r#"["x"]"#, r#"["b64"]"#, "[]", "null", r#""x""#, "1", "{}"] {
            assert!(
                read(&format!(r#"{{"alg":"HS256","crit":{crit},"x":1}}"#), "{}", ClaimKind::Access).is_none(),
                "{crit}"
            );
        }
        assert!(
            read(r#"{"alg":"HS256","x":1}"#, "{}", ClaimKind::Access).is_some(),
            "what is not critical is passed over"
        );
    }

    #[test]
    fn the_algorithm_is_the_one_that_was_named() {
        for alg in [r#""HS384""#, r#""none""#, r#""hs256""#, "null"] {
            assert!(read(&format!(r#"{{"alg":{alg}}}"#), "{}", ClaimKind::Access).is_none(), "{alg}");
        }
        assert!(read("{}", "{}", ClaimKind::Access).is_none());
        assert!(read("[]", "{}", ClaimKind::Access).is_none());
        let token = signed(r#"{"alg":"HS256"}"#, "{}");
        let other = DecodingKey::from_secret(b"another secret");
        assert!(Claims::read(&token, ClaimKind::Access, &other, Algorithm::HS256).is_none());
        assert!(Claims::read(&format!("{token}="), ClaimKind::Access, &other, Algorithm::HS256).is_none());
    }

    #[test]
    fn a_date_is_any_number_of_json() {
        let date = |text: &str| claims(&format!(r#"{{"exp":{text}}}"#)).date("exp");
        for (text, seconds) in [
            ("1795813600", 1_795_813_600.0),
            ("1795813600.25", 1_795_813_600.25),
            ("1.7958136e9", 1_795_813_600.0),
            ("17958136E+2", 1_795_813_600.0),
            ("-1", -1.0),
            ("-0.0", 0.0),
            ("18446744073709551616", 18_446_744_073_709_551_616.0),
            ("1e400", f64::INFINITY),
        ] {
            assert_eq!(date(text), Ok(Some(seconds)), "{text}");
        }
        for text in ["null", "true", r#""1795813600""#, "[1795813600]", "{}"] {
            assert_eq!(date(text), Err(Malformed), "{text}");
        }
        assert_eq!(claims("{}").date("exp"), Ok(None));
    }

    #[test]
    fn an_audience_is_a_text_or_a_list_of_texts() {
        let audience = |text: &str| claims(&format!(r#"{{"aud":{text}}}"#)).audience();
        assert_eq!(claims("{}").audience(), Ok(None));
        assert_eq!(audience(r#""a""#), Ok(Some(vec!["a".into()])));
        assert_eq!(
            audience(r#"["a","urn:x:b","https://c.example/"]"#).map(|list| list.map(|list| list.len())),
            Ok(Some(3))
        );
        assert_eq!(audience("[]"), Ok(Some(Vec::new())));
        for text in
            ["null", "1", "true", "{}", r#"["a",1]"#, r#"["a",["b"]]"#, r#"["a",null]"#, r#"["a",": b"]"#, r#""1:b""#]
        {
            assert_eq!(audience(text), Err(Malformed), "{text}");
        }
    }
}
