//! From an origin to an image that is kept: what happens between the queue and the thumbnails.
//!
//! Here is how an origin is fetched, within what bounds, and which of a customer's strategies applies to it. Nothing here
//! decides what a customer may do, and nothing speaks HTTP to clients.

pub mod origin;
pub mod strategy;

pub use objects::install_crypto;
