//! The key that a customer signs requests with. It is shown once, and kept encrypted, because it has to be read to check a
//! signature.
//!
//! The caller of these functions has asked whether the actor may do this, and whether it is their own customer.

use store::api_key as rows;
use vocab::value::CustomerId;
use vocab::{ApiKey, CustomerKey};

use crate::number::Named;
use crate::rights::grants;
use crate::{Cx, Result};

/// Gives a customer a new key. The old one, if there was one, is good no longer. The answer is the only time it is shown.
///
/// # Errors
/// [`crate::Error::NotFound`] if there is no such customer.
pub async fn reset(cx: &Cx<'_>, customer: CustomerId) -> Result<String> {
    Ok(renew(cx, customer).await?.0)
}

/// The same, with what is kept of it.
///
/// # Errors
/// As [`reset`].
pub(crate) async fn renew(cx: &Cx<'_>, customer: CustomerId) -> Result<(String, rows::ApiKey)> {
    let key = cx.secret();
    let sealed = cx.seal(&key)?;
    let transaction = cx.scope().begin().await?;
    grants::touch(cx, &transaction, customer).await?;
    let mut watch = cx.watch(&transaction);
    watch.on_if::<ApiKey>(&CustomerKey { customer }, |key| key.present).await?;
    let row = rows::put(&transaction, customer.number(), sealed, &cx.actor.name, cx.birth()).await?;
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok((key, row))
}

/// Takes the key of a customer away, if it has one.
///
/// # Errors
/// [`crate::Error::NotFound`] if there is no such customer.
pub async fn remove(cx: &Cx<'_>, customer: CustomerId) -> Result<()> {
    let transaction = cx.scope().begin().await?;
    grants::touch(cx, &transaction, customer).await?;
    let mut watch = cx.watch(&transaction);
    watch.on_if::<ApiKey>(&CustomerKey { customer }, |key| key.present).await?;
    rows::delete(&transaction, customer.number()).await?;
    let changes = watch.finish().await?;
    Ok(transaction.commit(changes).await?)
}
