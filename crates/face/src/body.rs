//! A body, as much of it as is allowed.

use std::time::Duration;

use actix_web::error::PayloadError;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap};
use actix_web::rt::time::timeout;
use actix_web::web::{Bytes, BytesMut, Payload};
use futures_util::StreamExt;

use crate::list::parts;

/// A body that is too large is read and thrown away up to this many bytes, so that the client gets to read the answer.
const DRAIN: usize = 64 << 20;

/// How long what is thrown away may be silent.
const PATIENCE: Duration = Duration::from_secs(1);

/// Why there is no body.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// It has more bytes than this.
    #[error("The body is larger than {0} bytes, the most that is taken here.")]
    TooLarge(usize),
    /// It is in a coding, and none is understood.
    #[error("Encoded bodies are not understood; send the body as it is, without Content-Encoding.")]
    Encoded,
    /// The connection broke, or what came over it was no body.
    #[error("The body did not arrive whole: {0}.")]
    Broken(#[from] PayloadError),
}

impl Unread {
    /// The status that HTTP has for this.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Encoded => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Broken(_) => StatusCode::BAD_REQUEST,
        }
    }
}

/// What `Accept-Encoding` says where a body is refused for its coding (RFC 9110 §12.5.3).
pub const ACCEPTED_CODINGS: &str = "identity";

/// Whether a body is in a coding (RFC 9110 §8.4). `identity` says that it is in none.
fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).any(|line| {
        let mut codings = parts(line.to_str().unwrap_or("unreadable"), ',');
        codings.any(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"))
    })
}

/// How many bytes a body is said to have.
fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The bytes of a body, `most` at the most.
///
/// # Errors
/// There are more, they are in a coding, or they do not arrive.
pub async fn read(headers: &HeaderMap, mut payload: Payload, most: usize) -> Result<Bytes, Unread> {
    let mut bytes = BytesMut::new();
    let mut length = 0_usize;
    let is_announced = announced(headers).is_some_and(|announced| announced > most as u64);
    loop {
        let next = payload.next();
        let chunk = if is_announced {
            // Whoever is known to send too much is waited for only as long as it comes.
            let Ok(chunk) = timeout(PATIENCE, next).await else { return Err(Unread::TooLarge(most)) };
            chunk
        } else {
            next.await
        };
        let Some(chunk) = chunk else { break };
        let chunk = chunk?;
        length = length.saturating_add(chunk.len());
        if length <= most {
            bytes.extend_from_slice(&chunk);
        } else if length > DRAIN {
            break;
        }
    }
    match length {
        0 => Ok(Bytes::new()),
        _ if is_encoded(headers) => Err(Unread::Encoded),
        _ if length > most => Err(Unread::TooLarge(most)),
        _ => Ok(bytes.freeze()),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn a_coding_is_seen_however_the_list_is_written() {
        let table: &[(&[&str], bool)] = &[
            (&[], false),
            (&[""], false),
            (&[" , "], false),
            (&["identity"], false),
            (&["Identity, identity", "IDENTITY"], false),
            (&["gzip"], true),
            (&["identity", "gzip"], true),
            (&["gzip", "identity"], true),
            (&["identity,, br"], true),
        ];
        for (lines, expected) in table {
            let mut headers = HeaderMap::new();
            for line in *lines {
                headers.append(CONTENT_ENCODING, HeaderValue::from_static(line));
            }
            assert_eq!(is_encoded(&headers), *expected, "{lines:?}");
        }
    }
}
