//! The cookies of the service: no script reads them, they go over TLS where there is TLS, and to no other service of the same host.

use std::borrow::Cow;

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, CookieBuilder, SameSite};

use crate::Portico;

/// Whether the service is reached over TLS.
pub fn is_secure(app: &Portico) -> bool {
    app.api.base().starts_with("https:")
}

/// A name that browsers take only over TLS, where there is TLS (RFC 6265bis §4.1.3): and only for all of this host, where that is what
/// the service has.
pub fn name(app: &Portico, plain: &str) -> String {
    match (is_secure(app), app.api.prefix()) {
        (true, "") => format!("__Host-{plain}"),
        (true, _) => format!("__Secure-{plain}"),
        (false, _) => plain.to_owned(),
    }
}

/// A cookie that browsers send to this service alone, and only from its own pages; it lasts some seconds, or is taken away by none.
pub fn cookie(
    app: &Portico,
    name: impl Into<Cow<'static, str>>,
    value: String,
    seconds: u64,
) -> CookieBuilder<'static> {
    let prefix = app.api.prefix();
    Cookie::build(name, value)
        .path(if prefix.is_empty() { "/".to_owned() } else { prefix.to_owned() })
        .http_only(true)
        .secure(is_secure(app))
        .same_site(SameSite::Strict)
        .max_age(Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX)))
}
