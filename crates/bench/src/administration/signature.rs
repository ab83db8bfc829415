//! What a request is signed with: the message, and the digest in it.

use md5::{Digest, Md5};

/// What is signed for a request.
pub fn message(method: &str, digest: &str, date: &str, host: &str, path: &str, query: &str) -> String {
    format!("{method}\n{digest}\n{date}\n{host}{path}\n{query}")
}

/// The MD5 of a body, as a signature has it.
pub fn md5(body: &[u8]) -> String {
    Md5::digest(body).iter().map(|byte| format!("{byte:02x}")).collect()
}
