//! Origins: where an image is fetched from, how, and why it may fail.

mod coding;
mod error;
mod fetched;
mod fetcher;
mod file;
mod guard;
mod http;
mod patience;
mod size;

pub use error::FetchError;
pub use fetched::{FetchLimits, Fetched};
pub use fetcher::{AmbientBuckets, Fetcher, OriginAccess, Settings, SetupError};
pub use patience::Patience;
pub use vocab::value::{Origin, OriginError};
