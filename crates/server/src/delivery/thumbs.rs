//! Thumbnails: what was made when the image came in, and nothing else.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use iiif::fit;
use iiif::info::LEVEL_0;
use iiif::request::{Format, ImageRequest, Quality, Region, Rotation, SizeForm, Turn};
use resource::{Deliverable, Delivery, Error};

use super::access::{self, Audience, View, closed};
use super::address::Face;
use super::answer::{Kind, keep, known};
use super::image::refusal;
use crate::Portico;
use crate::failure::{Failure, Reply, settle};

/// Sends a thumbnail.
pub async fn thumb(request: &HttpRequest, app: &Portico) -> HttpResponse {
    settle(deliver(request, app).await, request, app)
}

/// The sizes that somebody may see, the smallest first; all of them where nothing may be seen, to inform of.
pub fn sizes(image: &Deliverable, view: View) -> Vec<(u32, u32)> {
    let mut sizes: Vec<_> = image.edges.iter().map(|edge| fit(image.width, image.height, *edge)).collect();
    if let View::Open(most) = view {
        sizes.retain(|(width, height)| *width.max(height) <= most);
    }
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

async fn deliver(request: &HttpRequest, app: &Portico) -> Reply {
    let (key, words) = Face::Thumbnails.derivative(request)?;
    let asked = ImageRequest::parse(&words.region, &words.size, &words.rotation, &words.output)
        .map_err(|error| refusal(&error))?;
    let image = Delivery::new(&app.identities).find(&key).await?;
    let view = access::view(app, request, &key, &image, true).await?;
    let audience = match view {
        View::Whole(audience) => audience,
        View::Open(_) => Audience::Somebody,
        View::Nothing => {
            return Err(closed("This image is not open to everybody; its information says how to see it."));
        }
    };
    let (width, height) = choose(&asked, &sizes(&image, view))?;
    let tag = format!("\"{}-{width}x{height}\"", image.files.version.as_simple());
    if let Some(known) = known(request, &tag, Kind::Image, audience) {
        return Ok(known);
    }
    let bytes = app.darkroom.thumbnail(&image.files, width.max(height)).await?.ok_or(Error::NotFound)?;
    let mut response = HttpResponse::Ok();
    keep(&mut response, Kind::Image, audience);
    let link = format!("<{LEVEL_0}>;rel=\"profile\"");
    response.insert_header((header::ETAG, tag)).insert_header((header::LINK, link));
    Ok(response.content_type(Format::Jpg.media_type()).body(bytes))
}

/// The largest of the sizes that is what was asked for.
fn choose(asked: &ImageRequest, sizes: &[(u32, u32)]) -> Result<(u32, u32), Failure> {
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
    sizes.iter().rev().find(fits).copied().ok_or_else(|| Error::NotFound.into())
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
            assert_eq!(choose(&asked, SIZES).ok(), size, "{path}");
        }
    }
}
