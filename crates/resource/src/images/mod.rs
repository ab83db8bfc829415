//! Images, from the queue to whoever looks at them.

mod delivery;
pub mod discarding;
pub(crate) mod files;
pub mod ingestion;
pub(crate) mod room;

pub use delivery::{Access, Deliverable, Delivery, Openness, Shown, Ticket, ViewerService};
pub use files::Files;
pub use ingestion::{Failed, Ingest, Measured, Strategy, Way};
