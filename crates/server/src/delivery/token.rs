//! The access token service (IIIF Authentication API 1.0, §2.3): a viewer shows it in a hidden frame, whose page tells the
//! viewer's window the token.

use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, resource};
use actix_web::{HttpRequest, HttpResponse};
use face::Places;
use resource::{Delivery, Error};
use serde::{Deserialize, Serialize};

use super::cookie;
use super::pages::{nonce, policy};
use super::services::{TOKEN, TokenKey};
use crate::Portico;
use crate::documents::fixed;
use crate::failure::{BEARER, Reply, settle};

/// Mounts it.
pub fn routes(places: &mut Places) {
    let handler = async |request: HttpRequest, app: Data<Portico>| settle(token(&request, &app).await, &request, &app);
    places.add(TOKEN, move |path| fixed(resource(path), handler));
}

/// What a viewer sends.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    message_id: Option<String>,
    origin: Option<String>,
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
    let refuse = |status, error, description, message_id| {
        let told = Told { error: Some(error), description: Some(description), message_id, ..Told::default() };
        (status, told)
    };
    let Ok(asked) = serde_urlencoded::from_str::<Asked>(request.query_string()) else {
        let told = refuse(StatusCode::BAD_REQUEST, "invalidRequest", "A parameter is repeated or unreadable.", None);
        return tell(app, told, None);
    };
    let Asked { message_id, origin } = &asked;
    let message_id = message_id.as_deref();
    // Without a window that waits for it there is nobody to post to.
    let origin = match (message_id, origin.as_deref()) {
        (None, _) => None,
        (Some(_), None) => {
            let told = refuse(StatusCode::BAD_REQUEST, "invalidRequest", "messageId needs origin.", message_id);
            return tell(app, told, None);
        }
        (Some(_), Some(origin)) if !is_origin(origin) => {
            let told = refuse(StatusCode::BAD_REQUEST, "invalidOrigin", "This is no origin.", message_id);
            return tell(app, told, None);
        }
        (Some(_), origin) => origin,
    };
    let ticket = match cookie::of(request, key.customer) {
        Some(cookie) => Delivery::new(&app.identities).token(key.customer, &cookie).await?,
        None => None,
    };
    match &ticket {
        Some(ticket) => {
            let (access_token, expires_in) = (Some(ticket.secret.as_str()), Some(ticket.lasts));
            tell(app, (StatusCode::OK, Told { access_token, expires_in, message_id, ..Told::default() }), origin)
        }
        None => {
            let description = "There is no session, or it has ended.";
            tell(app, refuse(StatusCode::UNAUTHORIZED, "missingCredentials", description, message_id), origin)
        }
    }
}

/// An origin as a browser writes one; whatever else it says, nothing but a page of it is told the token.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| {
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte))
    })
}

fn json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Internal(error.to_string()))
}

fn tell(app: &Portico, (status, told): (StatusCode, Told<'_>), origin: Option<&str>) -> Reply {
    let text = json(&told)?;
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    if status == StatusCode::UNAUTHORIZED {
        response.insert_header((header::WWW_AUTHENTICATE, BEARER));
    }
    let Some(origin) = origin else {
        return Ok(response.content_type("application/json").body(text));
    };
    let nonce = nonce(app);
    // In a script a `<` could begin its end.
    let (text, origin) = (text.replace('<', "\\u003c"), json(&origin)?);
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Token</title>\
         <script nonce=\"{nonce}\">window.parent.postMessage({text}, {origin})</script></html>"
    );
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
            ("https://viewer.example/", false),
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
