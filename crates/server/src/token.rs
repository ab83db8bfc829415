//! `POST /oauth/token`: a portal user's e-mail address or sign-in name and password, for a session (RFC 6749 §4.3);
//! `POST /oauth/revoke`, which ends it (RFC 7009); and where programs find the two (RFC 8414). Whatever they answer is never
//! kept (§5.1), and what fails does so in the words of §5.2, whoever finds it out (`oauth.rs`).

use std::collections::HashMap;

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data, Payload};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use face::RouteTree;
use hydra::Method;
use mediatype::MediaType;
use resource::{Error, Token};
use serde_json::json;

use crate::body::FORM;
use crate::failure::{Failure, Reply};
use crate::oauth::{REVOKE, TOKEN};
use crate::place::{self, fixed};
use crate::problem::settle;
use crate::{Portico, body, meters};

/// The longest form of a password that may be typed: its 200 characters may come in pieces.
const LONGEST: usize = 4096;

/// Mounts them.
pub fn routes(tree: &mut RouteTree) {
    // They take forms, and show nothing.
    tree.add(TOKEN, place::of("resource", vec![(Method::Post, web::route().to(sign_in))]));
    tree.add(REVOKE, place::of("resource", vec![(Method::Post, web::route().to(sign_out))]));
    tree.add("/.well-known/oauth-authorization-server", fixed(metadata));
}

async fn sign_in(request: HttpRequest, app: Data<Portico>, payload: Payload) -> HttpResponse {
    settle(grant(&request, &app, payload).await, &request, &app)
}

async fn sign_out(request: HttpRequest, app: Data<Portico>, payload: Payload) -> HttpResponse {
    settle(revoke(&request, &app, payload).await, &request, &app)
}

/// Where a session begins and ends, in the words that programs for OAuth look for.
async fn metadata(app: Data<Portico>) -> HttpResponse {
    let base = app.api.base();
    let document = json!({
        "issuer": base,
        "token_endpoint": format!("{base}/oauth/token"),
        "revocation_endpoint": format!("{base}/oauth/revoke"),
        "service_documentation": format!("{base}/vocab"),
        "grant_types_supported": ["password"],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
    });
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .content_type("application/json")
        .body(document.to_string())
}

/// Who has a token may end its session. What is no token, or not any more, is as good as ended (RFC 7009 §2.2).
async fn revoke(request: &HttpRequest, app: &Portico, payload: Payload) -> Reply {
    let fields = form(request, app, payload).await?;
    let token = fields.get("token").ok_or_else(|| Failure::bad_request("token is required."))?;
    app.identities.sign_out(token).await?;
    Ok(unkept().finish())
}

/// An answer that nobody keeps (RFC 6749 §5.1).
fn unkept() -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::PRAGMA, "no-cache"));
    response
}

/// Nobody signs a client in here, so one that tries is not known (RFC 6749 §5.2).
fn no_client() -> Failure {
    Failure::new(StatusCode::UNAUTHORIZED, "No client is known here; send none of its credentials.")
        .oauth("invalid_client")
}

/// The parameters of a form, each of which is there once; one without a value is as one that is left out (RFC 6749 §3.2).
async fn form(request: &HttpRequest, app: &Portico, payload: Payload) -> Result<HashMap<String, String>, Failure> {
    let content_type =
        request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or(FORM);
    if !MediaType::parse(content_type).is_ok_and(|of| of.essence().to_string().eq_ignore_ascii_case(FORM)) {
        let detail = format!("Send the form as {FORM}.");
        return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail).with(body::ACCEPT_POST, FORM));
    }
    let authorization = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if authorization.is_some_and(|value| value.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic "))) {
        return Err(no_client().with(header::WWW_AUTHENTICATE, "Basic realm=\"portico\""));
    }
    let bytes = body::read(request, app, payload).await?;
    let mut fields: Vec<(String, String)> =
        serde_urlencoded::from_bytes(&bytes).map_err(|_| Failure::bad_request("The body is not a form."))?;
    fields.retain(|(_, value)| !value.is_empty());
    let repeated = fields.len();
    let fields: HashMap<String, String> = fields.into_iter().collect();
    if fields.len() != repeated {
        return Err(Failure::bad_request("A parameter is repeated."));
    }
    if ["client_secret", "client_assertion"].iter().any(|name| fields.contains_key(*name)) {
        return Err(no_client());
    }
    Ok(fields)
}

async fn grant(request: &HttpRequest, app: &Portico, payload: Payload) -> Reply {
    let fields = form(request, app, payload).await?;
    match fields.get("grant_type").map(String::as_str) {
        Some("password") => {}
        Some(_) => {
            let detail = "The only grant type here is password.";
            return Err(Failure::bad_request(detail).oauth("unsupported_grant_type"));
        }
        None => {
            return Err(Failure::bad_request("grant_type is required."));
        }
    }
    let (Some(username), Some(password)) = (fields.get("username"), fields.get("password")) else {
        return Err(Failure::bad_request("username and password are required."));
    };
    // None is known, so that what is asked for limits nothing; but it must be a list of some (RFC 6749 §3.3).
    let is_scope = |scope: &String| {
        let is_token =
            |token: &str| !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic() && !b"\"\\".contains(&b));
        scope.split(' ').all(is_token)
    };
    if fields.get("scope").is_some_and(|scope| !is_scope(scope)) {
        return Err(
            Failure::bad_request("scope is not a list of names with a blank between them.").oauth("invalid_scope")
        );
    }
    if username.len() > 254 || password.len() > LONGEST || username.contains('\0') {
        return Err(wrong());
    }
    let Token { access_token, expires_in } = meters::sign_in(
        app.identities
            .sign_in(username, password, app.proxies.look(request.peer_addr(), request.headers()).own())
            .await,
    )
    .map_err(|error| match error {
        Error::Unauthenticated => wrong(),
        error @ Error::Invalid(_) => Failure::from(error).oauth("invalid_grant"),
        error => error.into(),
    })?;
    Ok(unkept()
        .content_type("application/json")
        .body(json!({"access_token": access_token, "token_type": "Bearer", "expires_in": expires_in}).to_string()))
}

fn wrong() -> Failure {
    Failure::bad_request("User name or password is wrong, or the account cannot sign in.").oauth("invalid_grant")
}
