//! Where it is told what resources were (RFC 7089 §2.1): said by each that is logged, and by what is gone.

use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};
use hydra::ClassDef;

use crate::Portico;

/// What the addresses of TimeGates begin with.
pub const TIMEGATE: &str = "/timegate/";
/// What the addresses of TimeMaps begin with.
pub const TIMEMAP: &str = "/timemap/";
/// The media type of TimeMaps (RFC 6690).
pub const LINK_FORMAT: &str = "application/link-format";

/// Says where it is told what a resource was, where that is known: also of one that is gone.
pub fn introduce(class: &ClassDef, request: &HttpRequest, app: &Portico, mut response: HttpResponse) -> HttpResponse {
    let tells = matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED | StatusCode::NOT_FOUND);
    if !class.logged || !tells || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return response;
    }
    let path = request.uri().path();
    let (gate, map) = (place(app, TIMEGATE, path), place(app, TIMEMAP, path));
    let links = format!("<{gate}>; rel=\"timegate\", <{map}>; rel=\"timemap\"; type=\"{LINK_FORMAT}\"");
    let headers = response.headers_mut();
    if !headers.contains_key(header::LINK) {
        // The edge puts it where there is no other.
        headers.insert(header::LINK, app.documentation_link.clone());
    }
    if let Ok(links) = HeaderValue::from_str(&links) {
        headers.append(header::LINK, links);
    }
    response
}

/// The address of what is told of the resource at a path.
pub fn place(app: &Portico, root: &str, path: &str) -> String {
    format!("{}{root}{}", app.api.base(), path.trim_start_matches('/'))
}
