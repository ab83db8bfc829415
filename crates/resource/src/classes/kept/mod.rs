//! Classes that are kept as one row of a customer's each: what is alike in all of them, once. The class says which property is
//! which column, [`kept!`] where the table differs from that, and [`Rules`] what the class asks beyond its table.

mod beside;
mod class;
mod keeping;
mod names;
mod own;
mod row;
mod rules;
mod table;
mod verbs;

pub(crate) use beside::{Beside, beside};
pub(crate) use class::Kept;
pub(crate) use keeping::kept;
pub(crate) use names::Names;
pub use own::Own;
pub(crate) use row::{ClassRow, Stored};
pub(crate) use rules::{Draft, Rules, Subject};
pub(crate) use table::table;
pub(crate) use verbs::{fetch, found, overwrite, page, plant, remove, replace, row, row_of, row_within, update};
