//! Portal users: an account that is disabled, or whose password changes, has no session left.

use std::collections::BTreeSet;

use hydra::query::Query;
use hydra::{Found, Page};
use store::changes::Changes;
use store::portal_user as rows;
use store::{Transaction, UserNumber, session};
use vocab::value::{CustomerId, Email, Mobile, PortalUserId, Uid};
use vocab::{Customer, CustomerKey, PortalUser, PortalUserFields, PortalUserInput, PortalUserKey};

use crate::instant::{instant, micros};
use crate::{Created, Cx, Error, IfMatch, Members, New, Resource, Result, paging};

fn found(customer: CustomerId, row: rows::PortalUser, beyond: bool) -> Found<PortalUser> {
    Found {
        key: PortalUserKey { customer, portal_user: PortalUserId(row.uuid) },
        version: row.version,
        value: PortalUser::from(PortalUserFields {
            email: Email::trusted(row.email),
            created: instant(row.created_at),
            enabled: row.enabled,
            uid: row.uid.map(Uid::trusted),
            mobile: row.mobile.map(Mobile::trusted),
            beyond,
        }),
    }
}

/// Those of accounts that were granted more than portal roles, and may do something that the actor may not: whoever wrote
/// one could act as it.
pub(crate) async fn beyond(cx: &Cx<'_>, rows: &[rows::PortalUser]) -> Result<BTreeSet<UserNumber>> {
    let privileged = rows.iter().filter(|row| row.privileged && !cx.actor.everything).map(|row| row.id);
    let all = rows::privileges(&cx.scope(), privileged).await?;
    let is_beyond = |names: Option<String>| {
        let names = names.unwrap_or_default();
        names.split(',').any(|name| !name.is_empty() && !cx.actor.entitlements.contains(name))
    };
    Ok(all.into_iter().filter_map(|(id, names)| is_beyond(names).then_some(id)).collect())
}

/// Whether that is so of one account.
pub(crate) async fn is_beyond(cx: &Cx<'_>, row: &rows::PortalUser) -> Result<bool> {
    Ok(!beyond(cx, std::slice::from_ref(row)).await?.is_empty())
}

/// A class of accounts: of those that belong to a customer, or of those that belong to none.
#[expect(async_fn_in_trait, reason = "a request is served on one thread; nothing here has to be sent to another")]
pub trait AccountClass: Resource {
    /// The row of an account.
    async fn row(cx: &Cx<'_>, key: &Self::Key) -> Result<rows::PortalUser>;
}

impl AccountClass for PortalUser {
    async fn row(cx: &Cx<'_>, key: &PortalUserKey) -> Result<rows::PortalUser> {
        let tenant = cx.tenant(key.customer)?;
        rows::find(&cx.scope(), tenant, key.portal_user.0).await?.ok_or(Error::NotFound)
    }
}

/// The row of an account that the actor may write.
pub(crate) async fn writable<A: AccountClass>(cx: &Cx<'_>, key: &A::Key) -> Result<rows::PortalUser> {
    let row = A::row(cx, key).await?;
    if is_beyond(cx, &row).await? { Err(Error::Forbidden) } else { Ok(row) }
}

/// The state that a body describes from scratch.
pub(crate) async fn fresh(cx: &Cx<'_>, id: PortalUserId, input: PortalUserInput) -> Result<rows::State> {
    let password_hash = match input.password.value() {
        Some(password) => Some(cx.hash(&password).await?),
        None => None,
    };
    let email = input.email.value().ok_or_else(|| Error::invalid("email", "is required"))?;
    Ok(rows::State {
        uuid: id.0,
        email: email.into(),
        uid: input.uid.value().map(String::from),
        mobile: input.mobile.value().map(String::from),
        enabled: input.enabled.value().unwrap_or(true),
        password_hash,
        created_at: input.created.value().map_or_else(|| cx.micros(), micros),
        birth: cx.birth(),
    })
}

/// The state that a change makes of a row.
pub(crate) async fn changed(cx: &Cx<'_>, row: &rows::PortalUser, change: PortalUserInput) -> Result<rows::State> {
    let password_hash = match change.password.value() {
        Some(password) => Some(cx.hash(&password).await?),
        None => None,
    };
    Ok(rows::State {
        uuid: row.uuid,
        email: change.email.value().map_or_else(|| row.email.clone(), String::from),
        uid: change.uid.or_keep(row.uid.clone().map(Uid::trusted)).map(String::from),
        mobile: change.mobile.or_keep(row.mobile.clone().map(Mobile::trusted)).map(String::from),
        enabled: change.enabled.value().unwrap_or(row.enabled),
        password_hash,
        created_at: change.created.value().map_or(row.created_at, micros),
        birth: cx.birth(),
    })
}

/// Begins to write a row that was found to be the actor's to write. It stays so until the transaction ends.
pub(crate) async fn begin(cx: &Cx<'_>, row: &rows::PortalUser) -> Result<Transaction> {
    let transaction = cx.scope().begin().await?;
    hold(cx, &transaction, row).await?;
    Ok(transaction)
}

/// Keeps a row as it was found to be the actor's to write.
async fn hold(cx: &Cx<'_>, transaction: &Transaction, row: &rows::PortalUser) -> Result<()> {
    // Nothing that is granted is more than everything.
    if cx.actor.everything { Ok(()) } else { Ok(rows::hold(transaction, row).await?) }
}

/// The changes of an account by a write.
pub(crate) type Rewritten<'a> = &'a dyn Fn(&rows::PortalUser, &rows::PortalUser) -> Result<Changes>;

/// What the log is told of a write that may set a password, which nobody is told.
pub(crate) fn untold(state: &rows::State) -> &'static [&'static str] {
    if state.password_hash.is_some() { &["password"] } else { &[] }
}

