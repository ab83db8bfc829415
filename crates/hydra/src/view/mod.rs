//! The documents that follow from the tables, one file each.

mod core;

pub mod context;
pub mod documentation;
pub mod markdown;
pub mod openapi;
pub mod operation;
pub mod schema;
pub mod words;
