//! Requests that the page of another site has made a browser send, with the credentials that the browser remembers.
//!
//! A browser that was given a key and its secret sends them again by itself, also in a POST that a foreign page caused. Such a
//! page cannot read the answer, but what the POST does is done. Browsers ask first (a CORS preflight, which never allows
//! remembered credentials) where a script sends PUT, PATCH, DELETE, or a Content-Type that a form cannot have. So what is
//! left to refuse is a POST that could be a form's. A Bearer token is never sent by a browser on its own.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName};
use mediatype::MediaType;

use crate::failure::Failure;

/// `Sec-Fetch-Site` (<https://www.w3.org/TR/fetch-metadata/>)
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The media types of forms: those that a browser sends anywhere without asking (Fetch §2.2.2).
const FORMS: &[&str] = &["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

/// Refuses a POST that may be the doing of another site.
///
/// # Errors
/// 403, with what a script has to send to be let through.
pub fn check(headers: &HeaderMap, origin: &str) -> Result<(), Failure> {
    if !could_be_a_form(headers) || is_bearer(headers) || !is_foreign(headers, origin) {
        return Ok(());
    }
    Err(Failure::new(
        StatusCode::FORBIDDEN,
        "The page of another site sent this without asking first, as forms do. Scripts of other origins: send \
         Content-Type: application/ld+json, also where there is no body.",
    ))
}

fn could_be_a_form(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return true;
    };
    let essence = value.to_str().ok().and_then(|text| MediaType::parse(text).ok()).map(|of| of.essence().to_string());
    essence.is_none_or(|essence| FORMS.contains(&essence.to_ascii_lowercase().as_str()))
}

fn is_bearer(headers: &HeaderMap) -> bool {
    let scheme = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.split(' ').next());
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer"))
}

/// Whether a browser says that another site is behind this. Over plain HTTP browsers leave `Sec-Fetch-Site` out, but not
/// `Origin`; programs that are no browsers send neither.
pub fn is_foreign(headers: &HeaderMap, origin: &str) -> bool {
    match headers.get(SITE) {
        Some(site) => site != "same-origin" && site != "none",
        None => headers.get(header::ORIGIN).is_some_and(|from| from != origin),
    }
}

/// Whether a browser says that a page of this service is behind this. What it says nothing of counts as foreign.
pub fn is_ours(headers: &HeaderMap, origin: &str) -> bool {
    match headers.get(SITE) {
        Some(site) => site == "same-origin",
        None => headers.get(header::ORIGIN).is_some_and(|from| from == origin),
    }
}

/// Refuses the form of a page that no page of this service has sent.
///
/// # Errors
/// 403, with what programs do in its place.
pub fn check_own(headers: &HeaderMap, origin: &str, programs: &str) -> Result<(), Failure> {
    if is_ours(headers, origin) {
        return Ok(());
    }
    let detail = format!("A form is taken from a page of this service alone. Programs: {programs}.");
    Err(Failure::new(StatusCode::FORBIDDEN, detail))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn what_a_foreign_form_can_send_is_refused_and_nothing_else() {
        const BASE: &str = "https://portico.example";
        let json = "application/ld+json";
        let table: &[(&[(&str, &str)], bool)] = &[
            (&[], true),
            (&[("content-type", "text/plain")], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "same-origin"), ("origin", "http://localhost")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site"), ("authorization", "Basic eDp5")], false),
            (&[("sec-fetch-site", "cross-site"), ("authorization", "bearer x")], true),
            (&[("sec-fetch-site", "cross-site"), ("content-type", json)], true),
            (&[("sec-fetch-site", "cross-site"), ("content-type", "Text/Plain; charset=utf-8")], false),
            (&[("sec-fetch-site", "cross-site"), ("content-type", "multipart/form-data; boundary=x")], false),
            (&[("sec-fetch-site", "cross-site"), ("content-type", "nonsense")], false),
            (&[("origin", BASE)], true),
            (&[("origin", "https://evil.example")], false),
            (&[("origin", "null")], false),
            (&[("origin", "https://evil.example"), ("content-type", json)], true),
        ];
        for (sent, passes) in table {
            let mut headers = HeaderMap::new();
            for (name, value) in *sent {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            assert_eq!(check(&headers, BASE).is_ok(), *passes, "{sent:?}");
        }
    }
}
