//! The verbs of classes that are kept as one row of a customer's each: what is alike in all of them, once.

use hydra::query::Query;
use hydra::{Class, Found, Page};
use store::owned::{self, Owned};
use store::{Listing, Tenant, Transaction};
use vocab::value::CustomerId;

use crate::{Created, Cx, Error, IfMatch, Result, paging};

/// A class that is kept as one row of a customer's.
pub(crate) trait Kept: Class {
    /// The row.
    type Row: Owned + Clone;

    /// Whose it is.
    fn customer(key: &Self::Key) -> CustomerId;
    /// What its row is found by.
    fn identity(key: &Self::Key) -> <Self::Row as Owned>::Identity;
    /// The resource that a row is.
    fn found(cx: &Cx<'_>, customer: CustomerId, row: Self::Row) -> Result<Found<Self>>;
    /// The state that a body describes: from scratch, or as a change of what there is.
    async fn state(
        cx: &Cx<'_>,
        transaction: &Transaction,
        subject: Subject<'_, Self>,
        input: Self::Input,
    ) -> Result<<Self::Row as Owned>::State>;

    /// Makes one at an identity that is chosen already.
    async fn make(cx: &Cx<'_>, key: &Self::Key, input: Self::Input) -> Result<Created<Self>> {
        create(cx, cx.scope().begin().await?, key, input).await
    }

    /// Whether a row may be written or removed by whoever may write the customer's resources.
    fn check_writable(_customer: CustomerId, _row: &Self::Row) -> Result<()> {
        Ok(())
    }

    /// Whether nothing stands in the way of its removal.
    async fn check_removable(_transaction: &Transaction, _tenant: Tenant, _row: &Self::Row) -> Result<()> {
        Ok(())
    }

    /// The row of a customer's resource.
    async fn row(cx: &Cx<'_>, key: &Self::Key) -> Result<Option<Self::Row>> {
        let tenant = cx.tenant(Self::customer(key))?;
        Ok(owned::find(&cx.scope(), tenant, Self::identity(key)).await?)
    }
}

/// What a body is about.
pub(crate) struct Subject<'a, C: Kept> {
    /// Whose it is.
    pub tenant: Tenant,
    /// What there is; none where it is to be made.
    pub old: Option<&'a C::Row>,
    /// Whether what is not sent stays as it is.
    pub keeps: bool,
}

impl<C: Kept> Subject<'_, C> {
    /// The state to keep where nothing is sent: that of the row for a change, none for a replacement.
    pub fn kept(&self) -> Option<&C::Row> {
        self.old.filter(|_| self.keeps)
    }
}

pub(crate) async fn fetch<C: Kept>(cx: &Cx<'_>, key: &C::Key) -> Result<Found<C>> {
    let row = C::row(cx, key).await?.ok_or(Error::NotFound)?;
    C::found(cx, C::customer(key), row)
}

pub(crate) async fn create<C: Kept>(
    cx: &Cx<'_>,
    transaction: Transaction,
    key: &C::Key,
    input: C::Input,
) -> Result<Created<C>> {
    let customer = C::customer(key);
    let tenant = cx.tenant(customer)?;
    let subject = Subject { tenant, old: None, keeps: false };
    let state = C::state(cx, &transaction, subject, input).await?;
    let row = owned::insert::<C::Row>(&transaction, tenant, C::identity(key), cx.birth(), state).await?;
    transaction.commit().await?;
    Ok(Created { found: C::found(cx, customer, row.ok_or(Error::NotFound)?)?, new: true })
}

pub(crate) async fn replace<C: Kept>(
    cx: &Cx<'_>,
    key: &C::Key,
    new: C::Input,
    on: &IfMatch,
) -> Result<Option<Created<C>>> {
    let Some(row) = C::row(cx, key).await? else {
        on.check_absent()?;
        return Ok(None);
    };
    let found = write::<C>(cx, key, row, new, on, false).await?;
    Ok(Some(Created { found, new: false }))
}

