//! What a class that is kept says of itself.

use super::beside::Beside;
use super::names::Names;

/// A class that is kept as one row of a customer's. Written by [`kept!`].
pub(crate) trait Kept: hydra::Keep {
    /// What the number of a row counts.
    type Of: 'static;
    /// What is kept beside the properties.
    type Beside: Beside;
    /// In what the table differs from the class.
    const NAMES: Names;

    /// The table, with its statements.
    fn table() -> &'static store::kept::KeptTable;
}
