//! The faces that programs written for other services meet.

mod argus;
mod cloudentity;
mod counterpart;
mod equivalence;
mod pairs;
