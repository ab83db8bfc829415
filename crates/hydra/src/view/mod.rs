//! The documents that follow from the tables, one file each.

pub mod context;
pub mod documentation;
pub mod markdown;
