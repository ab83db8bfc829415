//! Loops over the classes: whatever a table promises is produced over HTTP, and nothing beyond it.

mod absent;
mod constraints;
mod methods;
mod short_cut;
mod statuses;
mod strangers;

use hydra::{Api, ClassDef, OperationDef};

/// Everything that can be invoked: each class that has operations, and each collection.
pub(super) fn api() -> Api {
    Api::new("http://localhost", vocab::CLASSES)
}

/// The classes that are served alone.
pub(super) fn served() -> impl Iterator<Item = &'static ClassDef> {
    vocab::CLASSES.iter().copied().filter(|class| !class.operations.is_empty())
}

/// Every status that an operation documents.
pub(super) fn statuses(operation: &OperationDef) -> impl Iterator<Item = u16> {
    operation.statuses.iter().chain(operation.further).map(|(status, _)| *status)
}
