//! System users: accounts that belong to no customer, under the rules of those that do.

use hydra::query::Query;
use hydra::{Found, Page};
use store::portal_user as rows;
use store::{Scope, Transaction, UserNumber};
use vocab::value::{Email, Mobile, PortalUserId, Uid};
use vocab::{EntryPoint, EntryPointKey, PortalUserInput, SystemUser, SystemUserFields, SystemUserInput, SystemUserKey};

use crate::classes::portal_user::{self, AccountClass, is_beyond, writable};
use crate::instant::instant;
use crate::{Created, Cx, Error, IfMatch, Members, New, Resource, Result, paging};

fn found(row: rows::PortalUser, beyond: bool) -> Found<SystemUser> {
    Found {
        key: SystemUserKey { system_user: PortalUserId(row.uuid) },
        version: row.version,
        value: SystemUser::from(SystemUserFields {
            email: Email::trusted(row.email),
            created: instant(row.created_at),
            enabled: row.enabled,
            uid: row.uid.map(Uid::trusted),
            mobile: row.mobile.map(Mobile::trusted),
            beyond,
        }),
    }
}

/// What a body says, as it would of a portal user.
fn as_portal_user(input: SystemUserInput) -> PortalUserInput {
    let SystemUserInput { email, created, enabled, password, uid, mobile } = input;
    PortalUserInput { email, created, enabled, password, uid, mobile }
}

impl AccountClass for SystemUser {
    async fn row(cx: &Cx<'_>, key: &SystemUserKey) -> Result<rows::PortalUser> {
        rows::find_system(&cx.scope(), key.system_user.0).await?.ok_or(Error::NotFound)
    }
}

/// Begins to write where the address must not become that of two: the database does not see to that among those who belong to
/// no customer, so one at a time is made or changed.
async fn begin(scope: Scope<'_>) -> Result<Transaction> {
    Ok(scope.begin_alone().await?)
}

/// Whether nobody else among system users has this address.
async fn check_email(transaction: &Transaction, email: &str, own: Option<UserNumber>) -> Result<()> {
    match rows::number_of(transaction, None, email).await? {
        Some(id) if own != Some(id) => Err(Error::conflict("email", "is taken by another system user")),
        _ => Ok(()),
    }
}

/// Makes a system user among other writes.
pub(crate) async fn insert(transaction: &Transaction, state: rows::State) -> Result<rows::PortalUser> {
    check_email(transaction, &state.email, None).await?;
    rows::insert(transaction, None, state).await?.ok_or(Error::NotFound)
}

async fn create(cx: &Cx<'_>, id: PortalUserId, input: SystemUserInput) -> Result<Created<SystemUser>> {
    let state = portal_user::fresh(cx, id, as_portal_user(input)).await?;
    let transaction = begin(cx.scope()).await?;
    let row = insert(&transaction, state).await?;
    let found = found(row, false);
    transaction.commit(cx.created(&found)?).await?;
    Ok(Created { found, new: true })
}

/// Writes a state over a row; none if somebody else was faster.
async fn write(cx: &Cx<'_>, row: &rows::PortalUser, state: rows::State) -> Result<Option<rows::PortalUser>> {
    let transaction = begin(cx.scope()).await?;
    check_email(&transaction, &state.email, Some(row.id)).await?;
    let untold = portal_user::untold(&state);
    let shown = |row: &rows::PortalUser| found(row.clone(), false);
    let changes = |old: &_, new: &_| Ok(cx.changing().updated(&shown(old), &shown(new), untold)?.finish());
    portal_user::write_within(cx, transaction, row, state, &changes).await
}

impl Resource for SystemUser {
    async fn fetch(cx: &Cx<'_>, key: &SystemUserKey) -> Result<Found<Self>> {
        let row = Self::row(cx, key).await?;
        let beyond = is_beyond(cx, &row).await?;
        Ok(found(row, beyond))
    }

    /// What is not sent goes back to what a new account has; password and date of creation stay.
    async fn replace(cx: &Cx<'_>, key: &SystemUserKey, new: SystemUserInput, on: &IfMatch) -> Result<Created<Self>> {
        loop {
            let row = match writable::<Self>(cx, key).await {
                Err(Error::NotFound) => {
                    on.check_absent()?;
                    return create(cx, key.system_user, new).await;
                }
                row => row?,
            };
            on.check(row.version)?;
            let mut state = portal_user::fresh(cx, key.system_user, as_portal_user(new.clone())).await?;
            if new.created.clone().value().is_none() {
                state.created_at = row.created_at;
            }
            if let Some(row) = write(cx, &row, state).await? {
                return Ok(Created { found: found(row, false), new: false });
            }
        }
    }

    async fn update(cx: &Cx<'_>, key: &SystemUserKey, change: SystemUserInput, on: &IfMatch) -> Result<Found<Self>> {
        loop {
            let row = writable::<Self>(cx, key).await?;
            on.check(row.version)?;
            let state = portal_user::changed(cx, &row, as_portal_user(change.clone())).await?;
            if let Some(row) = write(cx, &row, state).await? {
                return Ok(found(row, false));
            }
        }
    }

    async fn remove(cx: &Cx<'_>, key: &SystemUserKey, on: &IfMatch) -> Result<()> {
        loop {
            let row = writable::<Self>(cx, key).await?;
            on.check(row.version)?;
            let transaction = portal_user::begin(cx, &row).await?;
            let mut watch = cx.watch(&transaction);
            watch.account_erased(row.id).await?;
            let changes = watch.finish().await?;
            if rows::delete(&transaction, &row).await? {
                return Ok(transaction.commit(changes).await?);
            }
        }
    }
}

/// The system users.
#[derive(Debug)]
pub struct SystemUsers;

impl Members for SystemUsers {
    type Owner = EntryPoint;
    type Member = SystemUser;
    const LINK: &'static str = "systemUsers";

    async fn list(cx: &Cx<'_>, _owner: &EntryPointKey, query: &Query) -> Result<Page<SystemUser>> {
        let listing = paging::listing::<SystemUser>(query)?;
        let rows = rows::list_system(&cx.scope(), &listing).await?.ok_or(Error::NotFound)?;
        let beyond = portal_user::beyond(cx, &rows.rows).await?;
        paging::page(&listing, rows, |row| {
            let beyond = beyond.contains(&row.id);
            Ok(found(row, beyond))
        })
    }

    async fn create(cx: &Cx<'_>, _owner: &EntryPointKey, new: New<SystemUser>) -> Result<Created<SystemUser>> {
        create(cx, PortalUserId(cx.uuid()), new.input).await
    }
}
