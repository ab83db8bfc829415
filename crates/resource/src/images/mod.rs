//! Images, from the queue to whoever looks at them.

mod delivery;
pub(crate) mod intake;
pub(crate) mod room;

pub use delivery::{Access, Deliverable, Delivery, Openness, Service, Shown, Ticket};
pub use intake::{Failed, Files, Ingest, Intake, Job, Measured, Return, Strategy, Task, Way};
