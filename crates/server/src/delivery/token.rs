//! The access token service (IIIF Authentication API 1.0, §2.2): a viewer shows it in a hidden frame, whose page tells the
//! viewer's window the token.

use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use face::RouteTree;
use resource::Error;
use resource::images::{Delivery, Ticket};
use serde::Serialize;

use super::cookie;
use super::pages::{nonce, policy};
use super::services::{TOKEN, TokenKey};
use crate::Portico;
use crate::failure::Reply;
use crate::place::fixed;
use crate::problem::{BEARER, settle};

/// Mounts it.
pub fn routes(tree: &mut RouteTree) {
    let handler = async |request: HttpRequest, app: Data<Portico>| settle(token(&request, &app).await, &request, &app);
    tree.add(TOKEN, fixed(handler));
}

/// What a viewer sends.
#[derive(Debug, Default)]
struct Asked {
    message_id: Option<String>,
    origin: Option<String>,
    /// Whether something was sent twice, so that nobody can tell what was meant.
    twice: bool,
}

impl Asked {
    fn read(query: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in serde_urlencoded::from_str::<Vec<(String, String)>>(query).unwrap_or_default() {
            let place = match name.as_str() {
                "messageId" => &mut asked.message_id,
                "origin" => &mut asked.origin,
                _ => continue,
            };
            asked.twice |= place.is_some();
            place.get_or_insert(value);
        }
        asked
    }

    /// What is wrong with it. Without a window that waits for a message, the origin does not matter.
    fn fault(&self) -> Option<Refusal> {
        let origin = self.message_id.as_ref().map(|_| self.origin.as_deref());
        match origin {
            _ if self.twice => Some(Refusal::new(400, "invalidRequest", "A parameter is repeated.")),
            Some(None) => Some(Refusal::new(400, "invalidRequest", "messageId needs origin.")),
            Some(Some(origin)) if !is_origin(origin) => Some(Refusal::new(400, "invalidOrigin", "This is no origin.")),
            _ => None,
        }
    }
}

/// Why there is no token (§2.2.6).
#[derive(Debug)]
struct Refusal {
    status: StatusCode,
    error: &'static str,
    description: &'static str,
}

impl Refusal {
    fn new(status: u16, error: &'static str, description: &'static str) -> Self {
        Self { status: StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), error, description }
    }
}

/// What a viewer is told.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<&'a str>,
}

async fn token(request: &HttpRequest, app: &Portico) -> Reply {
    let key: TokenKey = hydra::parse_path(TOKEN, request.uri().path()).ok_or(Error::NotFound)?;
    let asked = Asked::read(request.query_string());
    let outcome = match asked.fault() {
        Some(fault) => Err(fault),
        None => issue(request, app, &key).await,
    };
    let message_id = asked.message_id.as_deref();
    let (status, told) = match &outcome {
        Ok(Ticket { secret, lasts }) => {
            let (access_token, expires_in) = (Some(secret.as_str()), Some(*lasts));
            (StatusCode::OK, Told { access_token, expires_in, message_id, ..Told::default() })
        }
        Err(Refusal { status, error, description }) => {
            let (error, description) = (Some(*error), Some(*description));
            (*status, Told { error, description, message_id, ..Told::default() })
        }
    };
    let text = serde_json::to_string(&told).map_err(|error| Error::Internal(error.to_string()))?;
    if message_id.is_none() {
        return Ok(direct(status, text));
    }
    // A token is told to the window of the origin alone that was named. Where none was that is one, there is only what went
    // wrong to tell, which is no secret.
    let origin = asked.origin.as_deref().filter(|origin| is_origin(origin)).unwrap_or("*");
    posted(app, &text, origin)
}

async fn issue(request: &HttpRequest, app: &Portico, key: &TokenKey) -> Result<Ticket, Refusal> {
    let Some(cookie) = cookie::of(request, key.customer) else {
        return Err(Refusal::new(401, "missingCredentials", "There is no session."));
    };
    match Delivery::new(&app.identities).token(key.customer, &cookie).await {
        Ok(Some(ticket)) => Ok(ticket),
        Ok(None) => Err(Refusal::new(403, "invalidCredentials", "The session has ended.")),
        Err(error) => {
            tracing::error!(?error, "a viewer got no token");
            Err(Refusal::new(503, "unavailable", "Ask again later."))
        }
    }
}

/// An origin as a browser writes one, or with a slash behind it, as the examples of the specification have it; whatever else it
/// says, nothing but a page of it is told the token.
fn is_origin(text: &str) -> bool {
    let text = text.strip_suffix('/').unwrap_or(text);
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| {
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte))
    })
}

/// The answer to a program that is no browser (§2.2.3).
fn direct(status: StatusCode, text: String) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    if status == StatusCode::UNAUTHORIZED {
        response.insert_header((header::WWW_AUTHENTICATE, BEARER));
    }
    response.content_type("application/json").body(text)
}

/// The page in the hidden frame (§2.2.4). It is 200 whatever it tells: a browser need not show another (§2.2.6).
fn posted(app: &Portico, text: &str, origin: &str) -> Reply {
    let nonce = nonce(app);
    let origin = serde_json::to_string(origin).map_err(|error| Error::Internal(error.to_string()))?;
    // In a script a `<` could begin its end.
    let text = text.replace('<', "\\u003c");
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Token</title>\
         <script nonce=\"{nonce}\">window.parent.postMessage({text}, {origin})</script></html>"
    );
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response.insert_header((header::CONTENT_SECURITY_POLICY, policy(&nonce, "*")));
    Ok(response.content_type("text/html; charset=utf-8").body(page))
}

#[cfg(test)]
mod tests {
    use super::is_origin;

    #[test]
    fn an_origin_is_a_scheme_a_host_and_perhaps_a_port() {
        for (text, good) in [
            ("https://viewer.example", true),
            ("http://localhost:8000", true),
            ("http://[::1]:8000", true),
            ("https://", false),
            ("https://viewer.example/", true),
            ("https://viewer.example//", false),
            ("https:///", false),
            ("https://viewer.example/path", false),
            ("*", false),
            ("null", false),
            ("javascript:alert(1)", false),
            ("https://a\"</script>", false),
        ] {
            assert_eq!(is_origin(text), good, "{text}");
        }
    }
}
