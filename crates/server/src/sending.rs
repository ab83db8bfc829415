//! How a document is sent that was written as JSON-LD, in whichever format was asked for.

use actix_web::http::{StatusCode, header};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder};
use explorer::PageSource;
use hydra::quads::{self, Terms};
use hydra::query::pairs;
use hydra::{Api, ClassDef};
use resource::Error;
use serde_json::{Map, Value as Json};

use crate::failure::{Failure, Reply};
use crate::negotiate::Representation;
use crate::{Portico, page};

/// What is sent, as somebody sees it.
#[derive(Debug, Default)]
pub struct Seen<'a> {
    /// Its entity tag.
    pub tag: String,
    /// The query of the address that it was asked for by.
    pub query: &'a str,
    /// What it was before, where a page fills in its form with that.
    pub back: Option<&'a Map<String, Json>>,
    /// When it was what is sent, where that is not now.
    pub was: Option<&'a str>,
}

/// Sends a document that was written as JSON-LD in the format that was asked for.
pub async fn respond(
    app: &Portico,
    class: &'static ClassDef,
    format: Representation,
    json: Vec<u8>,
    status: StatusCode,
    seen: Seen<'_>,
    more: impl FnOnce(&mut HttpResponseBuilder),
) -> Reply {
    let mut response = HttpResponse::build(status);
    let bytes = convert(app, format, json.into(), |api| Terms::of_class(api, class), &seen).await?;
    head(app, Some(class), format, seen.tag, &mut response);
    more(&mut response);
    Ok(response.content_type(format.content_type()).body(bytes))
}

/// 304 (RFC 9110 §15.4.5). What else a 200 would have had is put on at the edge.
pub fn not_modified(
    app: &Portico,
    class: Option<&'static ClassDef>,
    format: Representation,
    tag: String,
) -> HttpResponseBuilder {
    let mut response = HttpResponse::NotModified();
    head(app, class, format, tag, &mut response);
    response
}

/// What is said of a document whether it is sent or the client has it: its tag, what a page may do in a browser, and what the
/// members mean for those who only know JSON.
pub fn head(
    app: &Portico,
    class: Option<&'static ClassDef>,
    format: Representation,
    tag: String,
    response: &mut HttpResponseBuilder,
) {
    response.insert_header((header::ETAG, tag));
    if format == Representation::Html {
        response.insert_header((header::CONTENT_SECURITY_POLICY, page::POLICY));
        response.extensions_mut().insert(page::IsPage);
    }
    if let (Representation::Json, Some(class)) = (format, class) {
        // RFC 8288, JSON-LD 1.1 §6.1; the edge puts the documentation's link first.
        let context = app.api.class(class.name).context.as_str();
        let link = format!("<{context}>; rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"application/ld+json\"");
        response.insert_header((header::LINK, app.documentation_link.clone()));
        response.append_header((header::LINK, link));
    }
}

/// A document that was written as JSON-LD, in another format.
///
/// # Errors
/// It is none of ours: a fault of this service.
pub async fn convert(
    app: &Portico,
    format: Representation,
    json: Bytes,
    terms: impl FnOnce(&Api) -> Terms,
    seen: &Seen<'_>,
) -> Result<Bytes, Failure> {
    if matches!(format, Representation::JsonLd | Representation::Json) {
        return Ok(json);
    }
    let internal = |text: String| Failure::from(Error::Internal(text));
    let document: Json = serde_json::from_slice(&json).map_err(|error| internal(error.to_string()))?;
    let in_json = |value: Json| serde_json::to_vec(&value).map_err(|error| internal(error.to_string()));
    let bytes = match format {
        Representation::JsonLd | Representation::Json => return Ok(json),
        Representation::Expanded => in_json(app.ld.expand(&document, app.api.base()).map_err(internal)?)?,
        Representation::Flattened => in_json(app.ld.flatten(&document, app.api.base()).map_err(internal)?)?,
        Representation::Turtle => quads::turtle(&quads::triples(&document, &terms(&app.api)), app.api.vocab()),
        Representation::NTriples | Representation::NQuads => {
            quads::n_triples(&quads::triples(&document, &terms(&app.api)))
        }
        Representation::Html => {
            let terms = terms(&app.api);
            let asked = &pairs(seen.query);
            let source = PageSource {
                tag: &seen.tag,
                asked,
                back: seen.back,
                was: seen.was,
                ..page::source(app, &document, &terms)
            };
            explorer::page(source).map_err(internal)?.into_bytes()
        }
    };
    Ok(bytes.into())
}
