//! Forms of pages as they come: their fields, in the encodings that browsers have, and perhaps a file.

use std::convert::Infallible;

use actix_web::http::{StatusCode, header};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, web};
use explorer::Form;
use futures_util::stream;
use percent_encoding::percent_decode_str;

use crate::failure::Failure;
use crate::{Portico, body, crossing, exchange};

/// The media type of forms that have a file.
pub const MULTIPART: &str = "multipart/form-data";
/// How many fields a form may have.
const MOST: usize = 1000;
/// What somebody is told who has been signed out while they were typing.
const ENDED: &str = "You are not signed in, or not any more. Sign in in another window, and load this page again: what you have typed is \
                     sent again then.";
/// What the field of the file is called.
const FILE: &str = "_file";

/// The form that a request has, if whoever sent it has signed in.
///
/// # Errors
/// It comes from elsewhere or from nobody, or it cannot be read.
pub async fn read(request: &HttpRequest, app: &Portico, payload: web::Payload) -> Result<Form, Failure> {
    crossing::check_own(request.headers(), app.api.origin(), "send application/ld+json")?;
    if let Err(error) = exchange::actor(app, request, false).await {
        let failure = Failure::from(error);
        return Err(match failure.status {
            StatusCode::UNAUTHORIZED => Failure { detail: ENDED.into(), ..failure },
            _ => failure,
        });
    }
    let broken = || Failure::bad_request("The body is not a form in UTF-8.");
    let bytes = body::read(request, app, payload).await?;
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let form = match content_type.and_then(|text| multer::parse_boundary(text).ok()) {
        Some(boundary) => {
            let (fields, file) = parts(bytes, boundary).await.ok_or_else(broken)?;
            if fields.len() > MOST {
                return Err(too_many());
            }
            Form::new(fields, file)
        }
        None if bytes.iter().filter(|byte| **byte == b'&').count() >= MOST => return Err(too_many()),
        None => Form::new(pairs(&bytes).ok_or_else(broken)?, None),
    };
    let incomplete = "The form does not say what it is for, or about which state: _method or _tag is missing.";
    form.ok_or_else(|| Failure::bad_request(incomplete))
}

fn too_many() -> Failure {
    Failure::bad_request(format!("A form has at most {MOST} fields."))
}

/// The names and values of a form.
type Fields = Vec<(String, String)>;
/// A file, and its media type.
type File = (String, Bytes);

/// The fields of a form in an address' own encoding (URL Standard, §5.1); none where they are not in UTF-8.
fn pairs(bytes: &[u8]) -> Option<Fields> {
    let decoded = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_decode_str(&spaced).decode_utf8().ok().map(String::from)
    };
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some((decoded(name)?, decoded(value)?))
    };
    std::str::from_utf8(bytes).ok()?.split('&').filter(|pair| !pair.is_empty()).map(pair).collect()
}

/// A form in parts (RFC 7578).
async fn parts(bytes: Bytes, boundary: String) -> Option<(Fields, Option<File>)> {
    let mut parts = multer::Multipart::new(stream::iter([Ok::<_, Infallible>(bytes)]), boundary);
    let (mut fields, mut file) = (Vec::new(), None);
    while let Some(part) = parts.next_field().await.ok()? {
        let (name, kind) = (part.name().unwrap_or_default().to_owned(), part.content_type().map(ToString::to_string));
        let value = part.bytes().await.ok()?;
        if name == FILE {
            file = Some((kind.unwrap_or_default(), value));
        } else {
            fields.push((name, String::from_utf8(value.into()).ok()?));
        }
    }
    Some((fields, file))
}
