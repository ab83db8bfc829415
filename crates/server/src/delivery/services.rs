//! The services of the IIIF Authentication API 1.0, as an image's information states them.

use hydra::expand;
use iiif::auth::AuthService;
use resource::images::ViewerService;
use vocab::value::{CustomerId, ServiceName};

use super::interaction::pattern;
use super::words::Words;
use crate::Portico;

/// Where a service is used.
pub const SERVICE: &str = "/auth/{customer}/{service}";
/// Where a session with it is ended.
pub const SIGN_OUT: &str = "/auth/{customer}/{service}/logout";
/// Where viewers get tokens. A service of this name cannot be reached.
pub const TOKEN: &str = "/auth/{customer}/token";

hydra::key! {
    /// Which service of which customer, by its name.
    ServiceKey { customer: CustomerId, service: ServiceName }
    customer = |key| Some(key.customer.0)
}

hydra::key! {
    /// The tokens of which customer.
    TokenKey { customer: CustomerId }
    customer = |key| Some(key.customer.0)
}

/// How a service is stated.
pub fn stated(app: &Portico, service: &ViewerService) -> AuthService {
    let key = ServiceKey { customer: service.customer, service: ServiceName::trusted(service.name.clone()) };
    let iri = |path: String| format!("{}{path}", app.api.base());
    let words = Words::of(service);
    let token = iri(expand(TOKEN, &TokenKey { customer: service.customer }));
    let mut stated = AuthService::new(pattern(service), iri(expand(SERVICE, &key)), words.label, token);
    stated.header = Some(words.header);
    stated.description = Some(words.description);
    stated.confirm_label = Some(words.button);
    stated.failure_header = Some(words.failure_header);
    stated.failure_description = Some(words.failure_description);
    stated.logout(iri(expand(SIGN_OUT, &key)), words.sign_out)
}
