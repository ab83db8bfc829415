//! Images, from the queue to whoever looks at them.

mod delivery;
pub(crate) mod intake;
pub(crate) mod room;
pub(crate) mod task;

pub use delivery::{Access, Deliverable, Delivery, Openness, Service, Shown, Ticket};
pub use intake::Intake;
pub use task::{Failed, Files, Ingest, Job, Measured, Return, Strategy, Task, Way};
