//! Images over HTTP: the IIIF Image API 3.0 at three addresses, and the IIIF Authentication API 1.0 for those who may see more
//! than everybody.
//!
//! What IIIF means is in `iiif`, who may see what in `resource`; here a request is read, and a derivative looked up, made or
//! refused.

mod access;
mod address;
mod answer;
mod cookie;
mod darkroom;
mod image;
mod info;
mod interaction;
mod offer;
mod pages;
mod services;
mod spool;
mod thumbs;
mod token;
mod words;

use actix_web::HttpRequest;
use actix_web::web::Data;
use face::RouteTree;

pub use darkroom::Darkroom;
pub use offer::Offer;

use crate::Portico;
use crate::place::fixed;
use access::renew;
use address::Aspect;

/// Mounts them.
pub fn routes(tree: &mut RouteTree) {
    for face in [Aspect::Whole, Aspect::Open, Aspect::Thumbnails] {
        let base = move |request: HttpRequest, app: Data<Portico>| async move { info::lead(&request, &app, face) };
        let info = move |request: HttpRequest, app: Data<Portico>| async move {
            let response = info::info(&request, &app, face).await;
            renew(&app, &request, response)
        };
        let image = move |request: HttpRequest, app: Data<Portico>| async move {
            let response = match face {
                Aspect::Thumbnails => thumbs::thumb(&request, &app).await,
                Aspect::Whole | Aspect::Open => image::image(&request, &app, face).await,
            };
            renew(&app, &request, response)
        };
        tree.add(face.base(), fixed(base));
        tree.add(&face.info(), fixed(info));
        tree.add(&face.image(), fixed(image));
    }
    token::routes(tree);
    pages::routes(tree);
}
