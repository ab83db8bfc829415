//! Classes that are kept as one row of a customer's each: what is alike in all of them, once. The class says which property is
//! which column, [`kept!`] where the table differs from that, and [`Rules`] what the class asks beyond its table.

mod row;
mod table;
mod verbs;

use std::marker::PhantomData;

use hydra::query::Query;
use hydra::{Cell, CellKind, Key as _, Page};
use store::{Tenant, Transaction};
use vocab::value::CustomerId;
use vocab::{Customer, CustomerKey};

use crate::number::Named as _;
use crate::{Created, Cx, Error, Members, New, Result};

pub(crate) use row::{Beside, Row, Stored, beside};
pub(crate) use table::{Names, table};
pub(crate) use verbs::{
    create, fetch, found, list, overwrite, page, plant, remove, replace, row, row_of, row_within, update,
};

/// A class that is kept as one row of a customer's. Written by [`kept!`].
pub(crate) trait Kept: hydra::Keep {
    /// What the number of a row counts.
    type Of: 'static;
    /// What is kept beside the properties.
    type Beside: Beside;
    /// In what the table differs from the class.
    const NAMES: Names;

    /// The table, with its statements.
    fn table() -> &'static store::kept::Kept;
}

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

    /// Fills in what no column keeps, as a customer sees it.
    fn show(_customer: CustomerId, _row: &mut Row<Self>) {}
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
    pub old: Option<&'a Row<C>>,
    /// Whether what is not sent stays as it is.
    pub keeps: bool,
}

/// Those that are a customer's, as the members of a collection of it.
#[derive(Debug)]
pub struct Own<C>(PhantomData<fn() -> C>);

impl<C: Rules> Members for Own<C> {
    type Owner = Customer;
    type Member = C;
    const LINK: &'static str = collection(C::CLASS.path);

    async fn list(cx: &Cx<'_>, owner: &CustomerKey, query: &Query) -> Result<Page<C>> {
        list(cx, owner.customer, query).await
    }

    async fn create(cx: &Cx<'_>, owner: &CustomerKey, new: New<C>) -> Result<Created<C>> {
        create(cx, owner.customer, None, new.input).await
    }
}

/// The last part but one of a path: that of the collection, which has the name of the link.
const fn collection(path: &'static str) -> &'static str {
    let bytes = path.as_bytes();
    let mut end = bytes.len() - 1;
    while bytes[end] != b'/' {
        end -= 1;
    }
    let mut start = end;
    while bytes[start - 1] != b'/' {
        start -= 1;
    }
    path.split_at(end).0.split_at(start).1
}

/// Keeps a class as rows of a customer's: in what the table differs from the class, what its numbers count where somebody asks,
/// and what is kept beside the properties.
macro_rules! kept {
    ($class:ident $(, $names:expr)? $(, numbered $of:ty)? $(, beside $beside:ty)?) => {
        impl $crate::classes::kept::Kept for $class {
            type Of = $crate::classes::kept::kept!(@type $class $(, $of)?);
            type Beside = $crate::classes::kept::kept!(@type () $(, $beside)?);
            const NAMES: $crate::classes::kept::Names = {
                use $crate::classes::kept::Names;
                $crate::classes::kept::kept!(@names $($names)?)
            };

            fn table() -> &'static store::kept::Kept {
                static TABLE: std::sync::LazyLock<store::kept::Kept> =
                    std::sync::LazyLock::new($crate::classes::kept::table::<$class>);
                &TABLE
            }
        }

        impl $crate::Resource for $class {
            async fn fetch(cx: &$crate::Cx<'_>, key: &Self::Key) -> $crate::Result<hydra::Found<Self>> {
                $crate::classes::kept::fetch(cx, key).await
            }

            async fn replace(
                cx: &$crate::Cx<'_>,
                key: &Self::Key,
                new: Self::Input,
                on: &$crate::IfMatch,
            ) -> $crate::Result<$crate::Created<Self>> {
                $crate::classes::kept::replace(cx, key, new, on).await
            }

            async fn update(
                cx: &$crate::Cx<'_>,
                key: &Self::Key,
                change: Self::Input,
                on: &$crate::IfMatch,
            ) -> $crate::Result<hydra::Found<Self>> {
                $crate::classes::kept::update(cx, key, change, on).await
            }

            async fn remove(cx: &$crate::Cx<'_>, key: &Self::Key, on: &$crate::IfMatch) -> $crate::Result<()> {
                $crate::classes::kept::remove::<Self>(cx, key, on).await
            }
        }
    };
    (@names) => { Names::PLAIN };
    (@names $names:expr) => { $names };
    (@type $otherwise:ty) => { $otherwise };
    (@type $otherwise:ty, $given:ty) => { $given };
}
pub(crate) use kept;
