//! `{base}/{region}/{size}/{rotation}/{quality}.{format}`

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use iiif::render::EDITION;
use iiif::request::{Format, ImageRequest, Quality, RequestError, Rotation, Turn};
use iiif::{Plan, fit};
use resource::Error;
use resource::images::{Deliverable, Delivery, Openness};

use super::access::{self, Audience, View, closed_beyond};
use super::address::Aspect;
use super::answer::{Delivered, keep, known};
use super::offer::Offer;
use crate::Portico;
use crate::failure::{Failure, Reply};
use crate::problem::settle;

/// Sends a derivative.
pub async fn image(request: &HttpRequest, app: &Portico, face: Aspect) -> HttpResponse {
    settle(deliver(request, app, face).await, request, app)
}

async fn deliver(request: &HttpRequest, app: &Portico, face: Aspect) -> Reply {
    let (key, words) = face.derivative(request)?;
    let asked = ImageRequest::parse(&words.region, &words.size, &words.rotation, &words.output)
        .map_err(|error| refusal(&error))?;
    let image = Delivery::new(&app.identities).find(&key).await?;
    let everybody = View::of_everybody(&image).offer(&image);
    let (plan, level, audience) = if face == Aspect::Open {
        // Nobody can sign in at this address, so it is a service of its own, whose limits are limits like others.
        (plan(&asked, everybody)?, everybody.level(), Audience::Everybody)
    } else {
        let plan = plan(&asked, everybody.whole())?;
        if is_open(&asked, &plan, everybody) {
            (plan, everybody.level(), Audience::Everybody)
        } else {
            let view = access::view(app, request, &key, &image, true).await?;
            if view.open != Openness::Whole {
                return Err(closed_beyond(view.open));
            }
            (plan, everybody.whole().level(), view.audience)
        }
    };
    let canonical = plan.canonical();
    let made = format!("{}/{EDITION}/{}", image.files.version, plan.recipe());
    let tag = format!("\"{}\"", hydra::fingerprint(made.as_bytes()));
    if let Some(known) = known(request, &tag, Delivered::Image, audience)? {
        return Ok(known);
    }
    let bytes = bytes(app, &image, &plan).await?;
    let link = format!("<{}/{canonical}>;rel=\"canonical\",<{level}>;rel=\"profile\"", face.iri(app, &key));
    let mut response = HttpResponse::Ok();
    keep(&mut response, Delivered::Image, audience);
    response.insert_header((header::ETAG, tag)).insert_header((header::LINK, link));
    Ok(response.content_type(plan.format.media_type()).body(bytes))
}

/// What is to be made of an image, as far as it is there.
fn plan(asked: &ImageRequest, offer: Offer<'_>) -> Result<Plan, Failure> {
    let limits = offer.limits().ok_or(Error::NotFound)?;
    asked.resolve(offer.width, offer.height, &limits).map_err(|error| refusal(&error))
}

/// Whether everybody may see what was asked for: it is the same where only that is shown.
fn is_open(asked: &ImageRequest, wanted: &Plan, everybody: Offer<'_>) -> bool {
    everybody.open == Openness::Whole || plan(asked, everybody).is_ok_and(|open| open.recipe() == wanted.recipe())
}

/// The file that is there, where it is what was asked for; otherwise what is made of the original.
async fn bytes(app: &Portico, image: &Deliverable, plan: &Plan) -> Result<Bytes, Error> {
    let untouched = plan.region.is_all_of(image.width, image.height)
        && plan.rotation == Rotation { mirror: false, turn: Turn::None }
        && plan.quality == Quality::Default
        && plan.format == Format::Jpg;
    let size = (plan.width, plan.height);
    if untouched
        && image.edges.iter().any(|edge| fit(image.width, image.height, *edge) == size)
        && let Some(bytes) = app.darkroom.thumbnail(&image.files, size.0.max(size.1)).await?
    {
        return Ok(bytes);
    }
    app.darkroom.derivative(&image.files, plan).await
}

/// What is said to a request that has no image.
pub fn refusal(error: &RequestError) -> Failure {
    let mut text = error.to_string();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Failure::bad_request(format!("{text}."))
}
