//! Logos. This is the one answer that stands in no envelope.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use resource::IfMatch;
use resource::customers::logo::{self as rules, LogoKind};

use super::customer::one;
use crate::exchange::Exchange;
use crate::fault::Fault;
use crate::message::Message;
use crate::reply::Reply;

/// The longest side of each size, in pixels.
const SIZES: &[(&str, u32)] = &[("small", 64), ("medium", 128), ("large", 256), ("xlarge", 512)];

/// GET customer/…/logo
pub async fn get(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let query = exchange.query;
    let side = match query.text("size") {
        None => None,
        Some(size) => Some(side(size)?),
    };
    let or_default = query.flag("includeDefault", true)?;
    let logo = rules::find(&exchange.cx, exchange.record()?.id, side, or_default).await?;
    let tag = format!("\"{}\"", hydra::fingerprint(&logo.bytes));
    let is_known = exchange.is_known(&tag)?;
    let mut response = match is_known {
        true => HttpResponse::NotModified(),
        false => HttpResponse::Ok(),
    };
    response
        .insert_header((header::ETAG, tag.clone()))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::VARY, "Argus-API-Key, Authorization, Origin"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    Ok(Reply::Raw(match is_known {
        true => response.finish(),
        false => response.content_type(logo.kind.media_type()).body(logo.bytes),
    }))
}

fn side(size: &str) -> Result<u32, Fault> {
    let found = SIZES.iter().find(|(name, _)| size.eq_ignore_ascii_case(name));
    found.map(|(_, side)| *side).ok_or_else(|| {
        let names: Vec<_> = SIZES.iter().map(|(name, _)| *name).collect();
        let what = format_args!("must be one of: {}", names.join(", ")).to_string();
        Message::field("validation.error", "size", what).with(size).into()
    })
}

/// PUT customer/…/logo
pub async fn put(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let mut body = exchange.body()?;
    let (image, data) = (body.text("image"), body.text("data"));
    let media_type = body.required("mimeType");
    let kind = media_type.and_then(|text| {
        let kind = LogoKind::of(&text);
        if kind.is_none() {
            body.refuse("mimeType", "must be image/png or image/jpeg", Some(&text.into()));
        }
        kind
    });
    let (name, text) = match (image, data) {
        (Some(image), None) => ("image", image),
        (None, Some(data)) => ("data", data),
        (Some(_), Some(_)) => {
            body.refuse("image", "and data are the same; send one of them", None);
            ("image", String::new())
        }
        (None, None) => {
            body.refuse("image", "is required", None);
            ("image", String::new())
        }
    };
    let bytes = decode(&text).map_err(|what| body.refuse(name, what, None));
    body.finish()?;
    let (Some(kind), Ok(bytes)) = (kind, bytes) else {
        return Err(resource::Error::Internal("a picture passed the check without being there".into()).into());
    };
    let record = rules::put(&exchange.cx, exchange.record()?.id, kind, bytes, &IfMatch::Absent).await?;
    one(exchange, StatusCode::OK, &record).await
}

/// The bytes of a Base64 text, which may be broken into lines.
fn decode(text: &str) -> Result<Vec<u8>, &'static str> {
    if text.trim_start().get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:")) {
        return Err("must be the Base64 part alone: leave out everything up to and with 'base64,'");
    }
    let plain: String = text.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    STANDARD.decode(plain).map_err(|_| "must be Base64")
}
