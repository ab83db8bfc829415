//! The IIIF Image API 3.0 (level 2) and Presentation API 3.0 over them.
//!
//! Here is what IIIF means and how pictures are scaled and encoded: bytes and numbers go in, bytes, numbers and
//! serialisable documents come out. The way of an image is [`ImageRequest`](request::ImageRequest), then [`Plan`], then
//! [`render`](render::render) over a [`Picture`](picture::Picture).
//!
//! There is no HTTP here, no storage, no cache and no customer: who may see what, under which IRI and for how long it is
//! kept is decided by the caller. Nothing here waits; decoding and rendering keep a core busy for milliseconds to seconds, so
//! call them where that is allowed.

mod geometry;
mod limits;
mod plan;

pub mod auth;
pub mod info;
pub mod manifest;
pub mod render;
pub mod request;

pub use geometry::{Rectangle, fit};
pub use limits::DerivativeLimits;
pub use picture;
pub use plan::Plan;
