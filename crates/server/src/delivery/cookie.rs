//! The cookie of those who look at images: one for each customer, so that what is held of one says nothing of another.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};
use resource::images::Ticket;
use vocab::value::CustomerId;

use crate::Portico;
use crate::cookie::{cookie, is_secure};

fn name(customer: CustomerId) -> String {
    format!("portico-token-{customer}")
}

/// The value of the cookie that came with a request.
pub fn of(request: &HttpRequest, customer: CustomerId) -> Option<String> {
    request.cookie(&name(customer)).map(|cookie| cookie.value().to_owned())
}

/// The cookie to set. Pages of other sites show images and ask for tokens, so it has to be sent from there; browsers do that
/// only over TLS. No script reads it.
pub fn new(app: &Portico, customer: CustomerId, ticket: Ticket) -> Cookie<'static> {
    lasting(app, customer, ticket.secret, ticket.lasts)
}

/// What takes the cookie away.
pub fn none(app: &Portico, customer: CustomerId) -> Cookie<'static> {
    lasting(app, customer, String::new(), 0)
}

fn lasting(app: &Portico, customer: CustomerId, value: String, seconds: u64) -> Cookie<'static> {
    let same_site = if is_secure(app) { SameSite::None } else { SameSite::Lax };
    cookie(app, name(customer), value, seconds).same_site(same_site).finish()
}
