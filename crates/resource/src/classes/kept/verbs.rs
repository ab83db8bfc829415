//! The verbs.

use hydra::query::Query;
use hydra::{Cell, ClassDef, Column, ColumnDef, Found, Page, PathKey as _, Violation};
use store::kept::{self as rows, KeptTable};
use store::{Birth, Listing, Scope, Tenant, Transaction, Unique};
use vocab::value::CustomerId;

use super::beside::Beside as _;
use super::class::Kept;
use super::row::Stored;
use super::row::cell;
use super::rules::{Draft, Rules, Subject};
use crate::{Created, Cx, Error, IfMatch, Result, paging};

fn customer<C: Kept>(key: &C::Key) -> Result<CustomerId> {
    key.customer().map(CustomerId).ok_or_else(|| Error::Internal(format!("{} is not a customer's", C::NAME)))
}

/// The resource that a row is to a customer.
pub(crate) fn found<C: Rules>(customer: CustomerId, mut stored: Stored<C>) -> Result<Found<C>> {
    C::show(customer, &mut stored.row);
    let version = stored.version();
    let key = C::Key::of_customer(customer.0, stored.row.identity)
        .ok_or_else(|| Error::Internal(format!("a row of {} has no address", C::NAME)))?;
    Ok(Found { key, version, value: stored.row.value })
}

/// The row that a customer sees under an identity.
pub(crate) async fn row<C: Rules>(cx: &Cx<'_>, key: &C::Key) -> Result<Option<Stored<C>>> {
    let tenant = cx.tenant(customer::<C>(key)?)?;
    Ok(C::table().find(&cx.scope(), tenant, cell(key.last())).await?)
}

/// The row that a customer sees under this part of its address.
pub(crate) async fn row_of<C: Rules>(
    scope: &Scope<'_>,
    tenant: Tenant,
    identity: &impl Column,
) -> Result<Option<Stored<C>>> {
    Ok(C::table().find(scope, tenant, cell(identity.to_cell())).await?)
}

/// The same, among writes.
pub(crate) async fn row_within<C: Rules>(
    transaction: &Transaction,
    tenant: Tenant,
    identity: &impl Column,
) -> Result<Option<Stored<C>>> {
    Ok(C::table().find_within(transaction, tenant, cell(identity.to_cell())).await?)
}

pub(crate) async fn fetch<C: Rules>(cx: &Cx<'_>, key: &C::Key) -> Result<Found<C>> {
    found(customer::<C>(key)?, row::<C>(cx, key).await?.ok_or(Error::NotFound)?)
}

/// Makes one of a customer's: the one that is told by this, or a new one.
pub(crate) async fn create<C: Rules>(
    cx: &Cx<'_>,
    customer: CustomerId,
    wanted: Option<Cell>,
    input: C::Input,
) -> Result<Created<C>> {
    let tenant = cx.tenant(customer)?;
    let transaction = cx.scope().begin().await?;
    let identity = C::claim(cx, &transaction, tenant, wanted, &input).await?;
    let subject = Subject { tenant, old: None, keeps: false };
    let draft = draft::<C>(cx, &transaction, &subject, &input).await?;
    let row = plant::<C>(&transaction, tenant, cx.birth(), identity, draft).await?;
    let found = found(customer, row)?;
    transaction.commit(cx.created(&found)?).await?;
    Ok(Created { found, new: true })
}

/// Writes a new row that was checked.
///
/// # Errors
/// [`Error::NotFound`] where there is no such customer.
pub(crate) async fn plant<C: Rules>(
    transaction: &Transaction,
    tenant: Tenant,
    birth: Birth,
    identity: Cell,
    draft: Draft<C>,
) -> Result<Stored<C>> {
    let row = C::table().insert(transaction, tenant, cell(identity), birth, draft.cells()).await;
    row.map_err(taken::<C>)?.ok_or(Error::NotFound)
}

/// Writes over a row that still has its version. None if it has changed or gone.
pub(crate) async fn overwrite<C: Rules>(
    transaction: &Transaction,
    tenant: Tenant,
    stored: &Stored<C>,
    draft: Draft<C>,
) -> Result<Option<Stored<C>>> {
    C::table().update(transaction, tenant, stored, draft.cells()).await.map_err(taken::<C>)
}

/// What is unique is said of the property; what tells one from the others, as the class says it.
fn taken<C: Rules>(error: store::Error) -> Error {
    taken_of(C::CLASS, C::table(), C::COLUMNS, C::TAKEN, error)
}

fn taken_of(
    class: &ClassDef,
    table: &KeptTable,
    columns: &[ColumnDef],
    (identity, what): (&str, &str),
    error: store::Error,
) -> Error {
    let store::Error::Taken(Unique::Constraint(name)) = &error else { return error.into() };
    if *name == table.constraint(table.identity()) {
        return Error::conflict(identity, what);
    }
    let unique = columns.iter().filter(|column| column.property.unique);
    match unique.zip(table.unique()).find(|(_, column)| *name == table.constraint(column)) {
        Some((column, _)) => {
            let label = class.label.to_lowercase();
            Error::conflict(column.property.name, format_args!("is taken by another {label} of this customer"))
        }
        None => error.into(),
    }
}