/// Writes a state over a row; none if somebody else was faster.
async fn write(
    cx: &Cx<'_>,
    customer: CustomerId,
    row: &rows::PortalUser,
    state: rows::State,
) -> Result<Option<rows::PortalUser>> {
    let transaction = begin(cx, row).await?;
    let untold = untold(&state);
    let shown = |row: &rows::PortalUser| found(customer, row.clone(), false);
    let changes = |old: &_, new: &_| Ok(cx.changing().updated(&shown(old), &shown(new), untold)?.finish());
    write_begun(transaction, row, state, &changes).await
}

/// The same in a transaction that has begun otherwise.
pub(crate) async fn write_within(
    cx: &Cx<'_>,
    transaction: Transaction,
    row: &rows::PortalUser,
    state: rows::State,
    changes: Rewritten<'_>,
) -> Result<Option<rows::PortalUser>> {
    hold(cx, &transaction, row).await?;
    write_begun(transaction, row, state, changes).await
}

async fn write_begun(
    transaction: Transaction,
    old: &rows::PortalUser,
    state: rows::State,
    changes: Rewritten<'_>,
) -> Result<Option<rows::PortalUser>> {
    let ends_sessions = !state.enabled || state.password_hash.is_some();
    let Some(row) = rows::update(&transaction, old, state).await? else {
        return Ok(None);
    };
    if ends_sessions {
        session::delete_of(&transaction, row.id).await?;
    }
    transaction.commit(changes(old, &row)?).await?;
    Ok(Some(row))
}

impl Resource for PortalUser {
    async fn fetch(cx: &Cx<'_>, key: &PortalUserKey) -> Result<Found<Self>> {
        let row = Self::row(cx, key).await?;
        let beyond = is_beyond(cx, &row).await?;
        Ok(found(key.customer, row, beyond))
    }

    /// What is not sent goes back to what a new account has; password and date of creation stay.
    async fn replace(cx: &Cx<'_>, key: &PortalUserKey, new: PortalUserInput, on: &IfMatch) -> Result<Created<Self>> {
        let tenant = cx.tenant(key.customer)?;
        let keeps_date = new.created.clone().value().is_none();
        let state = fresh(cx, key.portal_user, new).await?;
        loop {
            let Some(row) = rows::find(&cx.scope(), tenant, key.portal_user.0).await? else {
                on.check_absent()?;
                return insert(cx, key.customer, state).await;
            };
            if is_beyond(cx, &row).await? {
                return Err(Error::Forbidden);
            }
            on.check(row.version)?;
            let mut state = state.clone();
            if keeps_date {
                state.created_at = row.created_at;
            }
            if let Some(row) = write(cx, key.customer, &row, state).await? {
                return Ok(Created { found: found(key.customer, row, false), new: false });
            }
        }
    }

    async fn update(cx: &Cx<'_>, key: &PortalUserKey, change: PortalUserInput, on: &IfMatch) -> Result<Found<Self>> {
        loop {
            let row = writable::<Self>(cx, key).await?;
            on.check(row.version)?;
            let state = changed(cx, &row, change.clone()).await?;
            if let Some(row) = write(cx, key.customer, &row, state).await? {
                return Ok(found(key.customer, row, false));
            }
        }
    }

    async fn remove(cx: &Cx<'_>, key: &PortalUserKey, on: &IfMatch) -> Result<()> {
        loop {
            let row = writable::<Self>(cx, key).await?;
            on.check(row.version)?;
            let transaction = begin(cx, &row).await?;
            let mut watch = cx.watch(&transaction);
            watch.account_erased(row.id).await?;
            let changes = watch.finish().await?;
            if rows::delete(&transaction, &row).await? {
                return Ok(transaction.commit(changes).await?);
            }
        }
    }
}

/// Makes an account.
async fn insert(cx: &Cx<'_>, customer: CustomerId, state: rows::State) -> Result<Created<PortalUser>> {
    let transaction = cx.scope().begin().await?;
    let row = rows::insert(&transaction, Some(cx.tenant(customer)?), state).await?.ok_or(Error::NotFound)?;
    let found = found(customer, row, false);
    transaction.commit(cx.created(&found)?).await?;
    Ok(Created { found, new: true })
}

/// The portal users of a customer.
#[derive(Debug)]
pub struct PortalUsers;

impl Members for PortalUsers {
    type Owner = Customer;
    type Member = PortalUser;
    const LINK: &'static str = "portalUsers";

    async fn list(cx: &Cx<'_>, owner: &CustomerKey, query: &Query) -> Result<Page<PortalUser>> {
        let tenant = cx.tenant(owner.customer)?;
        let listing = paging::listing::<PortalUser>(query)?;
        let rows = rows::list(&cx.scope(), tenant, &listing).await?.ok_or(Error::NotFound)?;
        let beyond = beyond(cx, &rows.rows).await?;
        paging::page(&listing, rows, |row| {
            let beyond = beyond.contains(&row.id);
            Ok(found(owner.customer, row, beyond))
        })
    }

    async fn create(cx: &Cx<'_>, owner: &CustomerKey, new: New<PortalUser>) -> Result<Created<PortalUser>> {
        let state = fresh(cx, PortalUserId(cx.uuid()), new.input).await?;
        insert(cx, owner.customer, state).await
    }
}
