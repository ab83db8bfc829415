//! What is published: the same for everyone, for as long as the service runs.

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::http::header;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use face::RouteTree;
use hydra::quads::Terms;
use percent_encoding::percent_decode_str;
use resource::Error;
use serde_json::{Value as Json, json};

use crate::conditional::{is_known, is_whole_known, tag_of_text};
use crate::documents::Fixed;
use crate::failure::{Failure, Reply};
use crate::negotiate::{self, Representation};
use crate::place::fixed;
use crate::problem::settle;
use crate::sending::{Seen, convert, head, not_modified};
use crate::{Portico, page};

/// `/vocab`, `/contexts/{name}.jsonld` and what pages load: public, because those who read documents do not send credentials for them.
pub fn routes(tree: &mut RouteTree) {
    tree.add("/vocab", fixed(vocabulary));
    tree.add("/vocab/{name}", fixed(part));
    tree.add("/contexts/{name}.jsonld", fixed(context));
    tree.add("/explorer/{name}", fixed(asset));
    tree.add("/openapi.json", fixed(openapi));
    tree.add("/.well-known/api-catalog", fixed(catalogue));
}

async fn vocabulary(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let reply = async {
        let format = negotiate::format(request.headers())?;
        let document = &app.documents.documentation;
        let tag = tag_of_text(&app, format, &document.hash);
        let is_known = is_known(request.headers(), &tag)?;
        let tag = tag.to_string();
        if is_known {
            return Ok(publish(&mut not_modified(&app, None, format, tag)).finish());
        }
        if format == Representation::Html {
            return page(&app, "", tag).await;
        }
        let make = async |json| convert(&app, format, json, Terms::of_documentation, &Seen::default()).await;
        let made = app.documents.documentation_in(format, make).await?;
        let mut response = HttpResponse::Ok();
        head(&app, None, format, tag, &mut response);
        Ok(send(publish(&mut response).content_type(format.content_type()), &made))
    };
    settle(reply.await, &request, &app)
}

/// A page of the documentation. Programs read the documentation whole.
async fn part(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let reply = async {
        let name = name(&request);
        if negotiate::format(request.headers())? == Representation::Html {
            let tag = tag_of_text(&app, Representation::Html, &app.documents.documentation.hash);
            return page(&app, &name, tag.to_string()).await;
        }
        // What has no page has no documentation.
        page(&app, &name, String::new()).await?;
        let whole = format!("{}/vocab", app.api.base());
        Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, whole)).finish())
    };
    settle(reply.await, &request, &app)
}

/// What a path ends with.
fn name(request: &HttpRequest) -> Cow<'_, str> {
    let last = request.path().rsplit('/').next().unwrap_or_default();
    percent_decode_str(last).decode_utf8_lossy()
}

async fn page(app: &Portico, name: &str, tag: String) -> Result<HttpResponse, Failure> {
    let make = async |json: Bytes| {
        let document: Json = serde_json::from_slice(&json).map_err(|error| Error::Internal(error.to_string()))?;
        let terms = Terms::of_documentation(&app.api);
        explorer::vocabulary_pages(page::source(app, &document, &terms)).map_err(Error::Internal)
    };
    let made = app.documents.documentation_page(name, make).await?.ok_or(Error::NotFound)?;
    let mut response = HttpResponse::Ok();
    head(app, None, Representation::Html, tag, &mut response);
    Ok(send(response.content_type(Representation::Html.content_type()), &made))
}

async fn context(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let reply = async {
        let name = name(&request);
        let document = app.documents.contexts.get(name.trim_end_matches(".jsonld")).ok_or(Error::NotFound)?;
        let tag = tag_of_text(&app, Representation::JsonLd, &document.hash);
        let is_known = is_known(request.headers(), &tag)?;
        let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        publish(&mut response).insert_header((header::ETAG, tag.to_string()));
        if is_known {
            return Ok(response.finish());
        }
        Ok(send(response.content_type("application/ld+json"), document))
    };
    settle(reply.await, &request, &app)
}

/// The media type of OpenAPI descriptions.
const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.1";
/// The media type of catalogues of APIs (RFC 9727).
const CATALOGUE: &str = "application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\"";

/// The description for programs that are generated.
async fn openapi(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let reply = whole(&request, app.documents.openapi(&app.api), OPENAPI);
    settle(reply, &request, &app)
}

/// What describes the service (RFC 9727).
async fn catalogue(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let base = app.api.base();
    let catalogue = json!({"linkset": [{
        "anchor": format!("{base}/"),
        "service-desc": [
            {"href": format!("{base}/openapi.json"), "type": OPENAPI},
            {"href": format!("{base}/vocab"), "type": "application/ld+json"},
        ],
        "service-doc": [{"href": format!("{base}/vocab"), "type": "text/html"}],
        "status": [{"href": format!("{base}/health/ready"), "type": "application/json"}],
    }]});
    let reply = whole(&request, &Fixed::new(catalogue.to_string().into()), CATALOGUE);
    settle(reply, &request, &app)
}

/// A document that has one representation.
fn whole(request: &HttpRequest, document: &Arc<Fixed>, content_type: &'static str) -> Reply {
    let tag = format!("\"{}\"", document.hash);
    if is_whole_known(request.headers(), &tag)? {
        return Ok(publish(&mut HttpResponse::NotModified()).insert_header((header::ETAG, tag)).finish());
    }
    let mut response = HttpResponse::Ok();
    publish(&mut response).insert_header((header::ETAG, tag));
    Ok(send(response.content_type(content_type), document))
}

async fn asset(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    settle(asset_of(&request, &app), &request, &app)
}

fn asset_of(request: &HttpRequest, app: &Portico) -> Reply {
    let (content_type, file) = app.documents.assets.get(&*name(request)).ok_or(Error::NotFound)?;
    let tag = format!("\"{}\"", file.hash);
    if is_whole_known(request.headers(), &tag)? {
        return Ok(publish(&mut HttpResponse::NotModified()).insert_header((header::ETAG, tag)).finish());
    }
    let mut response = HttpResponse::Ok();
    response.insert_header((header::ETAG, tag));
    publish(&mut response);
    if request.query_string() == app.assets.fingerprint() {
        // At this address there will never be anything else.
        response.insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"));
    }
    Ok(send(response.content_type(*content_type), file))
}

/// Sends what is in memory, and says that it is, so that it is compressed once.
fn send(response: &mut HttpResponseBuilder, fixed: &Arc<Fixed>) -> HttpResponse {
    response.extensions_mut().insert(Arc::clone(fixed));
    response.body(fixed.bytes.clone())
}

/// The same for everyone, and worth keeping for an hour.
pub(crate) fn publish(response: &mut HttpResponseBuilder) -> &mut HttpResponseBuilder {
    response.insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
}
