//! `{base}/info.json`, and the base address itself, which leads there.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use iiif::info::{CONTEXT, ImageInfo, MEDIA_TYPE};
use resource::Error;
use resource::images::{Deliverable, Delivery, Openness};

use super::access::{Audience, View, view};
use super::address::Aspect;
use super::answer::{Delivered, keep, known};
use super::offer::Offer;
use super::services;
use crate::failure::{Failure, Reply};
use crate::problem::{BEARER, settle};
use crate::{Portico, crossing, negotiate};

/// Leads from the base address to the information (Image API 3.0, §2). Whether there is an image is said there.
pub fn lead(request: &HttpRequest, app: &Portico, face: Aspect) -> HttpResponse {
    let reply = face.key(request).map_err(Failure::from).map(|key| {
        let location = format!("{}/info.json", face.iri(app, &key));
        HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()
    });
    settle(reply, request, app)
}

/// Sends the information.
pub async fn info(request: &HttpRequest, app: &Portico, face: Aspect) -> HttpResponse {
    settle(inform(request, app, face).await, request, app)
}

async fn inform(request: &HttpRequest, app: &Portico, face: Aspect) -> Reply {
    let key = face.key(request)?;
    let image = Delivery::new(&app.identities).find(&key).await?;
    let mut view = match face {
        Aspect::Open => View::of_everybody(&image),
        // A page of another site cannot read what its reader's cookie brings, so there the token counts alone.
        _ => view(app, request, &key, &image, !crossing::is_foreign(request.headers(), app.api.origin())).await?,
    };
    if (face, view.open) == (Aspect::Open, Openness::Closed) {
        return Err(Error::NotFound.into());
    }
    if let (Aspect::Whole, Openness::UpTo(_)) = (face, view.open) {
        // What anybody may see has an address of its own (Authentication API 1.0, §3.2).
        let location = format!("{}/info.json", Aspect::Open.iri(app, &key));
        let mut response = HttpResponse::Found();
        keep(&mut response, Delivered::Info, view.audience);
        return Ok(response.insert_header((header::LOCATION, location)).finish());
    }
    if face == Aspect::Thumbnails && view.offer(&image).thumbnails().is_empty() {
        view.open = Openness::Closed;
    }
    let info = about(&face.iri(app, &key), face, view.offer(&image)).ok_or(Error::NotFound)?;
    let info = if image.gray { info.gray() } else { info };
    send(request, with_services(app, &image, info).await?, view)
}

/// What there is of an image in a view; where that is nothing, what there would be for those who sign in.
fn about(iri: &str, face: Aspect, offer: Offer<'_>) -> Option<ImageInfo> {
    let offer = if offer.open == Openness::Closed { offer.whole() } else { offer };
    match face {
        Aspect::Thumbnails => ImageInfo::of_sizes(iri, &offer.thumbnails()),
        Aspect::Whole | Aspect::Open => {
            Some(ImageInfo::new(iri, offer.width, offer.height, &offer.limits()?, offer.edges))
        }
    }
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

fn send(request: &HttpRequest, info: ImageInfo, View { open, audience }: View) -> Reply {
    let body = serde_json::to_vec(&info).map_err(|error| Error::Internal(error.to_string()))?;
    let plain = negotiate::prefers_json(request.headers());
    let content_type = if plain { "application/json" } else { MEDIA_TYPE };
    let mut response = HttpResponse::build(match open {
        Openness::Closed => StatusCode::UNAUTHORIZED,
        Openness::Whole | Openness::UpTo(_) => StatusCode::OK,
    });
    if open == Openness::Closed {
        // Whoever has signed in meanwhile asks again.
        keep(&mut response, Delivered::Info, Audience::Somebody);
        response.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::WWW_AUTHENTICATE, BEARER));
    } else {
        let tag = format!("\"{}-{}\"", hydra::fingerprint(&body), if plain { "j" } else { "l" });
        if let Some(known) = known(request, &tag, Delivered::Info, audience)? {
            return Ok(known);
        }
        keep(&mut response, Delivered::Info, audience);
        response.insert_header((header::ETAG, tag));
    }
    let mut link = format!("<{}>;rel=\"profile\"", info.level());
    if plain {
        // JSON-LD 1.1, §6.1
        link += &format!(",<{CONTEXT}>;rel=\"http://www.w3.org/ns/json-ld#context\";type=\"application/ld+json\"");
    }
    // Its own documentation is IIIF's.
    Ok(response.insert_header((header::LINK, link)).content_type(content_type).body(body))
}
