//! The pages of the services that people use to see more: one with a button, one that says what has come of it.

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data, resource};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use face::Places;
use hydra::expand;
use iiif::auth::Pattern;
use resource::{Delivery, Error, Service};

use super::cookie;
use super::services::{SERVICE, SIGN_OUT, ServiceKey, pattern};
use crate::documents::fixed;
use crate::failure::{Failure, Reply, settle};
use crate::{Portico, crossing};

/// Mounts them.
pub fn routes(places: &mut Places) {
    let page = async |request: HttpRequest, app: Data<Portico>| settle(show(&request, &app).await, &request, &app);
    let press = async |request: HttpRequest, app: Data<Portico>| settle(enter(&request, &app).await, &request, &app);
    let end = async |request: HttpRequest, app: Data<Portico>| settle(leave(&request, &app).await, &request, &app);
    places.add(SERVICE, move |path| fixed(resource(path).route(web::post().to(press)), page));
    places.add(SIGN_OUT, move |path| fixed(resource(path), end));
}

/// The page with the button.
#[derive(Debug, Template)]
#[template(path = "enter.html")]
struct Enter<'a> {
    assets: &'a str,
    heading: &'a str,
    text: Option<&'a str>,
    action: &'a str,
    button: &'a str,
}

/// The page after it.
#[derive(Debug, Template)]
#[template(path = "done.html")]
struct Done<'a> {
    assets: &'a str,
    heading: &'a str,
    nonce: &'a str,
}

/// The service of a request.
async fn service(request: &HttpRequest, app: &Portico, template: &str) -> Result<(ServiceKey, Service), Failure> {
    let key: ServiceKey = hydra::parse_path(template, request.uri().path()).ok_or(Error::NotFound)?;
    let service = Delivery::new(&app.identities).service(key.customer, key.service.as_str()).await?;
    if pattern(&service) == Pattern::External {
        // The cookie of such a service comes from somewhere else.
        return Err(Error::NotFound.into());
    }
    if service.is_elsewhere {
        return Err(Failure::new(
            StatusCode::NOT_IMPLEMENTED,
            "People sign in elsewhere for this service, at its role provider. This server does not offer that yet.",
        ));
    }
    Ok((key, service))
}

async fn show(request: &HttpRequest, app: &Portico) -> Reply {
    let (key, service) = service(request, app, SERVICE).await?;
    if pattern(&service) == Pattern::Kiosk {
        // The window opens and closes; there is nobody to press a button.
        return begin(request, app, &service).await;
    }
    let heading =
        service.page_label.as_deref().or(service.label.as_deref()).unwrap_or("Images that are not open to all");
    let page = Enter {
        assets: app.assets.fingerprint(),
        heading,
        text: service.page_description.as_deref().or(service.description.as_deref()),
        action: &expand(SERVICE, &key),
        button: service.call_to_action.as_deref().unwrap_or("Continue"),
    };
    send(&mut HttpResponse::Ok(), &nonce(app), page.render())
}

async fn enter(request: &HttpRequest, app: &Portico) -> Reply {
    crossing::check(request.headers(), app.api.base())?;
    let (_, service) = service(request, app, SERVICE).await?;
    begin(request, app, &service).await
}

async fn begin(request: &HttpRequest, app: &Portico, service: &Service) -> Reply {
    let known = cookie::of(request, service.customer);
    let ticket = Delivery::new(&app.identities).enter(service, known.as_deref()).await?;
    let mut response = HttpResponse::Ok();
    response.cookie(cookie::new(app, service.customer, ticket));
    done(app, &mut response, "You can see the images now")
}

/// Ends the session; to be asked to by a page of another site is what this address is for.
async fn leave(request: &HttpRequest, app: &Portico) -> Reply {
    let (_, service) = service(request, app, SIGN_OUT).await?;
    if let Some(cookie) = cookie::of(request, service.customer) {
        Delivery::new(&app.identities).leave(&service, &cookie).await?;
    }
    done(app, &mut HttpResponse::Ok(), "You have logged out")
}

fn done(app: &Portico, response: &mut HttpResponseBuilder, heading: &str) -> Reply {
    let nonce = nonce(app);
    let page = Done { assets: app.assets.fingerprint(), heading, nonce: &nonce };
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
