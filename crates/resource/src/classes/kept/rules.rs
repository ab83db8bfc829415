//! What a class asks beyond its table.

use hydra::{Cell, CellKind, PathKey as _};
use store::{Tenant, Transaction};
use vocab::value::CustomerId;

use super::class::Kept;
use super::row::{ClassRow, Stored};
use crate::number::Named as _;
use crate::{Cx, Error, Result};

/// What a class asks beyond its table. Where a class says nothing, nothing is asked.
pub(crate) trait Rules: Kept {
    /// What is said where what tells it from the customer's others is taken: of which property, and what.
    const TAKEN: (&'static str, &'static str) = ("@id", "is taken");

    /// What a new one is told by: what its address says, or else what is chosen for it.
    async fn claim(
        cx: &Cx<'_>,
        _transaction: &Transaction,
        _tenant: Tenant,
        wanted: Option<Cell>,
        _input: &Self::Input,
    ) -> Result<Cell> {
        match (wanted, Self::Key::LAST) {
            (Some(identity), _) => Ok(identity),
            (None, CellKind::Uuid) => Ok(Cell::Uuid(Some(cx.uuid()))),
            (None, kind) => Err(Error::Internal(format!("{} does not say which {kind:?} it is found by", Self::NAME))),
        }
    }

    /// Whether it may be written like this, and what follows from it.
    async fn check(
        _cx: &Cx<'_>,
        _transaction: &Transaction,
        _subject: &Subject<'_, Self>,
        _input: &Self::Input,
        _draft: &mut Draft<Self>,
    ) -> Result<()> {
        Ok(())
    }

    /// Whether it may be written or removed by whoever may write the customer's resources: what is another's, and only seen, may
    /// not.
    fn check_writable(customer: CustomerId, old: &Stored<Self>) -> Result<()> {
        if old.row.customer == customer.number() { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// Whether nothing stands in the way of its removal.
    async fn check_removable(_transaction: &Transaction, _tenant: Tenant, _old: &Stored<Self>) -> Result<()> {
        Ok(())
    }

    /// Others of its class that go with it.
    async fn going_along(_transaction: &Transaction, _tenant: Tenant, _old: &Stored<Self>) -> Result<Vec<Self::Key>> {
        Ok(Vec::new())
    }

    /// Fills in what no column keeps, as a customer sees it.
    fn show(_customer: CustomerId, _row: &mut ClassRow<Self>) {}
}

/// What is to be written.
#[derive(Debug)]
pub(crate) struct Draft<C: Kept> {
    /// What it is to be.
    pub value: C,
    /// What is to be kept beside that.
    pub beside: C::Beside,
}

/// What a body is about.
pub(crate) struct Subject<'a, C: Kept> {
    /// Whose it is.
    pub tenant: Tenant,
    /// What there is; none where it is to be made.
    pub old: Option<&'a ClassRow<C>>,
    /// Whether what is not sent stays as it is.
    pub keeps: bool,
}