pub(crate) async fn update<C: Kept>(cx: &Cx<'_>, key: &C::Key, change: C::Input, on: &IfMatch) -> Result<Found<C>> {
    let row = C::row(cx, key).await?.ok_or(Error::NotFound)?;
    write::<C>(cx, key, row, change, on, true).await
}

/// Writes a state over a row; begins again when somebody else was faster.
async fn write<C: Kept>(
    cx: &Cx<'_>,
    key: &C::Key,
    mut row: C::Row,
    input: C::Input,
    on: &IfMatch,
    keeps: bool,
) -> Result<Found<C>> {
    let customer = C::customer(key);
    let tenant = cx.tenant(customer)?;
    loop {
        on.check(row.version())?;
        C::check_writable(customer, &row)?;
        let transaction = cx.scope().begin().await?;
        let subject = Subject { tenant, old: Some(&row), keeps };
        let state = C::state(cx, &transaction, subject, input.clone()).await?;
        if let Some(row) = owned::update(&transaction, &row, state).await? {
            transaction.commit().await?;
            return C::found(cx, customer, row);
        }
        drop(transaction);
        row = C::row(cx, key).await?.ok_or(Error::NotFound)?;
    }
}

pub(crate) async fn remove<C: Kept>(cx: &Cx<'_>, key: &C::Key, on: &IfMatch) -> Result<()> {
    let customer = C::customer(key);
    let tenant = cx.tenant(customer)?;
    loop {
        let row = C::row(cx, key).await?.ok_or(Error::NotFound)?;
        on.check(row.version())?;
        C::check_writable(customer, &row)?;
        let transaction = cx.scope().begin().await?;
        C::check_removable(&transaction, tenant, &row).await?;
        if owned::delete(&transaction, &row).await? {
            return Ok(transaction.commit().await?);
        }
    }
}

pub(crate) async fn list<C: Kept>(cx: &Cx<'_>, customer: CustomerId, query: &Query) -> Result<Page<C>> {
    let tenant = cx.tenant(customer)?;
    let listing = paging::listing::<C>(query)?;
    let rows = owned::list::<C::Row>(&cx.scope(), tenant, &listing).await?;
    page(cx, customer, &listing, rows.ok_or(Error::NotFound)?)
}

/// Rows as a page of their class.
pub(crate) fn page<C: Kept>(
    cx: &Cx<'_>,
    customer: CustomerId,
    listing: &Listing,
    rows: store::Page<C::Row>,
) -> Result<Page<C>> {
    paging::page(listing, rows, |row| C::found(cx, customer, row))
}

/// Writes the verbs of a class whose identity a client may choose with PUT.
macro_rules! verbs {
    ($class:ty) => {
        impl crate::Resource for $class {
            async fn fetch(cx: &crate::Cx<'_>, key: &Self::Key) -> crate::Result<hydra::Found<Self>> {
                crate::classes::kept::fetch(cx, key).await
            }

            async fn replace(
                cx: &crate::Cx<'_>,
                key: &Self::Key,
                new: Self::Input,
                on: &crate::IfMatch,
            ) -> crate::Result<crate::Created<Self>> {
                // What was not there may be made by somebody else meanwhile: then it is there.
                match crate::classes::kept::replace(cx, key, new.clone(), on).await? {
                    Some(replaced) => Ok(replaced),
                    None => <Self as crate::classes::kept::Kept>::make(cx, key, new).await,
                }
            }

            async fn update(
                cx: &crate::Cx<'_>,
                key: &Self::Key,
                change: Self::Input,
                on: &crate::IfMatch,
            ) -> crate::Result<hydra::Found<Self>> {
                crate::classes::kept::update(cx, key, change, on).await
            }

            async fn remove(cx: &crate::Cx<'_>, key: &Self::Key, on: &crate::IfMatch) -> crate::Result<()> {
                crate::classes::kept::remove::<Self>(cx, key, on).await
            }
        }
    };
}
pub(crate) use verbs;