impl<C: Kept> Draft<C> {
    /// What a body makes of nothing, with nothing beside it.
    pub(crate) fn new(input: C::Input) -> Result<Self> {
        Ok(Self { value: C::change(None, input).map_err(invalid)?, beside: C::Beside::default() })
    }

    fn cells(&self) -> Vec<rows::StoredCell> {
        self.value.store().into_iter().map(cell).chain(self.beside.cells()).collect()
    }
}

fn invalid(violation: Violation) -> Error {
    Error::Invalid(vec![violation])
}

/// What is to be written where a body is right.
async fn draft<C: Rules>(
    cx: &Cx<'_>,
    transaction: &Transaction,
    subject: &Subject<'_, C>,
    input: &C::Input,
) -> Result<Draft<C>> {
    let kept = subject.old.filter(|_| subject.keeps).map(|row| &row.value);
    let value = C::change(kept, input.clone()).map_err(invalid)?;
    // What no body gives is not taken away by one.
    let mut draft = Draft { value, beside: subject.old.map(|row| row.beside.clone()).unwrap_or_default() };
    C::check(cx, transaction, subject, input, &mut draft).await?;
    Ok(draft)
}

pub(crate) async fn replace<C: Rules>(cx: &Cx<'_>, key: &C::Key, new: C::Input, on: &IfMatch) -> Result<Created<C>> {
    let Some(row) = row::<C>(cx, key).await? else {
        on.check_absent()?;
        // What was not there may be made by somebody else meanwhile: then it is there.
        return create(cx, customer::<C>(key)?, Some(key.last()), new).await;
    };
    let found = write::<C>(cx, key, row, new, on, false).await?;
    Ok(Created { found, new: false })
}

pub(crate) async fn update<C: Rules>(cx: &Cx<'_>, key: &C::Key, change: C::Input, on: &IfMatch) -> Result<Found<C>> {
    let row = row::<C>(cx, key).await?.ok_or(Error::NotFound)?;
    write::<C>(cx, key, row, change, on, true).await
}

/// Writes over a row; begins again when somebody else was faster.
async fn write<C: Rules>(
    cx: &Cx<'_>,
    key: &C::Key,
    mut stored: Stored<C>,
    input: C::Input,
    on: &IfMatch,
    keeps: bool,
) -> Result<Found<C>> {
    let customer = customer::<C>(key)?;
    let tenant = cx.tenant(customer)?;
    loop {
        on.check(stored.version())?;
        C::check_writable(customer, &stored)?;
        let transaction = cx.scope().begin().await?;
        let subject = Subject { tenant, old: Some(&stored.row), keeps };
        let draft = draft::<C>(cx, &transaction, &subject, &input).await?;
        if let Some(written) = overwrite(&transaction, tenant, &stored, draft).await? {
            let written = found(customer, written)?;
            transaction.commit(cx.updated(&found(customer, stored)?, &written)?).await?;
            return Ok(written);
        }
        drop(transaction);
        stored = row::<C>(cx, key).await?.ok_or(Error::NotFound)?;
    }
}

pub(crate) async fn remove<C: Rules>(cx: &Cx<'_>, key: &C::Key, on: &IfMatch) -> Result<()> {
    let customer = customer::<C>(key)?;
    let tenant = cx.tenant(customer)?;
    loop {
        let stored = row::<C>(cx, key).await?.ok_or(Error::NotFound)?;
        on.check(stored.version())?;
        C::check_writable(customer, &stored)?;
        let transaction = cx.scope().begin().await?;
        C::check_removable(&transaction, tenant, &stored).await?;
        let changing = cx.changing().deleted::<C>(key);
        let along = C::going_along(&transaction, tenant, &stored).await?;
        let changing = along.iter().fold(changing, |changing, key| changing.deleted::<C>(key));
        if C::table().delete(&transaction, &stored).await? {
            return Ok(transaction.commit(changing.finish()).await?);
        }
    }
}

pub(crate) async fn list<C: Rules>(cx: &Cx<'_>, customer: CustomerId, query: &Query) -> Result<Page<C>> {
    let tenant = cx.tenant(customer)?;
    let listing = paging::listing::<C>(query)?;
    let rows = C::table().list(&cx.scope(), tenant, &listing).await?;
    page(customer, &listing, rows.ok_or(Error::NotFound)?)
}

/// Rows as a page of their class.
pub(crate) fn page<C: Rules>(
    customer: CustomerId,
    listing: &Listing,
    rows: store::RowPage<Stored<C>>,
) -> Result<Page<C>> {
    paging::page(listing, rows, |row| found(customer, row))
}
