//! The house itself: who may know whom, what things are called, how large they grow.

mod arrows;
mod circles;
mod doors;
mod names;
mod numbers;
mod sizes;
mod source;
mod tables;

use source::sources;
