//! In what tables differ from their classes.

use store::kept::OWN;

/// In what a table differs from its class.
#[derive(Debug)]
pub(crate) struct Names {
    /// The column of the identity.
    pub identity: &'static str,
    /// Which rows a customer sees; `$1` is the customer.
    pub seen: &'static str,
    /// What more is asked of rows that are listed; nothing where it is empty.
    pub listed: &'static str,
    /// Fields whose column has another name.
    pub columns: &'static [(&'static str, &'static str)],
    /// Fields that are read by an expression.
    pub read: &'static [(&'static str, &'static str)],
    /// Fields that are written by an expression; see [`store::kept::WrittenAs::Through`].
    pub written: &'static [(&'static str, &'static str)],
}

impl Names {
    /// A table that differs in nothing.
    pub(crate) const PLAIN: Self =
        Self { identity: "uuid", seen: OWN, listed: "", columns: &[], read: &[], written: &[] };
}
