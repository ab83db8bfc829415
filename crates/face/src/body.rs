//! A body, as much of it as is allowed.

use actix_web::error::PayloadError;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, BytesMut, Payload};
use futures_util::StreamExt;

/// A body that is too large is read and thrown away up to this many bytes, so that the client gets to read the answer.
const DRAIN: usize = 64 << 20;

/// Why there is no body.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// It has more bytes than this.
    #[error("The body is larger than {0} bytes, the most that is taken here.")]
    TooLarge(usize),
    /// The connection broke, or what came over it was no body.
    #[error("The body did not arrive whole: {0}.")]
    Broken(#[from] PayloadError),
}

impl Unread {
    /// The status that HTTP has for this.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Broken(_) => StatusCode::BAD_REQUEST,
        }
    }
}

/// The bytes of a body, `most` at the most.
///
/// # Errors
/// There are more, or they do not arrive.
pub async fn read(mut payload: Payload, most: usize) -> Result<Bytes, Unread> {
    let mut bytes = BytesMut::new();
    let mut length = 0_usize;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk?;
        length = length.saturating_add(chunk.len());
        if length <= most {
            bytes.extend_from_slice(&chunk);
        } else if length > DRAIN {
            break;
        }
    }
    if length > most { Err(Unread::TooLarge(most)) } else { Ok(bytes.freeze()) }
}
