//! Long answers, handed on piece by piece: what waits for a client is copied for each of them, and is no more than a piece then.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::HttpResponse;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;

/// How many bytes a piece has.
const PIECE: usize = 64 << 10;

/// An answer that is handed on in pieces, where it is longer than one.
pub fn cut(response: HttpResponse) -> HttpResponse {
    if !matches!(response.body().size(), BodySize::Sized(size) if size > PIECE as u64) {
        return response;
    }
    let (response, body) = response.into_parts();
    match body.try_into_bytes() {
        Ok(bytes) => response.set_body(BoxBody::new(Pieces(bytes))),
        Err(body) => response.set_body(body),
    }
}

/// What has not been handed on.
struct Pieces(Bytes);

impl MessageBody for Pieces {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.0.len() as u64)
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let length = self.0.len().min(PIECE);
        Poll::Ready((length > 0).then(|| Ok(self.0.split_to(length))))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body;

    use super::*;

    #[tokio::test]
    async fn the_pieces_are_the_whole() {
        for length in [0, 1, PIECE, PIECE + 1, 3 * PIECE, 10 * PIECE - 1] {
            let whole: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let answer = cut(HttpResponse::Ok().body(whole.clone()));
            assert_eq!(answer.body().size(), BodySize::Sized(length as u64));
            let is_cut = length > PIECE;
            let body = answer.into_body();
            let bytes = match body.try_into_bytes() {
                Ok(bytes) => {
                    assert!(!is_cut, "{length}");
                    bytes
                }
                Err(body) => {
                    assert!(is_cut, "{length}");
                    body::to_bytes(body).await.unwrap_or_else(|_| panic!("no piece fails"))
                }
            };
            assert!(bytes == whole, "{length}");
        }
    }
}
