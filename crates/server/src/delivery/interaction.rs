//! How somebody comes by a session with a service (IIIF Authentication API 1.0, §2.1.1).

use iiif::auth::InteractionPattern;
use resource::images::ViewerService;

/// What a person does to get the cookie. Where a customer says nothing, or something of its own, it is a click.
pub fn pattern(service: &ViewerService) -> InteractionPattern {
    let profile = service.profile.as_deref().and_then(|profile| profile.rsplit('/').next());
    match profile {
        Some("login") => InteractionPattern::Login,
        Some("kiosk") => InteractionPattern::Kiosk,
        Some("external") => InteractionPattern::External,
        _ => InteractionPattern::Clickthrough,
    }
}
