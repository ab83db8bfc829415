//! What the operator's trusted issuers are described with: an algorithm, and a key that is long enough for it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKeyKind;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use rsa::RsaPublicKey;
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::traits::PublicKeyParts;

pub use jsonwebtoken::{Algorithm, DecodingKey};

/// Bits of the modulus of an RSA key, at the least (RFC 7518 §3.3, §3.5).
const RSA: usize = 2048;

/// The key that an algorithm checks signatures with: for HS256 and its kin the secret itself, without the end of its line, for
/// the others a public key in PEM.
///
/// # Errors
/// What is wrong with it, as a sentence that goes on from what the key is called. A key that is too short for the algorithm is
/// wrong: whoever can guess it signs what they like (RFC 7518 §3.2).
pub fn key(algorithm: Algorithm, text: &[u8]) -> Result<DecodingKey, String> {
    let pem = |key: jsonwebtoken::errors::Result<DecodingKey>, kind: &str| {
        key.map_err(|_| format!("is not {kind} in PEM, as {algorithm:?} needs it"))
    };
    match algorithm {
        Algorithm::HS256 => secret(algorithm, text, 32),
        Algorithm::HS384 => secret(algorithm, text, 48),
        Algorithm::HS512 => secret(algorithm, text, 64),
        Algorithm::ES256 => public(algorithm, pem(DecodingKey::from_ec_pem(text), "a public key of P-256")?, 65),
        Algorithm::ES384 => public(algorithm, pem(DecodingKey::from_ec_pem(text), "a public key of P-384")?, 97),
        Algorithm::EdDSA => public(algorithm, pem(DecodingKey::from_ed_pem(text), "a public key of Ed25519")?, 32),
        Algorithm::RS256
        | Algorithm::RS384
        | Algorithm::RS512
        | Algorithm::PS256
        | Algorithm::PS384
        | Algorithm::PS512 => rsa(algorithm, pem(DecodingKey::from_rsa_pem(text), "a public key of RSA")?),
        _ => Err(format!("is for {algorithm:?}, of which it is not known how long a key has to be")),
    }
}

fn secret(algorithm: Algorithm, text: &[u8], least: usize) -> Result<DecodingKey, String> {
    let end = text.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1);
    if end < least {
        return Err(format!("has {end} bytes; {algorithm:?} needs {least} or more"));
    }
    Ok(DecodingKey::from_secret(&text[..end]))
}

/// How many keys of one issuer are looked at: a token without the name of its key is checked with each.
const KEYS: usize = 50;

/// A key that an issuer publishes.
#[derive(Clone)]
pub struct PublicKey {
    /// Its name (`kid`), by which tokens say that they are signed with it.
    pub name: Option<String>,
    pub(crate) key: DecodingKey,
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PublicKey").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Those keys of a set (JWK Set, RFC 7517 §5) that an algorithm can check signatures with. Keys for something else, of another
/// algorithm, too short or of a kind that is not known are passed over, as §5 says.
///
/// # Errors
/// It is no set of keys, or none of them is for the algorithm.
pub fn published(algorithm: Algorithm, text: &[u8]) -> Result<Vec<PublicKey>, String> {
    let set: KeySet = serde_json::from_slice(text).map_err(|_| "is no set of keys (RFC 7517)".to_owned())?;
    let keys = set.keys.iter().filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok());
    let keys: Vec<_> = keys.filter_map(|key| public_key(algorithm, &key)).take(KEYS).collect();
    match keys.is_empty() {
        true => Err(format!("has no key that {algorithm:?} can be checked with")),
        false => Ok(keys),
    }
}

#[derive(serde::Deserialize)]
struct KeySet {
    /// Each by itself: one that cannot be read is no reason to do without the others.
    keys: Vec<serde_json::Value>,
}

fn public_key(algorithm: Algorithm, key: &Jwk) -> Option<PublicKey> {
    let common = &key.common;
    let is_for_signatures = common.public_key_use.as_ref().is_none_or(|of| *of == PublicKeyUse::Signature);
    let is_for_it = common.key_algorithm.is_none_or(|of| of.to_string().parse() == Ok(algorithm));
    let length = |text: &str| {
        URL_SAFE_NO_PAD.decode(text).map_or(0, |bytes| bytes.iter().skip_while(|byte| **byte == 0).count())
    };
    let fits = match (&key.algorithm, algorithm) {
        (AlgorithmParameters::EllipticCurve(of), Algorithm::ES256) => of.curve == EllipticCurve::P256,
        (AlgorithmParameters::EllipticCurve(of), Algorithm::ES384) => of.curve == EllipticCurve::P384,
        (AlgorithmParameters::OctetKeyPair(of), Algorithm::EdDSA) => of.curve == EllipticCurve::Ed25519,
        (
            AlgorithmParameters::RSA(of),
            Algorithm::RS256
            | Algorithm::RS384
            | Algorithm::RS512
            | Algorithm::PS256
            | Algorithm::PS384
            | Algorithm::PS512,
        ) => length(&of.n) * 8 >= RSA,
        _ => false,
    };
    let key = DecodingKey::from_jwk(key).ok().filter(|_| fits && is_for_signatures && is_for_it)?;
    Some(PublicKey { name: common.key_id.clone(), key })
}

fn content(key: &DecodingKey) -> &[u8] {
    match key.kind() {
        DecodingKeyKind::SecretOrDer(content) => content,
        DecodingKeyKind::RsaModulusExponent { .. } => &[],
    }
}

