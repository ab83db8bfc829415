//! Where failures are those of OAuth (RFC 6749 §5.2), and how they are said.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use serde_json::json;

use crate::failure::Failure;

/// Where a session begins.
pub const TOKEN: &str = "/oauth/token";
/// Where it ends.
pub const REVOKE: &str = "/oauth/revoke";

/// Whether a path is one of the two.
pub fn has(path: &str) -> bool {
    [TOKEN, REVOKE].contains(&path.trim_end_matches('/'))
}

/// The failure in the words of RFC 6749 §5.2, and where that has none, of those of §4.1.2.1.
pub fn respond(failure: Failure) -> HttpResponse {
    let error = failure.oauth.unwrap_or(match failure.status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => "temporarily_unavailable",
        status if status.is_server_error() => "server_error",
        _ => "invalid_request",
    });
    // What the description may have in it; a sentence of ours has hardly anything else.
    let is_allowed = |letter: char| matches!(letter, '\u{20}'..='\u{7e}') && !['"', '\\'].contains(&letter);
    let description: String = failure.detail.chars().map(|one| if is_allowed(one) { one } else { '\'' }).collect();
    let mut response = HttpResponse::build(failure.status);
    response.content_type("application/json");
    response.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::PRAGMA, "no-cache"));
    for (name, value) in failure.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.append_header((name, value));
        }
    }
    response.body(json!({"error": error, "error_description": description}).to_string())
}
