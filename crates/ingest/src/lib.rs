//! From an origin to an image that is kept: what happens between the queue and the thumbnails.
//!
//! Here is how an origin is fetched, within what bounds, and which of a customer's strategies applies to it (`origin`,
//! `strategy`); what is done for one job (`jobs`); and who does many of them at once ([`Worker`]). Nothing here decides what
//! a customer may do, nothing speaks HTTP to clients, and the queue is a [`resource::jobs::JobQueue`].

mod jobs;
mod meters;
mod sweep;
mod worker;

pub mod origin;
pub mod strategy;

pub use iiif::picture::Ceiling;
pub use jobs::Discarding;
pub use objects::install_crypto;
pub use sweep::{Swept, sweep};
pub use worker::{Counts, Progress, Worker, WorkerSettings};
