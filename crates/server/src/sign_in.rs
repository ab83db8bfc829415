//! `/session`: where people with a browser sign in and out.

use std::collections::HashMap;
use std::net::IpAddr;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::web::{self, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use explorer::{SESSION, SignInForm};
use face::RouteTree;
use hydra::Method;
use resource::{Error, Token};
use uuid::Uuid;

use crate::failure::{Failure, Reply};
use crate::problem::settle;
use crate::session::{keeping, kept, place};
use crate::{Portico, asked, body, crossing, meters, notice, page, place};

/// The longest name or password that is looked at; 200 characters may come in pieces.
const LONGEST: usize = 4096;
/// Which of the two, is not said.
const WRONG: &str = "The name or the password is wrong, or the account cannot sign in.";
/// `Clear-Site-Data` (<https://www.w3.org/TR/clear-site-data/>): what was shown is forgotten with the session.
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// Mounts it.
pub fn routes(tree: &mut RouteTree) {
    let routes = vec![(Method::Get, web::route().to(ask)), (Method::Post, web::route().to(take))];
    tree.add(SESSION, place::of("page", routes));
}

async fn ask(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let fields = asked::fields(&request);
    let blank = SignInForm { next: place(&app, fields.get("next").map(String::as_str)), ..SignInForm::default() };
    let reply = form(&app, StatusCode::OK, blank);
    settle(reply, &request, &app)
}

fn form(app: &Portico, status: StatusCode, form: SignInForm<'_>) -> Reply {
    let page = explorer::sign_in_page(&app.api, &app.assets, form).map_err(Error::Internal)?;
    Ok(page::respond(status, page))
}

async fn take(request: HttpRequest, app: Data<Portico>, payload: Payload) -> HttpResponse {
    settle(taken(&request, &app, payload).await, &request, &app)
}

/// Signs in or out, as the form says.
async fn taken(request: &HttpRequest, app: &Portico, payload: Payload) -> Reply {
    crossing::check_own(request.headers(), app.api.origin(), "sign in at /oauth/token")?;
    let fields = fields(request, app, payload).await?;
    if fields.contains_key("end") {
        end(app, request).await?;
        return Ok(signed_out(app));
    }
    let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let (name, next) = (text("name").trim(), place(app, fields.get("next").map(String::as_str)));
    match meters::sign_in(
        begin(app, app.proxies.look(request.peer_addr(), request.headers()).own(), name, text("password")).await,
    ) {
        Ok(Token { access_token, expires_in }) => {
            // Whoever signs in has no other session in this browser.
            end(app, request).await?;
            let mut response = HttpResponse::SeeOther();
            response.insert_header((header::LOCATION, format!("{}{next}", app.api.base())));
            response.insert_header((header::CACHE_CONTROL, "no-store"));
            Ok(response.cookie(keeping(app, access_token, expires_in)).finish())
        }
        Err(error @ (Error::Unauthenticated | Error::Invalid(_) | Error::TooMany(_))) => {
            let failure = match error {
                Error::Unauthenticated => Failure { detail: WRONG.into(), ..error.into() },
                error => error.into(),
            };
            let mut response = form(app, failure.status, SignInForm { next, name, wrong: Some(&failure.detail) })?;
            for (name, value) in &failure.headers {
                if let Ok(value) = HeaderValue::from_str(value) {
                    response.headers_mut().insert(name.clone(), value);
                }
            }
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

/// Begins a session, with a password or a key: what has the form of a key's identity is one, anything else is first looked for
/// among people.
async fn begin(app: &Portico, from: Option<IpAddr>, name: &str, password: &str) -> Result<Token, Error> {
    if name.is_empty() || password.is_empty() || name.len() > 254 || password.len() > LONGEST || name.contains('\0') {
        return Err(Error::Unauthenticated);
    }
    if Uuid::try_parse(name).is_ok() {
        return app.identities.sign_in_with_key(name, password).await;
    }
    match app.identities.sign_in(name, password, from).await {
        Err(Error::Unauthenticated) => app.identities.sign_in_with_key(name, password).await,
        known => known,
    }
}

/// Ends the session that the browser has, whatever else it sends.
async fn end(app: &Portico, request: &HttpRequest) -> Result<(), Failure> {
    if let Some(before) = kept(app, request) {
        app.identities.sign_out(&before).await?;
    }
    Ok(())
}

fn signed_out(app: &Portico) -> HttpResponse {
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, format!("{}{SESSION}", app.api.base())));
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response.insert_header((CLEAR_SITE_DATA, "\"cache\", \"storage\""));
    response.cookie(keeping(app, String::new(), 0)).cookie(notice::none(app)).finish()
}

async fn fields(request: &HttpRequest, app: &Portico, payload: Payload) -> Result<HashMap<String, String>, Failure> {
    if !body::essence(request.headers()).eq_ignore_ascii_case(body::FORM) {
        let detail = format!("Send the form as {}. Programs sign in at /oauth/token.", body::FORM);
        return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail).with(body::ACCEPT_POST, body::FORM));
    }
    let bytes = body::read(request, app, payload).await?;
    serde_urlencoded::from_bytes(&bytes).map_err(|_| Failure::bad_request("The body is not a form."))
}
