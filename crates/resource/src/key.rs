//! Keys: the secret is shown once, and an administrator is never locked out.

use hydra::query::Query;
use hydra::{Found, Link, Page};
use store::api_key as rows;
use vocab::value::{CustomerId, KeyId};
use vocab::{Customer, CustomerKey, Key, KeyKey};

use crate::cx::instant;
use crate::{Created, Cx, Error, IfMatch, Members, New, Resource, Result, paging, secret};

fn found(customer: CustomerId, row: rows::ApiKey, secret: Option<String>) -> Found<Key> {
    let key = KeyId(row.key);
    Found {
        version: row.version,
        value: Key { key: key.to_string(), secret, created: instant(row.created_at), customer: Link::default() },
        key: KeyKey { customer, key },
    }
}

impl Resource for Key {
    async fn fetch(cx: &Cx<'_>, key: &KeyKey) -> Result<Found<Self>> {
        let tenant = cx.tenant(key.customer)?;
        let row = rows::find(&cx.scope(), tenant, key.key.0).await?.ok_or(Error::NotFound)?;
        Ok(found(key.customer, row, None))
    }

    async fn remove(cx: &Cx<'_>, key: &KeyKey, on: &IfMatch) -> Result<()> {
        let tenant = cx.tenant(key.customer)?;
        let row = rows::find(&cx.scope(), tenant, key.key.0).await?.ok_or(Error::NotFound)?;
        on.check(row.version)?;
        let transaction = cx.scope().begin().await?;
        // The row of the customer stays locked, so that two requests cannot take the last two keys at once.
        let administrator = rows::lock_owner(&transaction, tenant).await?.ok_or(Error::NotFound)?;
        if administrator && rows::count(&transaction, tenant).await? < 2 {
            return Err(Error::conflict("key", "is the last of an administrator; make another before deleting it"));
        }
        if !rows::delete(&transaction, &row).await? {
            return Err(Error::NotFound);
        }
        Ok(transaction.commit().await?)
    }
}

/// The keys of a customer.
#[derive(Debug)]
pub struct Keys;

impl Members for Keys {
    type Owner = Customer;
    type Member = Key;
    const LINK: &'static str = "keys";

    async fn list(cx: &Cx<'_>, owner: &CustomerKey, query: &Query) -> Result<Page<Key>> {
        let tenant = cx.tenant(owner.customer)?;
        let listing = paging::listing::<Key>(query)?;
        let rows = rows::list(&cx.scope(), tenant, &listing).await?.ok_or(Error::NotFound)?;
        paging::page(&listing, rows, |row| Ok(found(owner.customer, row, None)))
    }

    async fn create(cx: &Cx<'_>, owner: &CustomerKey, _new: New<Key>) -> Result<Created<Key>> {
        let tenant = cx.tenant(owner.customer)?;
        let secret = cx.secret();
        let transaction = cx.scope().begin().await?;
        rows::lock_owner(&transaction, tenant).await?.ok_or(Error::NotFound)?;
        let digest = secret::digest(secret.as_bytes());
        let row =
            rows::insert(&transaction, cx.uuid(), rows::Owner::Customer(tenant.id()), &digest, cx.micros()).await?;
        transaction.commit().await?;
        Ok(Created { found: found(owner.customer, row, Some(secret)), new: true })
    }
}
