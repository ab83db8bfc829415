//! What one request is told from all others by: in its answer, in each line that is logged for it, and in what is said of a failure.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

/// The header that has it, in a request and in its answer.
pub const NAME: HeaderName = HeaderName::from_static("x-request-id");
/// How long one may be that is taken from a request.
const LONGEST: usize = 128;

tokio::task_local! {
    static CURRENT: RequestId;
}

/// The identity of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// That which a request brings, as a proxy gives it one; otherwise a new one. What has other letters than identities have, or is
    /// longer, is no identity.
    pub fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(NAME).filter(|given| is_one(given.as_bytes()));
        given.cloned().map_or_else(Self::new, Self)
    }

    /// One that no other request of this process has, nor probably any of another.
    pub fn new() -> Self {
        static BEGINNING: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(std::process::id()));
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = BEGINNING.wrapping_add(NUMBER.fetch_add(1, Ordering::Relaxed));
        let digits: [u8; 16] =
            std::array::from_fn(|place| b"0123456789abcdef"[(number >> (60 - 4 * place)) as usize & 15]);
        Self(HeaderValue::from_bytes(&digits).expect("digits can stand in a header"))
    }

    /// As a header has it.
    pub fn header(&self) -> HeaderValue {
        self.0.clone()
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    /// Does some work for the request that has this.
    pub async fn keep<T>(self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self, work).await
    }

    /// The same of what is done at once.
    pub fn keep_now<T>(self, work: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self, work)
    }
}

/// What is done with the identity of the request that is worked for; nothing where it is none.
pub fn current<T>(with: impl FnOnce(&RequestId) -> T) -> Option<T> {
    CURRENT.try_with(with).ok()
}

/// Whether it is of letters that can stand anywhere as they are: in a log, in an address, in a header.
fn is_one(text: &[u8]) -> bool {
    let can_stand = |letter: &u8| letter.is_ascii_alphanumeric() || b"-._~".contains(letter);
    (1..=LONGEST).contains(&text.len()) && text.iter().all(can_stand)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_an_identity_is_taken_and_else_one_is_made() {
        let of = |given: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(NAME, HeaderValue::from_static(given));
            RequestId::of(&headers).as_str().to_owned()
        };
        for given in ["a", "0af7651916cd43dd8448eb211c80319c", "3f1c-4a.b_c~d"] {
            assert_eq!(of(given), given);
        }
        for given in ["", "a b", "a\"b", "a/b", "<a>", "a,b"] {
            assert_eq!(of(given).len(), 16, "{given}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(NAME, HeaderValue::from_bytes(&[b'a'; LONGEST + 1]).unwrap());
        assert_eq!(RequestId::of(&headers).as_str().len(), 16);
        assert_ne!(RequestId::new(), RequestId::new());
    }
}