/// A point of the algorithm's own curve is so many bytes long.
fn public(algorithm: Algorithm, key: DecodingKey, length: usize) -> Result<DecodingKey, String> {
    if content(&key).len() == length {
        Ok(key)
    } else {
        Err(format!("is a key of another curve than that of {algorithm:?}"))
    }
}

fn rsa(algorithm: Algorithm, key: DecodingKey) -> Result<DecodingKey, String> {
    let public = RsaPublicKey::from_pkcs1_der(content(&key))
        .map_err(|_| format!("is not a public key of RSA that {algorithm:?} can be checked with"))?;
    match public.n().bits() {
        bits if bits < RSA => Err(format!("has {bits} bits; {algorithm:?} needs {RSA} or more")),
        _ => Ok(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_as_long_as_the_hash_or_longer() {
        for (algorithm, least) in [(Algorithm::HS256, 32), (Algorithm::HS384, 48), (Algorithm::HS512, 64)] {
            for length in [0, 1, least - 1] {
                for end in ["", "\n", "\r\n", "\n\n"] {
                    let text = "k".repeat(length) + end;
                    let said = key(algorithm, text.as_bytes()).expect_err("it is too short");
                    assert!(said.contains(&format!("has {length} bytes")), "{said}");
                }
            }
            for text in ["k".repeat(least), "k".repeat(least) + "\n", " ".repeat(least) + "\r\n"] {
                let made = key(algorithm, text.as_bytes()).expect("it is long enough");
                assert_eq!(content(&made).len(), least);
            }
            assert!(key(algorithm, &[b'\n'; 100]).is_err());
        }
    }

    #[test]
    fn a_public_key_is_of_the_algorithm_and_an_rsa_key_of_2048_bits() {
        use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
        let keys = [
            ("rsa1024", RSA1024, &[][..]),
            ("rsa2048", RSA2048, &[RS256, RS384, RS512, PS256, PS384, PS512]),
            ("p256", P256, &[ES256]),
            ("p384", P384, &[ES384]),
            ("ed25519", ED25519, &[EdDSA]),
            ("nothing", "", &[]),
        ];
        for (name, text, good) in keys {
            for algorithm in [RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA] {
                let made = key(algorithm, text.as_bytes());
                assert_eq!(made.is_ok(), good.contains(&algorithm), "{name} {algorithm:?} {:?}", made.err());
            }
        }
        assert_eq!(key(RS256, RSA1024.as_bytes()).expect_err("short"), "has 1024 bits; RS256 needs 2048 or more");
    }

    const RSA1024: &str = "-----BEGIN PUBLIC KEY-----\n\
        MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDfgx7+44nq5F04waH9i0aKz3uw\n\
        s6n7h30F0TSBqOcWKa9i8OqL3nKxkDP6KWkrqBmpoTc9hd51bdaPllawwVF7OXDw\n\
        ewKxY1xR/LdnHLCflks5OEU0gTuGmgidycpVI+IJMspjfat9c5tJZwt9tRL7Z3Px\n\
        zbY3EkHA3Qmi2yGijwIDAQAB\n\
        -----END PUBLIC KEY-----";
    const RSA2048: &str = "-----BEGIN PUBLIC KEY-----\n\
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArZ8k6RtwX+JttHp7zVuK\n\
        4zUeHRBV/fTW6x4YEDbarYTOCk1BQOwd/G8gKBMd4LpQzbPgyEiyA9Oq88kh+2l5\n\
        qA0BXfSsGMcjkZ8PZy4F3XDVdt1/07hXQuogKrJU2Rj8Qd8RIE5LYn4okBk+7nWE\n\
        RvJJ1eMSFYoF4t23IvGjKKPlJW4amRqJTP8HTFT0wcKq4kSlQTGBfLWob6DNu4uy\n\
        0HHU7/1UmHJ9NoV395DVkCjzqJn/LoYnPWgCIFCsoNMHTTRlAarkBn7tKfMj5rYX\n\
        jTvcsGDTfC59Hj/0bcXbWt7AFWCAdHBz/W/KEIy8cDnY7Q81CIJAYryLA/cSTV1U\n\
        DQIDAQAB\n\
        -----END PUBLIC KEY-----";
    const P256: &str = "-----BEGIN PUBLIC KEY-----\n\
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEF8LYLVsfG7g7PVh3moi/rrlCTDeE\n\
        0BQd7do3XfNUo6YNvwybucQCYDbrGXjKmThDfDMAFcId0H7+/9bQm9WuuA==\n\
        -----END PUBLIC KEY-----";
    const P384: &str = "-----BEGIN PUBLIC KEY-----\n\
        MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE6xis2sZ92rK3Za3ahF8n9ukarAX7edvi\n\
        AXrup+Y7drnJIUB8LYY6viHvKTgDc7lMXHE1H5FKQmLNbt0yOu8tFlTQpmV7yPs4\n\
        qjiqKHYyJpGgQTKjJ6kL9eRjyyNYbmYc\n\
        -----END PUBLIC KEY-----";
    const ED25519: &str = "-----BEGIN PUBLIC KEY-----\n\
        MCowBQYDK2VwAyEAk3tbioIKGnUXLOprddzrue8m3Hheiie5cgza/+nWZkA=\n\
        -----END PUBLIC KEY-----";
}
