//! What is done for one job: nothing here knows of the queue or of other jobs.

mod choice;
mod discard;
mod failure;
mod image;
mod studio;

pub use choice::Choice;
pub use discard::{Discarding, clear, discard};
pub use failure::Failure;
pub use image::{Workshop, shown};
pub use studio::Studio;
