//! Origins: where an image is fetched from, how, and why it may fail.

mod error;
mod fetcher;
mod file;
mod guard;
mod http;
mod size;

pub use error::FetchError;
pub use fetcher::{Access, Buckets, Fetched, Fetcher, Limits, Settings, SetupError};
pub use vocab::value::{Origin, OriginError};
