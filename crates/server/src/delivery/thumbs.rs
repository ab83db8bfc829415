//! Thumbnails: what was made when the image came in, and nothing else.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use iiif::info::LEVEL_0;
use iiif::request::{Format, ImageRequest, Quality, Region, Rotation, SizeForm, Turn};
use resource::Error;
use resource::images::{Delivery, Openness};

use super::access::{self, closed_beyond};
use super::address::Aspect;
use super::answer::{Delivered, keep, known};
use super::image::refusal;
use crate::Portico;
use crate::failure::{Failure, Reply};
use crate::problem::settle;

/// Sends a thumbnail.
pub async fn thumb(request: &HttpRequest, app: &Portico) -> HttpResponse {
    settle(deliver(request, app).await, request, app)
}

async fn deliver(request: &HttpRequest, app: &Portico) -> Reply {
    let (key, words) = Aspect::Thumbnails.derivative(request)?;
    let asked = ImageRequest::parse(&words.region, &words.size, &words.rotation, &words.output)
        .map_err(|error| refusal(&error))?;
    let image = Delivery::new(&app.identities).find(&key).await?;
    let view = access::view(app, request, &key, &image, true).await?;
    let offer = view.offer(&image);
    let (width, height) = match choose(&asked, &offer.thumbnails())? {
        Some(size) => size,
        None if view.open == Openness::Closed || choose(&asked, &offer.whole().thumbnails())?.is_some() => {
            return Err(closed_beyond(view.open));
        }
        None => return Err(Error::NotFound.into()),
    };
    let audience = view.audience;
    let tag = format!("\"{}-{width}x{height}\"", image.files.version.as_simple());
    if let Some(known) = known(request, &tag, Delivered::Image, audience)? {
        return Ok(known);
    }
    let bytes = app.darkroom.thumbnail(&image.files, width.max(height)).await?.ok_or(Error::NotFound)?;
    let mut response = HttpResponse::Ok();
    keep(&mut response, Delivered::Image, audience);
    let link = format!("<{LEVEL_0}>;rel=\"profile\"");
    response.insert_header((header::ETAG, tag)).insert_header((header::LINK, link));
    Ok(response.content_type(Format::Jpg.media_type()).body(bytes))
}

/// The largest of the sizes that is what was asked for.
fn choose(asked: &ImageRequest, sizes: &[(u32, u32)]) -> Result<Option<(u32, u32)>, Failure> {
    let plain = asked.region == Region::Full
        && asked.rotation == Rotation { mirror: false, turn: Turn::None }
        && asked.quality == Quality::Default
        && asked.format == Format::Jpg
        && !asked.size.enlarge;
    let fits = |(width, height): &&(u32, u32)| match asked.size.form {
        SizeForm::Max => true,
        SizeForm::Exact(w, h) => (*width, *height) == (w, h),
        SizeForm::Within(w, h) => *width <= w && *height <= h,
        _ => false,
    };
    let known = matches!(asked.size.form, SizeForm::Max | SizeForm::Exact(..) | SizeForm::Within(..));
    if !plain || !known {
        return Err(Failure::bad_request(
            "A thumbnail is full/max/0/default.jpg, full/w,h/0/default.jpg or full/!w,h/0/default.jpg.",
        ));
    }
    Ok(sizes.iter().rev().find(fits).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_size_that_fits_is_chosen_and_nothing_is_made() {
        const SIZES: &[(u32, u32)] = &[(100, 67), (200, 133), (400, 267)];
        for (path, size) in [
            ("full/max/0/default.jpg", Some((400, 267))),
            ("full/!400,400/0/default.jpg", Some((400, 267))),
            ("full/!1000,1000/0/default.jpg", Some((400, 267))),
            ("full/!399,399/0/default.jpg", Some((200, 133))),
            ("full/!400,70/0/default.jpg", Some((100, 67))),
            ("full/200,133/0/default.jpg", Some((200, 133))),
            ("full/!50,50/0/default.jpg", None),
            ("full/200,134/0/default.jpg", None),
            ("full/200,/0/default.jpg", None),
            ("full/^max/0/default.jpg", None),
            ("square/max/0/default.jpg", None),
            ("full/max/90/default.jpg", None),
            ("full/max/0/gray.jpg", None),
            ("full/max/0/default.png", None),
        ] {
            let asked: ImageRequest = path.parse().expect("it is a request");
            assert_eq!(choose(&asked, SIZES).ok().flatten(), size, "{path}");
        }
    }
}
