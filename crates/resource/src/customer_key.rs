//! The key that a customer signs requests with. It is shown once, and kept encrypted, because it has to be read to check a
//! signature.
//!
//! The caller of these functions has asked whether the actor may do this, and whether it is their own customer.

use hydra::{Found, Link};
use store::{Birth, customer_key as rows};
use vocab::value::CustomerId;
use vocab::{ApiKey, ApiKeyInput, CustomerKey};

use crate::cx::instant;
use crate::number::Named;
use crate::{Created, Cx, Identities, IfMatch, Resource, Result, grants};

/// Gives a customer a new key. The old one, if there was one, is good no longer. The answer is the only time it is shown.
///
/// # Errors
/// [`crate::Error::NotFound`] if there is no such customer.
pub async fn reset(cx: &Cx<'_>, customer: CustomerId) -> Result<String> {
    renew(cx, customer, cx.birth()).await
}

async fn renew(cx: &Cx<'_>, customer: CustomerId, birth: Birth) -> Result<String> {
    let key = cx.secret();
    let sealed = cx.seal(&key)?;
    let transaction = cx.scope().begin().await?;
    grants::touch(cx, &transaction, customer).await?;
    rows::put(&transaction, customer.number(), sealed, birth).await?;
    transaction.commit().await?;
    Ok(key)
}

/// Takes the key of a customer away, if it has one.
///
/// # Errors
/// [`crate::Error::NotFound`] if there is no such customer.
pub async fn remove(cx: &Cx<'_>, customer: CustomerId) -> Result<()> {
    let transaction = cx.scope().begin().await?;
    grants::touch(cx, &transaction, customer).await?;
    rows::delete(&transaction, customer.number()).await?;
    Ok(transaction.commit().await?)
}

/// A key that was kept, to check a signature with.
///
/// # Errors
/// It was kept under another server key.
pub fn reveal(identities: &Identities, sealed: &[u8]) -> Result<String> {
    identities.vault().open(sealed)
}

fn found(key: &CustomerKey, made: Option<Birth>, shown: Option<String>) -> Found<ApiKey> {
    let value = ApiKey {
        present: made.is_some(),
        key: shown,
        created: made.map(|made| instant(made.at)),
        customer: Link::default(),
    };
    Found { key: key.clone(), value, version: made.map_or(0, |made| made.version) }
}

impl Resource for ApiKey {
    async fn fetch(cx: &Cx<'_>, key: &CustomerKey) -> Result<Found<Self>> {
        Ok(found(key, rows::made(&cx.scope(), key.customer.number()).await?, None))
    }

    async fn replace(cx: &Cx<'_>, key: &CustomerKey, _: ApiKeyInput, on: &IfMatch) -> Result<Created<Self>> {
        on.check(Self::fetch(cx, key).await?.version)?;
        let birth = cx.birth();
        let shown = renew(cx, key.customer, birth).await?;
        Ok(Created { found: found(key, Some(birth), Some(shown)), new: false })
    }

    async fn remove(cx: &Cx<'_>, key: &CustomerKey, on: &IfMatch) -> Result<()> {
        on.check(Self::fetch(cx, key).await?.version)?;
        remove(cx, key.customer).await
    }
}
