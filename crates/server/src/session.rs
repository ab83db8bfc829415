//! What a browser keeps of a session: a cookie with its token, the same as programs get at `/oauth/token`. It counts only for requests
//! that come from a page of this service.
//!
//! Browsers send cookies by themselves. So the cookie is never sent from another site (`SameSite=Strict`), and where it is sent all
//! the same, a request that could change something must say that it comes from here: `Sec-Fetch-Site`, or else `Origin`.

use std::borrow::Cow;

use actix_web::HttpRequest;
use actix_web::cookie::Cookie;
use actix_web::http::header;
use explorer::SESSION;

use crate::cookie::{cookie, name};
use crate::{Portico, crossing};

/// What it is called, but for what says how it may be set.
const NAME: &str = "portico-session";

/// What a request proves who sent it by: its own `Authorization`, or else the cookie of a browser, where that counts.
pub fn credentials<'a>(app: &Portico, request: &'a HttpRequest) -> Option<Cow<'a, str>> {
    match request.headers().get(header::AUTHORIZATION) {
        Some(value) => value.to_str().ok().map(|value| Cow::Borrowed(said_once(value))),
        None => token(app, request).map(|token| format!("Bearer {token}").into()),
    }
}

/// What was said several times over, once: clients that follow a link with the headers of the request before add theirs to them. No
/// credentials have a comma in them.
fn said_once(value: &str) -> &str {
    match value.split_once(", ") {
        Some((first, rest)) if rest.split(", ").all(|other| other == first) => first,
        _ => value,
    }
}

/// The token in the cookie, where it counts: beside no other credentials, and in what a page of this service sends.
pub fn token(app: &Portico, request: &HttpRequest) -> Option<String> {
    let headers = request.headers();
    let counts = !headers.contains_key(header::AUTHORIZATION)
        && match request.method().is_safe() {
            true => !crossing::is_foreign(headers, app.api.origin()),
            false => crossing::is_ours(headers, app.api.origin()),
        };
    counts.then(|| kept(app, request)).flatten()
}

/// What the cookie has, whether it counts or not.
pub fn kept(app: &Portico, request: &HttpRequest) -> Option<String> {
    // The other cookies of this host may be as broken as they like; of several that are called so, one is ours.
    let lines = request.headers().get_all(header::COOKIE);
    let cookies = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let ours = name(app, NAME);
    let mut named = cookies.filter_map(|pair| {
        let (name, value) = std::str::from_utf8(pair).ok()?.trim().split_once('=')?;
        (name == ours).then_some(value)
    });
    named.find(|token| app.identities.is_session(token)).map(String::from)
}

/// The cookie that keeps a token; without one, what takes it away.
pub fn keeping(app: &Portico, token: String, seconds: u64) -> Cookie<'static> {
    cookie(app, name(app, NAME), token, seconds).finish()
}

/// A place of this service to go on at: a path, and not one that a browser takes for a host. It may be whole, or begin with the path that
/// all of ours have.
pub fn place<'a>(app: &Portico, next: Option<&'a str>) -> &'a str {
    let ours = |next: &'a str| {
        let below = |start: &str| next.strip_prefix(start).filter(|rest| !start.is_empty() && rest.starts_with('/'));
        below(app.api.base()).or_else(|| below(app.api.prefix())).unwrap_or(next)
    };
    let is_path = |next: &&str| {
        let rest = next.strip_prefix('/');
        rest.is_some_and(|rest| !rest.starts_with(['/', '\\'])) && next.bytes().all(|byte| byte.is_ascii_graphic())
    };
    next.map(ours).filter(is_path).filter(|next| !next.starts_with(SESSION)).unwrap_or("/")
}
