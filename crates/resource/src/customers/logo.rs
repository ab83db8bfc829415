//! The logos of customers.

use std::sync::LazyLock;

use ::logo::{Logo, LogoError};
use hydra::Found;
use store::{Tenant, logo as rows};
use vocab::value::CustomerId;
use vocab::{CustomerKey, LogoFields};

use crate::cores::Cores;
use crate::customers::record::{self, Record};
use crate::instant::instant;
use crate::number::Named;
use crate::rights::function;
use crate::{Cx, Error, IfMatch, Resource, Result};

pub use ::logo::LogoKind;

/// Where pictures are taken in and scaled: each may take 200 MB for a moment.
static CORES: LazyLock<Cores> = LazyLock::new(|| Cores::new(2));

fn broken(error: &LogoError) -> Error {
    Error::Internal(format!("a logo that was taken in {error}"))
}

/// A picture for a customer, no side longer than this many pixels, where one is given: its own or, where that is good
/// enough, the one of those who have none.
///
/// # Errors
/// [`Error::NotFound`] if the customer is not the actor's to see, or it has no logo and the default is not good enough;
/// [`Error::Forbidden`] if they may not look at customers.
pub async fn find(cx: &Cx<'_>, customer: CustomerId, side: Option<u32>, or_default: bool) -> Result<Logo> {
    function::permit(cx, &function::VIEW, Some(customer)).await?;
    let logo = match rows::find(&cx.scope(), cx.tenant(customer)?).await? {
        Some(row) => kept(row)?,
        None if or_default => ::logo::default_logo(),
        None => return Err(Error::NotFound),
    };
    let Some(side) = side.filter(|side| logo.width.max(logo.height) > *side) else { return Ok(logo) };
    CORES.run(move || ::logo::fit(logo, side)).await?.map_err(|error| broken(&error))
}

fn kept(row: rows::Logo) -> Result<Logo> {
    let broken = || Error::Internal("a kept logo cannot be read".into());
    Ok(Logo {
        kind: LogoKind::of(&row.media_type).ok_or_else(broken)?,
        width: u32::try_from(row.width).map_err(|_| broken())?,
        height: u32::try_from(row.height).map_err(|_| broken())?,
        bytes: row.bytes,
    })
}

impl Resource for vocab::Logo {
    async fn fetch(cx: &Cx<'_>, key: &CustomerKey) -> Result<Found<Self>> {
        cx.customer(key.customer).await?;
        function::permit(cx, &function::VIEW, Some(key.customer)).await?;
        let row = rows::describe(&cx.scope(), cx.tenant(key.customer)?).await?;
        let version = version(row.as_ref().map(|row| row.version));
        let value = Self::from(LogoFields {
            present: row.is_some(),
            width: row.as_ref().map(|row| row.width.cast_unsigned()),
            height: row.as_ref().map(|row| row.height.cast_unsigned()),
            updated: row.as_ref().map(|row| instant(row.updated_at)),
            media_type: row.map(|row| row.media_type),
        });
        Ok(Found { key: key.clone(), value, version })
    }

    async fn remove(cx: &Cx<'_>, key: &CustomerKey, on: &IfMatch) -> Result<()> {
        on.check(Self::fetch(cx, key).await?.version)?;
        remove(cx, key.customer, on).await?;
        Ok(())
    }
}

/// The same customer has a logo at one time, and at another none.
fn version(of_logo: Option<i64>) -> i64 {
    of_logo.unwrap_or(0)
}

/// Gives a customer a logo. One that is too large is made smaller, in its ratio.
///
/// # Errors
/// [`Error::NotFound`] if the customer is not the actor's to see, [`Error::Forbidden`] if they may not change it,
/// [`Error::Invalid`] if the bytes are no picture of this kind, or one beyond all bounds, [`Error::Changed`] if what is there
/// has another version.
pub async fn put(cx: &Cx<'_>, customer: CustomerId, kind: LogoKind, bytes: Vec<u8>, on: &IfMatch) -> Result<Record> {
    function::permit(cx, &function::UPDATE, Some(customer)).await?;
    let taken = CORES.run(move || ::logo::take_in(&bytes, kind)).await?;
    let logo = taken.map_err(|error| Error::invalid("image", error))?;
    let row = rows::Logo {
        media_type: logo.kind.media_type().into(),
        width: logo.width.into(),
        height: logo.height.into(),
        bytes: logo.bytes,
        updated_at: cx.micros(),
        version: cx.birth().version,
    };
    let transaction = cx.scope().begin().await?;
    let record = record::touch(cx, &transaction, customer, &IfMatch::Absent).await?;
    let mut watch = cx.watch(&transaction);
    watch.on_if::<vocab::Logo>(&CustomerKey { customer }, |logo| logo.present).await?;
    let tenant = Tenant::by(&record);
    on.check(version(rows::version(&transaction, tenant).await?))?;
    rows::put(&transaction, tenant, &row).await?;
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok(record)
}

/// Takes the logo of a customer away; one that has none is left as it is.
///
/// # Errors
/// [`Error::NotFound`] if the customer is not the actor's to see, [`Error::Forbidden`] if they may not change it,
/// [`Error::Changed`] if what is there has another version.
pub async fn remove(cx: &Cx<'_>, customer: CustomerId, on: &IfMatch) -> Result<Record> {
    function::permit(cx, &function::UPDATE, Some(customer)).await?;
    let transaction = cx.scope().begin().await?;
    let record = record::touch(cx, &transaction, customer, &IfMatch::Absent).await?;
    let mut watch = cx.watch(&transaction);
    watch.on_if::<vocab::Logo>(&CustomerKey { customer }, |logo| logo.present).await?;
    let tenant = Tenant::by(&record);
    on.check(version(rows::version(&transaction, tenant).await?))?;
    if !rows::remove(&transaction, tenant).await? {
        drop(watch);
        drop(transaction);
        return record::find(cx, &record::WhichCustomer::Number(customer.number()), record::Reach::Tree).await;
    }
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok(record)
}
