//! What the answers of delivery have in common: how long they may be kept, and by whom.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};

use super::access::Audience;
use crate::conditional::is_whole_known;
use crate::edge::AsItIs;
use crate::failure::Failure;

/// Seconds that anybody may keep an open image for: that long an image that is closed, or replaced, may still be seen.
const IMAGE: u32 = 3600;
/// The same for information, which is small.
const INFO: u32 = 300;

/// What is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivered {
    /// An image; its address says all about its form.
    Image,
    /// Information, in one of two media types.
    Info,
}

/// Says who may keep an answer.
pub fn keep(response: &mut HttpResponseBuilder, kind: Delivered, audience: Audience) {
    let (age, varies) = match kind {
        Delivered::Image => (IMAGE, None),
        Delivered::Info => (INFO, Some("Accept, Accept-Encoding")),
    };
    if audience == Audience::Everybody {
        response.insert_header((header::CACHE_CONTROL, format!("public, max-age={age}")));
    } else {
        // A browser may keep it, and asks each time whether it may still show it.
        response.insert_header((header::CACHE_CONTROL, "private, no-cache"));
        response.append_header((header::VARY, "Authorization, Cookie"));
    }
    if let Some(varies) = varies {
        response.append_header((header::VARY, varies));
    }
    response.extensions_mut().insert(AsItIs);
}

/// 304, where the client has it already.
///
/// # Errors
/// 412 where the client asks for another.
pub fn known(
    request: &HttpRequest,
    tag: &str,
    kind: Delivered,
    audience: Audience,
) -> Result<Option<HttpResponse>, Failure> {
    Ok(is_whole_known(request.headers(), tag)?.then(|| {
        let mut response = HttpResponse::NotModified();
        keep(&mut response, kind, audience);
        response.insert_header((header::ETAG, tag.to_owned())).finish()
    }))
}
