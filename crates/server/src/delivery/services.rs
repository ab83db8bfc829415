//! The services of the IIIF Authentication API 1.0, as an image's information states them.

use hydra::expand;
use iiif::auth::{AuthService, Pattern};
use resource::Service;
use vocab::value::{CustomerId, ServiceName};

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

/// What a person does to get the cookie. Where a customer says nothing, or something of its own, it is a click.
pub fn pattern(service: &Service) -> Pattern {
    let profile = service.profile.as_deref().and_then(|profile| profile.rsplit('/').next());
    match profile {
        Some("login") => Pattern::Login,
        Some("kiosk") => Pattern::Kiosk,
        Some("external") => Pattern::External,
        _ => Pattern::Clickthrough,
    }
}

/// How a service is stated.
pub fn stated(app: &Portico, service: &Service) -> AuthService {
    let key = ServiceKey { customer: service.customer, service: ServiceName::trusted(service.name.clone()) };
    let iri = |path: String| format!("{}{path}", app.api.base());
    let label = service.label.clone().or_else(|| service.page_label.clone()).unwrap_or_else(|| service.name.clone());
    let token = iri(expand(TOKEN, &TokenKey { customer: service.customer }));
    let mut stated = AuthService::new(pattern(service), iri(expand(SERVICE, &key)), label, token);
    stated.header.clone_from(&service.page_label);
    stated.description.clone_from(&service.description);
    stated.confirm_label.clone_from(&service.call_to_action);
    stated.failure_header = Some("Not to be seen".into());
    stated.failure_description = Some("What was done does not let you see more of this image.".into());
    stated.logout(iri(expand(SIGN_OUT, &key)), service.sign_out.clone().unwrap_or_else(|| "Log out".into()))
}
