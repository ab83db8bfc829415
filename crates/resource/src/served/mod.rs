//! Classes and collections without their types, so that whoever reads or serves all there is can loop over them.

mod class;
mod collection;
mod erased;
mod list;
mod listing;

pub(crate) use class::{Of, PostTo};
pub(crate) use collection::CollectionOf;
pub use erased::{AnyInput, ListReading, Made, ReadInput, Served, ServedClass, ServedCollection, Submission, Work};
pub(crate) use list::served;
