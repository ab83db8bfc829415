//! Conditional requests (RFC 9110 §13). Entity tags are strong and one a representation; what a write compares is only the
//! version of the row at their beginning, so that a tag from any representation does.

use actix_web::http::header::{HeaderMap, HeaderName, IF_MATCH, IF_NONE_MATCH};
use resource::IfMatch;

/// An entity tag for a resource that has a row.
pub fn versioned(version: i64, rest: std::fmt::Arguments<'_>) -> String {
    format!("\"{version}-{rest}\"")
}

/// Whether the client has the representation already.
pub fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    // Weak comparison (RFC 9110 §13.1.2).
    tags(headers, &IF_NONE_MATCH).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// What a write is conditional on.
pub fn precondition(headers: &HeaderMap) -> IfMatch {
    if tags(headers, &IF_NONE_MATCH).any(|tag| tag == "*") {
        return IfMatch::Nothing;
    }
    if !headers.contains_key(IF_MATCH) {
        return IfMatch::Absent;
    }
    if tags(headers, &IF_MATCH).any(|tag| tag == "*") {
        return IfMatch::Any;
    }
    // Strong comparison (RFC 9110 §13.1.1): a weak tag matches nothing.
    let version = |tag: &str| tag.strip_prefix('"')?.split_once('-')?.0.parse().ok();
    IfMatch::Versions(tags(headers, &IF_MATCH).filter_map(version).collect())
}

/// The tags that a header lists. Ours have no comma inside; a foreign one that has does not match anyway.
pub fn tags<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).map(str::trim)
}
