//! `{base}/info.json`, and the base address itself, which leads there.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use iiif::info::{CONTEXT, ImageInfo, LEVEL_0, LEVEL_2, MEDIA_TYPE};
use resource::{Deliverable, Delivery, Error, Openness};
use vocab::ImageKey;

use super::access::{Audience, View, view};
use super::address::Face;
use super::answer::{Kind, keep, known};
use super::{LIMITS, services, thumbs};
use crate::failure::{BEARER, Failure, Reply, settle};
use crate::{Portico, crossing, negotiate};

/// Leads from the base address to the information (Image API 3.0, §2). Whether there is an image is said there.
pub fn lead(request: &HttpRequest, app: &Portico, face: Face) -> HttpResponse {
    let reply = face.key(request).map_err(Failure::from).map(|key| {
        let location = format!("{}/info.json", face.iri(app, &key));
        HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()
    });
    settle(reply, request, app)
}

/// Sends the information.
pub async fn info(request: &HttpRequest, app: &Portico, face: Face) -> HttpResponse {
    settle(inform(request, app, face).await, request, app)
}

async fn inform(request: &HttpRequest, app: &Portico, face: Face) -> Reply {
    let key = face.key(request)?;
    let image = Delivery::new(&app.identities).find(&key).await?;
    let view = match (face, image.open) {
        (Face::Open, Openness::UpTo(edge)) => View::Open(edge),
        (Face::Open, Openness::Closed) => View::Nothing,
        // A page of another site cannot read what its reader's cookie brings, so there the token counts alone.
        _ => view(app, request, &key, &image, !crossing::is_foreign(request.headers(), app.api.base())).await?,
    };
    if let (Face::Whole, View::Open(_)) = (face, view) {
        // What anybody may see has an address of its own (Authentication API 1.0, §2.4).
        let location = format!("{}/info.json", Face::Open.iri(app, &key));
        let mut response = HttpResponse::Found();
        keep(&mut response, Kind::Info, Audience::Somebody);
        return Ok(response.insert_header((header::LOCATION, location)).finish());
    }
    let info = match face {
        Face::Thumbnails => ImageInfo::of_sizes(face.iri(app, &key), &thumbs::sizes(&image, view)),
        Face::Whole | Face::Open => about(app, face, &key, &image, view),
    };
    let audience = match (face, view) {
        (_, View::Whole(audience)) => audience,
        (Face::Open, _) => Audience::Everybody,
        _ => Audience::Somebody,
    };
    send(request, face, with_services(app, &image, info).await?, view, audience)
}

fn about(app: &Portico, face: Face, key: &ImageKey, image: &Deliverable, view: View) -> ImageInfo {
    let limits = match view {
        View::Open(edge) => LIMITS.open_up_to(edge),
        View::Whole(_) | View::Nothing => LIMITS,
    };
    ImageInfo::new(face.iri(app, key), image.width, image.height, &limits, &image.edges)
}

/// Who may see all of it is told by which services it was, too, so that viewers can offer to sign out.
async fn with_services(app: &Portico, image: &Deliverable, mut info: ImageInfo) -> Result<ImageInfo, Error> {
    if image.open != Openness::Whole {
        for service in Delivery::new(&app.identities).services(image).await? {
            info = info.service(services::stated(app, &service));
        }
    }
    Ok(info)
}

fn send(request: &HttpRequest, face: Face, info: ImageInfo, view: View, audience: Audience) -> Reply {
    let body = serde_json::to_vec(&info).map_err(|error| Error::Internal(error.to_string()))?;
    let plain = negotiate::prefers_json(request.headers());
    let content_type = if plain { "application/json" } else { MEDIA_TYPE };
    let level = if face == Face::Thumbnails { LEVEL_0 } else { LEVEL_2 };
    let mut response = HttpResponse::build(match view {
        View::Nothing => StatusCode::UNAUTHORIZED,
        View::Whole(_) | View::Open(_) => StatusCode::OK,
    });
    if view == View::Nothing {
        // Whoever has signed in meanwhile asks again.
        keep(&mut response, Kind::Info, Audience::Somebody);
        response.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::WWW_AUTHENTICATE, BEARER));
    } else {
        let tag = format!("\"{}-{}\"", hydra::fingerprint(&body), if plain { "j" } else { "l" });
        if let Some(known) = known(request, &tag, Kind::Info, audience) {
            return Ok(known);
        }
        keep(&mut response, Kind::Info, audience);
        response.insert_header((header::ETAG, tag));
    }
    let mut link = format!("<{level}>;rel=\"profile\"");
    if plain {
        // JSON-LD 1.1, §6.1
        link += &format!(",<{CONTEXT}>;rel=\"http://www.w3.org/ns/json-ld#context\";type=\"application/ld+json\"");
    }
    // Its own documentation is IIIF's.
    Ok(response.insert_header((header::LINK, link)).content_type(content_type).body(body))
}
