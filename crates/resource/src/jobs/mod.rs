//! The queue as a worker sees it: jobs that are taken, kept and given back. What is done for one is not known here; the queue has
//! the name of its kind, and whoever does jobs of that kind knows the rest.

mod queue;
pub mod retention;
mod taken;

pub use queue::JobQueue;
pub(crate) use taken::length;
pub use taken::{Return, TakenJob};
