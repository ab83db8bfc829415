//! `{base}/{region}/{size}/{rotation}/{quality}.{format}`

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use iiif::render::EDITION;
use iiif::request::{Format, ImageRequest, Quality, RequestError, Rotation, Turn};
use iiif::{Plan, fit, info};
use resource::{Deliverable, Delivery, Error, Openness};

use super::LIMITS;
use super::access::{self, Audience, View, closed};
use super::address::Face;
use super::answer::{Kind, keep, known};
use crate::Portico;
use crate::failure::{Failure, Reply, settle};

/// Sends a derivative.
pub async fn image(request: &HttpRequest, app: &Portico, face: Face) -> HttpResponse {
    settle(deliver(request, app, face).await, request, app)
}

async fn deliver(request: &HttpRequest, app: &Portico, face: Face) -> Reply {
    let (key, words) = face.derivative(request)?;
    let asked = ImageRequest::parse(&words.region, &words.size, &words.rotation, &words.output)
        .map_err(|error| refusal(&error))?;
    let image = Delivery::new(&app.identities).find(&key).await?;
    let (plan, audience) = match (face, image.open) {
        (Face::Open, Openness::Closed) => return Err(closed("Nothing of this image is open to everybody.")),
        (Face::Open, Openness::UpTo(edge)) => (plan(&asked, &image, Some(edge))?, Audience::Everybody),
        (_, Openness::Whole) => (plan(&asked, &image, None)?, Audience::Everybody),
        (_, open) => {
            let plan = plan(&asked, &image, None)?;
            match open {
                Openness::UpTo(edge) if is_open(&asked, &plan, &image, edge) => (plan, Audience::Everybody),
                _ => match access::view(app, request, &key, &image, true).await? {
                    View::Whole(audience) => (plan, audience),
                    View::Open(edge) => {
                        return Err(closed(format!(
                            "Only up to {edge} pixels of this image are open to everybody; its information says how to see more."
                        )));
                    }
                    View::Nothing => {
                        return Err(closed("This image is not open to everybody; its information says how to see it."));
                    }
                },
            }
        }
    };
    let canonical = plan.canonical();
    let tag =
        format!("\"{}\"", hydra::fingerprint(format!("{}/{EDITION}/{canonical}", image.files.version).as_bytes()));
    if let Some(known) = known(request, &tag, Kind::Image, audience) {
        return Ok(known);
    }
    let bytes = bytes(app, &image, &plan).await?;
    let link = format!("<{}/{canonical}>;rel=\"canonical\",<{}>;rel=\"profile\"", face.iri(app, &key), info::LEVEL_2);
    let mut response = HttpResponse::Ok();
    keep(&mut response, Kind::Image, audience);
    response.insert_header((header::ETAG, tag)).insert_header((header::LINK, link));
    Ok(response.content_type(plan.format.media_type()).body(bytes))
}

fn plan(asked: &ImageRequest, image: &Deliverable, open_edge: Option<u32>) -> Result<Plan, Failure> {
    let limits = open_edge.map_or(LIMITS, |edge| LIMITS.open_up_to(edge));
    asked.resolve(image.width, image.height, &limits).map_err(|error| refusal(&error))
}

/// Whether everybody may see what was asked for: it is the same where only that is shown.
fn is_open(asked: &ImageRequest, plan: &Plan, image: &Deliverable, edge: u32) -> bool {
    let open = asked.resolve(image.width, image.height, &LIMITS.open_up_to(edge));
    open.is_ok_and(|open| (open.region, open.width, open.height) == (plan.region, plan.width, plan.height))
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
    let detail = format!("{text}.");
    match error {
        RequestError::NotOpen { .. } => closed(detail),
        error if error.unsupported() => Failure::new(StatusCode::NOT_IMPLEMENTED, detail),
        _ => Failure::bad_request(detail),
    }
}
