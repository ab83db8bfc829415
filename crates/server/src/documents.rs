//! Documents that never change while the service runs, written once at the start; and how any document is sent.

use std::collections::HashMap;

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use face::Places;
use hydra::quads::{self, Terms};
use hydra::view::documentation::documentation;
use hydra::{Api, ClassDef, fingerprint};
use resource::Error;
use serde_json::Value as Json;

use crate::conditional::{is_known, tag_of_text};
use crate::failure::{Failure, Reply, settle};
use crate::negotiate::{self, Format};
use crate::{Portico, asked, explorer};

/// A document in memory, with the hash that is its entity tag.
#[derive(Debug)]
struct Fixed {
    bytes: Bytes,
    hash: String,
}

impl Fixed {
    fn new(json: &Json) -> Self {
        let bytes = Bytes::from(serde_json::to_vec(json).expect("a JSON value is JSON"));
        Self { hash: fingerprint(&bytes), bytes }
    }
}

/// The ApiDocumentation and the contexts.
#[derive(Debug)]
pub struct Documents {
    documentation: Fixed,
    contexts: HashMap<String, Fixed>,
}

impl Documents {
    /// Writes them all.
    pub fn new(api: &Api) -> Self {
        Self {
            documentation: Fixed::new(&documentation(api)),
            contexts: api.contexts().iter().map(|(name, json)| (name.clone(), Fixed::new(json))).collect(),
        }
    }

    /// Tells one shape of documents from another: what the tables say, and how this release writes it.
    pub fn fingerprint(&self) -> String {
        let mut all: Vec<_> = self.contexts.values().map(|context| context.hash.as_str()).collect();
        all.extend([self.documentation.hash.as_str(), env!("CARGO_PKG_VERSION")]);
        all.sort_unstable();
        fingerprint(all.concat().as_bytes())[..8].to_owned()
    }
}

/// `/vocab` and `/contexts/{name}.jsonld`: public, because those who read documents do not send credentials for them.
pub fn routes(places: &mut Places) {
    places.add("/vocab", |path| fixed(web::resource(path), vocabulary));
    places.add("/contexts/{name}.jsonld", |path| fixed(web::resource(path), context));
}

/// GET, HEAD and OPTIONS of something that is only read.
pub(crate) fn fixed<F, A>(mount: actix_web::Resource, handler: F) -> actix_web::Resource
where
    F: actix_web::Handler<A, Output = HttpResponse>,
    A: actix_web::FromRequest + 'static,
{
    const ALLOW: &str = "GET, HEAD, OPTIONS";
    mount
        .route(
            web::route().guard(actix_web::guard::Any(actix_web::guard::Get()).or(actix_web::guard::Head())).to(handler),
        )
        .route(
            web::method(actix_web::http::Method::OPTIONS)
                .to(async || HttpResponse::NoContent().insert_header((header::ALLOW, ALLOW)).finish()),
        )
        .default_service(web::route().to(async |request: HttpRequest, app: Data<Portico>| {
            let detail = format!("{} is not a method of this document; it has: {ALLOW}.", request.method());
            Failure::new(StatusCode::METHOD_NOT_ALLOWED, detail)
                .with(header::ALLOW, ALLOW)
                .respond(&asked::path(&request), &app)
        }))
}

async fn vocabulary(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let reply = async {
        let format = negotiate::format(request.headers())?;
        let document = &app.documents.documentation;
        let tag = tag_of_text(&app, format, &document.hash);
        let is_known = is_known(request.headers(), &tag)?;
        let tag = tag.to_string();
        if is_known {
            return Ok(publish(&mut not_modified(format, tag)).finish());
        }
        let bytes = convert(&app, format, document.bytes.clone(), Terms::of_documentation, &tag).await?;
        let mut response = HttpResponse::Ok();
        response.insert_header((header::ETAG, tag));
        guard(format, &mut response);
        Ok(publish(&mut response).content_type(format.content_type()).body(bytes))
    };
    settle(reply.await, &request, &app)
}

async fn context(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let reply = async {
        let name = request.match_info().get("name").unwrap_or_default();
        let document = app.documents.contexts.get(name).ok_or(Error::NotFound)?;
        let tag = tag_of_text(&app, Format::JsonLd, &document.hash);
        let is_known = is_known(request.headers(), &tag)?;
        let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        publish(&mut response).insert_header((header::ETAG, tag.to_string()));
        if is_known {
            return Ok(response.finish());
        }
        Ok(response.content_type("application/ld+json").body(document.bytes.clone()))
    };
    settle(reply.await, &request, &app)
}

/// The same for everyone, and worth keeping for an hour.
pub(crate) fn publish(response: &mut HttpResponseBuilder) -> &mut HttpResponseBuilder {
    response.insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
}

/// Sends a document that was written as JSON-LD in the format that was asked for.
pub async fn respond(
    app: &Portico,
    class: &'static ClassDef,
    format: Format,
    json: Vec<u8>,
    status: StatusCode,
    tag: String,
    more: impl FnOnce(&mut HttpResponseBuilder),
) -> Reply {
    let mut response = HttpResponse::build(status);
    let bytes = convert(app, format, json.into(), |api| Terms::of_class(api, class), &tag).await?;
    response.insert_header((header::ETAG, tag));
    guard(format, &mut response);
    if format == Format::Json {
        // RFC 8288, JSON-LD 1.1 §6.1; the edge puts the documentation's link first.
        let context = app.api.class(class.name).context.as_str();
        let link = format!("<{context}>; rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"application/ld+json\"");
        response.insert_header((header::LINK, app.documentation_link.clone()));
        response.append_header((header::LINK, link));
    }
    more(&mut response);
    Ok(response.content_type(format.content_type()).body(bytes))
}

/// 304 (RFC 9110 §15.4.5). What else a 200 would have had is put on at the edge.
pub fn not_modified(format: Format, tag: String) -> HttpResponseBuilder {
    let mut response = HttpResponse::NotModified();
    response.insert_header((header::ETAG, tag));
    guard(format, &mut response);
    response
}

/// What a page may do in a browser.
fn guard(format: Format, response: &mut HttpResponseBuilder) {
    if format == Format::Html {
        response.insert_header((header::CONTENT_SECURITY_POLICY, explorer::POLICY));
    }
}

async fn convert(
    app: &Portico,
    format: Format,
    json: Bytes,
    terms: impl FnOnce(&Api) -> Terms,
    tag: &str,
) -> Result<Bytes, Failure> {
    if matches!(format, Format::JsonLd | Format::Json) {
        return Ok(json);
    }
    let internal = |text: String| Failure::from(Error::Internal(text));
    let document: Json = serde_json::from_slice(&json).map_err(|error| internal(error.to_string()))?;
    let in_json = |value: Json| serde_json::to_vec(&value).map_err(|error| internal(error.to_string()));
    let bytes = match format {
        Format::JsonLd | Format::Json => return Ok(json),
        Format::Expanded => in_json(app.ld.expand(&document, app.api.base()).map_err(internal)?)?,
        Format::Flattened => in_json(app.ld.flatten(&document, app.api.base()).map_err(internal)?)?,
        Format::Turtle => quads::turtle(&quads::triples(&document, &terms(&app.api)), app.api.vocab()),
        Format::NTriples | Format::NQuads => quads::n_triples(&quads::triples(&document, &terms(&app.api))),
        Format::Html => {
            let (api, assets, terms) = (&app.api, &app.assets, &terms(&app.api));
            let source = explorer::Source { api, assets, document: &document, terms, tag };
            explorer::page(source).map_err(internal)?.into_bytes()
        }
    };
    Ok(bytes.into())
}
