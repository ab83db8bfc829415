//! Keys: the secret is shown once, and an administrator is never locked out.

use hydra::query::Query;
use hydra::{Found, Page};
use store::{Tenant, Transaction, key as rows};
use vocab::value::{CustomerId, KeyId};
use vocab::{Customer, CustomerKey, Key, KeyFields, KeyKey};

use crate::instant::instant;
use crate::rights::secret;
use crate::{Created, Cx, Error, IfMatch, Members, New, Resource, Result, Used, paging};

fn found(cx: &Cx<'_>, customer: CustomerId, row: rows::Key, secret: Option<String>) -> Found<Key> {
    let key = KeyId(row.key);
    let value = Key::from(KeyFields {
        key: row.name.unwrap_or_else(|| key.to_string()),
        secret,
        created: instant(row.created_at),
        last_used: cx.last_use(Used::Key(row.key), row.last_used_at).map(instant),
        created_by: row.created_by,
    });
    Found { version: row.version, value, key: KeyKey { customer, key } }
}

impl Resource for Key {
    async fn fetch(cx: &Cx<'_>, key: &KeyKey) -> Result<Found<Self>> {
        let tenant = cx.tenant(key.customer)?;
        let row = rows::find(&cx.scope(), tenant, key.key.0).await?.ok_or(Error::NotFound)?;
        Ok(found(cx, key.customer, row, None))
    }

    async fn remove(cx: &Cx<'_>, key: &KeyKey, on: &IfMatch) -> Result<()> {
        let tenant = cx.tenant(key.customer)?;
        let row = rows::find(&cx.scope(), tenant, key.key.0).await?.ok_or(Error::NotFound)?;
        on.check(row.version)?;
        let transaction = cx.scope().begin().await?;
        check_last(&transaction, tenant).await?;
        if !rows::delete(&transaction, row.id, row.version).await? {
            return Err(Error::NotFound);
        }
        Ok(transaction.commit(cx.deleted::<Self>(key)).await?)
    }
}

/// Whether a customer has another key, if it administers the service. Its row stays locked, so that two requests cannot take the
/// last two keys at once.
pub(crate) async fn check_last(transaction: &Transaction, tenant: Tenant) -> Result<()> {
    let administrator = rows::lock_owner(transaction, tenant).await?.ok_or(Error::NotFound)?;
    if administrator && rows::count(transaction, tenant).await? < 2 {
        return Err(Error::conflict("key", "is the last of an administrator; make another before deleting it"));
    }
    Ok(())
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
        paging::page(&listing, rows, |row| Ok(found(cx, owner.customer, row, None)))
    }

    async fn create(cx: &Cx<'_>, owner: &CustomerKey, _new: New<Key>) -> Result<Created<Key>> {
        let tenant = cx.tenant(owner.customer)?;
        let secret = cx.secret();
        let transaction = cx.scope().begin().await?;
        rows::lock_owner(&transaction, tenant).await?.ok_or(Error::NotFound)?;
        let digest = secret::digest(secret.as_bytes());
        let (key, whose) = (cx.uuid(), rows::Owner::Customer(tenant.id()));
        let row = rows::insert(&transaction, key, whose, None, &digest, &cx.actor.name, cx.micros()).await?;
        let found = found(cx, owner.customer, row, Some(secret));
        transaction.commit(cx.created(&found)?).await?;
        tracing::info!(%key, customer = tenant.id().get(), actor = cx.actor.name, "a key was made");
        Ok(Created { found, new: true })
    }
}
