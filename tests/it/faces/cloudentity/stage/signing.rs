//! Tokens and signatures.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use md5::{Digest, Md5};
use serde_json::json;
use sha2::Sha256;

use super::{ISSUER, ISSUER_SECRET, Stage};

impl Stage {
    /// The time of the service.
    pub fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.portico.world.handle().now().instant()
    }

    /// A token of the issuer that is trusted, about somebody.
    pub fn service_token(&self, about: &str) -> String {
        let claims = json!({"iss": ISSUER, "sub": about, "exp": self.now().timestamp() + 60});
        let key = EncodingKey::from_secret(ISSUER_SECRET);
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).expect("it can be signed")
    }
}

/// What is signed for a request without a body and without a query.
pub fn message(method: &str, body: &str, date: &str, target: &str) -> String {
    let digest: String = Md5::digest(body.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    format!("{method}\n{digest}\n{date}\n{path}\n{query}")
}

/// The headers of a signed request.
pub fn sign(uuid: &str, key: &str, message: &str, date: &str) -> Vec<(String, String)> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any key will do");
    mac.update(message.as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    vec![
        ("x-orchis-authorization".into(), format!("orchis-hmac {uuid}:{signature}")),
        ("x-orchis-date".into(), date.into()),
        ("x-orchis-request".into(), STANDARD.encode(message)),
    ]
}
