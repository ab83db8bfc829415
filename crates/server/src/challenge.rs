//! What an answer that refuses a token says of that (RFC 6750 §3), whichever face it is from.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};

use crate::problem::BEARER;

/// Said with the token that was refused.
const INVALID: HeaderValue = HeaderValue::from_static(
    "Bearer realm=\"portico\", error=\"invalid_token\", error_description=\"The token is not good, or not any more.\"",
);
const INSUFFICIENT: HeaderValue = HeaderValue::from_static(
    "Bearer realm=\"portico\", error=\"insufficient_scope\", \
     error_description=\"Whoever the token is about may not do this.\"",
);

const SCHEME: &[u8] = b"bearer ";

/// Whether a request brings a token, as the standard says.
pub fn has_token(headers: &HeaderMap) -> bool {
    let bearer = |value: &HeaderValue| {
        let (scheme, token) = value.as_bytes().split_at_checked(SCHEME.len()).unwrap_or_default();
        scheme.eq_ignore_ascii_case(SCHEME) && !token.trim_ascii().is_empty()
    };
    headers.get(header::AUTHORIZATION).is_some_and(bearer)
}

/// Puts on an answer how to sign in, where it refuses whoever asked. A request without a token is told nothing of errors.
pub fn put(headers: &mut HeaderMap, status: StatusCode, has_token: bool) {
    let challenge = match (status, has_token) {
        (StatusCode::UNAUTHORIZED, true) => INVALID,
        (StatusCode::UNAUTHORIZED, false) => BEARER,
        (StatusCode::FORBIDDEN, true) => INSUFFICIENT,
        _ => return,
    };
    let others = |value: &&HeaderValue| !value.as_bytes().starts_with(b"Bearer");
    let others: Vec<_> = headers.get_all(header::WWW_AUTHENTICATE).filter(others).cloned().collect();
    headers.remove(header::WWW_AUTHENTICATE);
    for value in others.into_iter().chain([challenge]) {
        headers.append(header::WWW_AUTHENTICATE, value);
    }
}
