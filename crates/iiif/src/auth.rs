//! The services of the IIIF Authentication API 1.0, as an image's information states them.

use serde::Serialize;

const CONTEXT: &str = "http://iiif.io/api/auth/1/context.json";

/// How a person gets to see what is not open (Authentication API 1.0, §2.1): an access cookie service, with the services for
/// its token and for logging out.
///
/// Version 1.0 has plain strings for labels and the old `@id`; the Image API 3.0 allows both here (§5.8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthService {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@id")]
    id: String,
    #[serde(rename = "@type")]
    kind: &'static str,
    profile: InteractionPattern,
    label: String,
    /// The heading of the text that is shown before the window opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// The text that is shown before the window opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The words on the button that opens it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm_label: Option<String>,
    /// The heading of the text that is shown when that did not help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_header: Option<String>,
    /// The text that is shown when that did not help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_description: Option<String>,
    service: Vec<Nested>,
}

/// What the person does to get the cookie (Authentication API 1.0, §2.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum InteractionPattern {
    /// Logs in, in a window.
    #[serde(rename = "http://iiif.io/api/auth/1/login")]
    Login,
    /// Agrees to terms that the viewer shows, by a click.
    #[serde(rename = "http://iiif.io/api/auth/1/clickthrough")]
    Clickthrough,
    /// Nothing: a window opens and closes.
    #[serde(rename = "http://iiif.io/api/auth/1/kiosk")]
    Kiosk,
    /// Nothing: the cookie came from somewhere else.
    #[serde(rename = "http://iiif.io/api/auth/1/external")]
    External,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Nested {
    #[serde(rename = "@id")]
    id: String,
    #[serde(rename = "@type")]
    kind: &'static str,
    profile: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
}

impl AuthService {
    /// A service at `id`, which gives the cookie, with its token service at `token_id`; both are IRIs. The label says
    /// where the person would log in.
    pub fn new(
        pattern: InteractionPattern,
        id: impl Into<String>,
        label: impl Into<String>,
        token_id: impl Into<String>,
    ) -> Self {
        Self {
            context: CONTEXT,
            id: id.into(),
            kind: "AuthCookieService1",
            profile: pattern,
            label: label.into(),
            header: None,
            description: None,
            confirm_label: None,
            failure_header: None,
            failure_description: None,
            service: vec![Nested {
                id: token_id.into(),
                kind: "AuthTokenService1",
                profile: "http://iiif.io/api/auth/1/token",
                label: None,
            }],
        }
    }

    /// With a service for logging out at this IRI; the label is on its button.
    #[must_use]
    pub fn logout(mut self, id: impl Into<String>, label: impl Into<String>) -> Self {
        self.service.push(Nested {
            id: id.into(),
            kind: "AuthLogoutService1",
            profile: "http://iiif.io/api/auth/1/logout",
            label: Some(label.into()),
        });
        self
    }
}
