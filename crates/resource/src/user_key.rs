//! Keys of users: looked at and ended by whoever may write the account. A key acts as its user, so it is made by the user's own
//! interface or by the operator, and not here.

use hydra::query::Query;
use hydra::{Found, Link, Page};
use store::api_key as rows;
use store::portal_user::PortalUser as UserRow;
use vocab::value::KeyId;
use vocab::{PortalUser, PortalUserKey, SystemKey, SystemKeyKey, SystemUser, SystemUserKey, UserKey, UserKeyKey};

use crate::cx::instant;
use crate::{Cx, Error, IfMatch, Members, Resource, Result, paging, portal_user, system_user};

/// A key of a user.
async fn row(cx: &Cx<'_>, user: &UserRow, key: KeyId) -> Result<rows::ApiKey> {
    rows::find_of_user(&cx.scope(), user.id, key.0).await?.ok_or(Error::NotFound)
}

/// Ends a key of a user that the actor may write.
async fn remove(cx: &Cx<'_>, user: &UserRow, key: KeyId, on: &IfMatch) -> Result<()> {
    let row = row(cx, user, key).await?;
    on.check(row.version)?;
    let transaction = portal_user::begin(cx, user).await?;
    if !rows::delete(&transaction, &row).await? {
        return Err(Error::NotFound);
    }
    Ok(transaction.commit().await?)
}

/// A page of the keys of a user.
async fn list<C: hydra::Class>(
    cx: &Cx<'_>,
    user: &UserRow,
    query: &Query,
    found: impl Fn(rows::ApiKey) -> Found<C>,
) -> Result<Page<C>> {
    let listing = paging::listing::<C>(query)?;
    let rows = rows::list_of_user(&cx.scope(), user.id, &listing).await?.ok_or(Error::NotFound)?;
    let page = paging::page(&listing, rows, |row| Ok(found(row)))?;
    Ok(Page { closed: portal_user::is_beyond(cx, user).await?, ..page })
}

fn owner(key: &UserKeyKey) -> PortalUserKey {
    PortalUserKey { customer: key.customer, portal_user: key.portal_user }
}

fn of_portal_user(cx: &Cx<'_>, user: &PortalUserKey, row: rows::ApiKey, beyond: bool) -> Found<UserKey> {
    let key = KeyId(row.key);
    Found {
        key: UserKeyKey { customer: user.customer, portal_user: user.portal_user, key },
        version: row.version,
        value: UserKey {
            key: key.to_string(),
            created: instant(row.created_at),
            last_used: cx.last_use(row.key, row.last_used_at).map(instant),
            created_by: row.created_by,
            portal_user: Link::default(),
            beyond,
        },
    }
}

impl Resource for UserKey {
    async fn fetch(cx: &Cx<'_>, key: &UserKeyKey) -> Result<Found<Self>> {
        let (owner, user) = (owner(key), portal_user::row(cx, &owner(key)).await?);
        let beyond = portal_user::is_beyond(cx, &user).await?;
        Ok(of_portal_user(cx, &owner, row(cx, &user, key.key).await?, beyond))
    }

    async fn remove(cx: &Cx<'_>, key: &UserKeyKey, on: &IfMatch) -> Result<()> {
        let user = portal_user::writable(cx, &owner(key)).await?;
        remove(cx, &user, key.key, on).await
    }
}

/// The keys of a portal user.
#[derive(Debug)]
pub struct UserKeys;

impl Members for UserKeys {
    type Owner = PortalUser;
    type Member = UserKey;
    const LINK: &'static str = "keys";

    async fn list(cx: &Cx<'_>, owner: &PortalUserKey, query: &Query) -> Result<Page<UserKey>> {
        let user = portal_user::row(cx, owner).await?;
        let beyond = portal_user::is_beyond(cx, &user).await?;
        list(cx, &user, query, |row| of_portal_user(cx, owner, row, beyond)).await
    }
}

fn of_system_user(cx: &Cx<'_>, user: &SystemUserKey, row: rows::ApiKey, beyond: bool) -> Found<SystemKey> {
    let key = KeyId(row.key);
    Found {
        key: SystemKeyKey { system_user: user.system_user, key },
        version: row.version,
        value: SystemKey {
            key: key.to_string(),
            created: instant(row.created_at),
            last_used: cx.last_use(row.key, row.last_used_at).map(instant),
            created_by: row.created_by,
            system_user: Link::default(),
            beyond,
        },
    }
}

impl Resource for SystemKey {
    async fn fetch(cx: &Cx<'_>, key: &SystemKeyKey) -> Result<Found<Self>> {
        let owner = SystemUserKey { system_user: key.system_user };
        let user = system_user::row(cx, &owner).await?;
        let beyond = portal_user::is_beyond(cx, &user).await?;
        Ok(of_system_user(cx, &owner, row(cx, &user, key.key).await?, beyond))
    }

    async fn remove(cx: &Cx<'_>, key: &SystemKeyKey, on: &IfMatch) -> Result<()> {
        let user = system_user::writable(cx, &SystemUserKey { system_user: key.system_user }).await?;
        remove(cx, &user, key.key, on).await
    }
}

/// The keys of a system user.
#[derive(Debug)]
pub struct SystemKeys;

impl Members for SystemKeys {
    type Owner = SystemUser;
    type Member = SystemKey;
    const LINK: &'static str = "keys";

    async fn list(cx: &Cx<'_>, owner: &SystemUserKey, query: &Query) -> Result<Page<SystemKey>> {
        let user = system_user::row(cx, owner).await?;
        let beyond = portal_user::is_beyond(cx, &user).await?;
        list(cx, &user, query, |row| of_system_user(cx, owner, row, beyond)).await
    }
}
