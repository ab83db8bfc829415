//! The pages of the services that people use to see more: one with a button, one that says what has come of it.

use actix_web::cookie::Cookie;
use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use face::RouteTree;
use hydra::Method;
use hydra::expand;
use iiif::auth::InteractionPattern;
use resource::Error;
use resource::images::{Delivery, ViewerService};

use super::cookie;
use super::interaction::pattern;
use super::services::{SERVICE, SIGN_OUT, ServiceKey};
use super::words::Words;
use crate::failure::{Failure, Reply};
use crate::place::{self, fixed};
use crate::problem::settle;
use crate::{Portico, crossing};

/// Mounts them.
pub fn routes(tree: &mut RouteTree) {
    let page = async |request: HttpRequest, app: Data<Portico>| settle(show(&request, &app).await, &request, &app);
    let press = async |request: HttpRequest, app: Data<Portico>| settle(enter(&request, &app).await, &request, &app);
    let end = async |request: HttpRequest, app: Data<Portico>| settle(leave(&request, &app).await, &request, &app);
    let routes = vec![(Method::Get, web::route().to(page)), (Method::Post, web::route().to(press))];
    tree.add(SERVICE, place::of("page", routes));
    tree.add(SIGN_OUT, fixed(end));
}

/// The page with the button. Where the cookie comes with it, it closes by itself; the button stays for browsers that let
/// neither happen unless somebody has pressed something.
#[derive(Debug, Template)]
#[template(path = "enter.html")]
struct Enter<'a> {
    prefix: &'a str,
    assets: &'a str,
    heading: &'a str,
    text: &'a str,
    action: &'a str,
    button: &'a str,
    closes: bool,
    nonce: &'a str,
}

/// The page after it.
#[derive(Debug, Template)]
#[template(path = "done.html")]
struct Done<'a> {
    prefix: &'a str,
    assets: &'a str,
    heading: &'a str,
    nonce: &'a str,
}

/// The service of a request.
async fn service(request: &HttpRequest, app: &Portico, template: &str) -> Result<(ServiceKey, ViewerService), Failure> {
    let key: ServiceKey = hydra::parse_path(template, request.uri().path()).ok_or(Error::NotFound)?;
    let service = Delivery::new(&app.identities).service(key.customer, key.service.as_str()).await?;
    Ok((key, service))
}

/// The service of a request, if people get its cookie here.
async fn giving(request: &HttpRequest, app: &Portico) -> Result<(ServiceKey, ViewerService), Failure> {
    let (key, service) = service(request, app, SERVICE).await?;
    if service.is_elsewhere {
        return Err(Failure::new(
            StatusCode::NOT_IMPLEMENTED,
            "People sign in elsewhere for this service, at its role provider. This server does not offer that yet.",
        ));
    }
    Ok((key, service))
}

async fn show(request: &HttpRequest, app: &Portico) -> Reply {
    let (key, service) = giving(request, app).await?;
    match pattern(&service) {
        // §2.1.4, §2.1.5: the cookie comes at once, and the window closes by itself.
        InteractionPattern::Kiosk => begin(request, app, &service).await,
        InteractionPattern::Clickthrough => {
            let mut response = HttpResponse::Ok();
            response.cookie(given(request, app, &service).await?);
            ask(app, &mut response, &key, &service, true)
        }
        // §2.1.3: somebody has to do something.
        InteractionPattern::Login => ask(app, &mut HttpResponse::Ok(), &key, &service, false),
        // §2.1.6: the cookie comes from somewhere else.
        InteractionPattern::External => done(app, &mut HttpResponse::Ok(), "There is nothing to do here"),
    }
}

/// The page on which somebody says that they want to see the images.
fn ask(
    app: &Portico,
    response: &mut HttpResponseBuilder,
    key: &ServiceKey,
    service: &ViewerService,
    closes: bool,
) -> Reply {
    let (nonce, words) = (nonce(app), Words::of(service));
    let page = Enter {
        prefix: app.api.prefix(),
        assets: app.assets.fingerprint(),
        heading: &words.header,
        text: &words.page_description,
        action: &format!("{}{}", app.api.prefix(), expand(SERVICE, key)),
        button: &words.button,
        closes,
        nonce: &nonce,
    };
    send(response, &nonce, page.render())
}

async fn enter(request: &HttpRequest, app: &Portico) -> Reply {
    crossing::check(request.headers(), app.api.origin())?;
    let (_, service) = giving(request, app).await?;
    if pattern(&service) == InteractionPattern::External {
        return Err(Error::NotFound.into());
    }
    begin(request, app, &service).await
}

async fn begin(request: &HttpRequest, app: &Portico, service: &ViewerService) -> Reply {
    let mut response = HttpResponse::Ok();
    response.cookie(given(request, app, service).await?);
    done(app, &mut response, "You can see the images now")
}

/// The cookie of a session that begins now.
async fn given(request: &HttpRequest, app: &Portico, service: &ViewerService) -> Result<Cookie<'static>, Failure> {
    let known = cookie::of(request, service.customer);
    let longest = app.limits.viewer_session.as_secs();
    let ticket = Delivery::new(&app.identities).enter(service, known.as_deref(), longest).await?;
    Ok(cookie::new(app, service.customer, ticket))
}

/// Ends the session; to be asked to by a page of another site is what this address is for. The cookie goes with the last
/// session that it has (§2.3.2).
async fn leave(request: &HttpRequest, app: &Portico) -> Reply {
    let (_, service) = service(request, app, SIGN_OUT).await?;
    let mut response = HttpResponse::Ok();
    if let Some(cookie) = cookie::of(request, service.customer)
        && !Delivery::new(&app.identities).leave(&service, &cookie).await?
    {
        response.cookie(cookie::none(app, service.customer));
    }
    done(app, &mut response, "You have logged out")
}

fn done(app: &Portico, response: &mut HttpResponseBuilder, heading: &str) -> Reply {
    let nonce = nonce(app);
    let page = Done { prefix: app.api.prefix(), assets: app.assets.fingerprint(), heading, nonce: &nonce };
    send(response, &nonce, page.render())
}

fn send(response: &mut HttpResponseBuilder, nonce: &str, page: askama::Result<String>) -> Reply {
    let page = page.map_err(|error| Error::Internal(error.to_string()))?;
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response.insert_header((header::CONTENT_SECURITY_POLICY, policy(nonce, "'none'")));
    Ok(response.content_type("text/html; charset=utf-8").body(page))
}

/// What names the one script of a page, so that no other runs.
pub fn nonce(app: &Portico) -> String {
    URL_SAFE_NO_PAD.encode(app.identities.world().bytes::<18>())
}

/// What a page may load and do, and who may show it.
pub fn policy(nonce: &str, shown_by: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors {shown_by}"
    )
}
