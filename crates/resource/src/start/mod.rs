//! What is done beside the service: at its start, and by its operator.

pub mod bootstrap;
mod due;
pub mod operator;
pub mod seed;
