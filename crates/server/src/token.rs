//! `POST /oauth/token`: a portal user's e-mail address or sign-in name and password, for a session (RFC 6749 §4.3).

use std::collections::HashMap;
use std::num::NonZeroU32;

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use mediatype::MediaType;
use resource::{Error, Token};
use serde_json::json;

use crate::Portico;
use crate::body;
use crate::failure::{Failure, Reply, settle};

/// How often an account may be tried a minute.
const A_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("ten is not zero");
/// How many names are remembered before those that have not been tried for a while are forgotten.
const NAMES: usize = 10_000;

/// Counts attempts to sign in, by the name that is tried.
#[derive(Debug)]
pub struct SignIns(DefaultKeyedRateLimiter<String>);

impl SignIns {
    /// None so far.
    pub fn new() -> Self {
        Self(RateLimiter::keyed(Quota::per_minute(A_MINUTE)))
    }

    fn count(&self, name: &str) -> Result<(), Error> {
        if self.0.len() > NAMES {
            self.0.retain_recent();
        }
        self.0
            .check_key(&name.to_lowercase())
            .map_err(|until| Error::TooMany(until.wait_time_from(DefaultClock::default().now()).as_secs() + 1))
    }
}

/// Mounts it.
pub fn routes(config: &mut ServiceConfig) {
    let refuse = async |request: HttpRequest, app: Data<Portico>| {
        let detail = format!("{} is not a method of this resource; it has: POST, OPTIONS.", request.method());
        Failure::new(StatusCode::METHOD_NOT_ALLOWED, detail)
            .with(header::ALLOW, "POST, OPTIONS")
            .respond(request.path(), &app)
    };
    let options = async || HttpResponse::NoContent().insert_header((header::ALLOW, "POST, OPTIONS")).finish();
    config.service(
        web::resource("/oauth/token")
            .route(web::post().to(sign_in))
            .route(web::method(actix_web::http::Method::OPTIONS).to(options))
            .default_service(web::route().to(refuse)),
    );
}

async fn sign_in(request: HttpRequest, app: Data<Portico>, payload: Payload) -> HttpResponse {
    settle(grant(&request, &app, payload).await, &request, &app)
}

async fn grant(request: &HttpRequest, app: &Portico, payload: Payload) -> Reply {
    const FORM: &str = "application/x-www-form-urlencoded";
    let content_type =
        request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or(FORM);
    if !MediaType::parse(content_type).is_ok_and(|of| of.essence().to_string().eq_ignore_ascii_case(FORM)) {
        let detail = format!("Send the form as {FORM}.");
        return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
            .with(body::ACCEPT_POST, FORM)
            .oauth("invalid_request"));
    }
    let bytes = body::read(app, payload).await?;
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes)
        .map_err(|_| Failure::bad_request("The body is not a form.").oauth("invalid_request"))?;
    let repeated = fields.len();
    let fields: HashMap<String, String> = fields.into_iter().collect();
    if fields.len() != repeated {
        return Err(Failure::bad_request("A parameter is repeated.").oauth("invalid_request"));
    }
    match fields.get("grant_type").map(String::as_str) {
        Some("password") => {}
        Some(_) => {
            let detail = "The only grant type here is password.";
            return Err(Failure::bad_request(detail).oauth("unsupported_grant_type"));
        }
        None => {
            return Err(Failure::bad_request("grant_type is required.").oauth("invalid_request"));
        }
    }
    let (Some(username), Some(password)) = (fields.get("username"), fields.get("password")) else {
        return Err(Failure::bad_request("username and password are required.").oauth("invalid_request"));
    };
    if username.len() > 254 || password.len() > 1024 || username.contains('\0') {
        return Err(wrong());
    }
    app.sign_ins.count(username)?;
    let Token { access_token, expires_in } =
        app.identities.sign_in(username, password).await.map_err(|error| match error {
            Error::Unauthenticated => wrong(),
            error @ Error::Invalid(_) => Failure::from(error).oauth("invalid_grant"),
            error => error.into(),
        })?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("application/json")
        .body(json!({"access_token": access_token, "token_type": "Bearer", "expires_in": expires_in}).to_string()))
}

fn wrong() -> Failure {
    Failure::bad_request("User name or password is wrong, or the account cannot sign in.").oauth("invalid_grant")
}
