//! Sessions, whosever they are.

use hydra::Timestamp;
use serde::Serialize;
use store::changes::Changes;
use store::session::{self, WhoseSessions};
use store::{Store, viewer_session};
use uuid::Uuid;

use super::account::named;
use super::customer_number::customer_number;
use crate::instant::{instant, micros};
use crate::{Error, Identities, Result, World};

/// A session of an account, as `session list` tells of one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldSession {
    /// What it is known by; no secret.
    pub session: Uuid,
    /// The identity of the user; none where it was begun with a key.
    pub user: Option<Uuid>,
    /// The address of the user.
    pub email: Option<String>,
    /// The key that it was begun with.
    pub key: Option<Uuid>,
    /// The customer of either, by name; none of a system user's.
    pub customer: Option<String>,
    /// When somebody signed in.
    pub created: Timestamp,
    /// When it ends by itself.
    pub expires: Timestamp,
    /// When it was used last, as far as it has been written down.
    pub last_used: Option<Timestamp>,
}

/// WhoseSessions sessions are asked for.
#[derive(Debug, Clone, Copy)]
pub enum Sessions<'a> {
    /// Everybody's.
    All,
    /// Those of the users and keys of a customer, by name.
    Customer(&'a str),
    /// Those of a user.
    User(&'a str),
}

/// The sessions of accounts that there are, the oldest first.
///
/// # Errors
/// There is no such customer or user.
pub async fn sessions(identities: &Identities, whose: Sessions<'_>) -> Result<Vec<HeldSession>> {
    let scope = identities.store().operator();
    let whose = match whose {
        Sessions::All => WhoseSessions::All,
        Sessions::Customer(name) => WhoseSessions::Customer(customer_number(&scope, name).await?),
        Sessions::User(name) => WhoseSessions::User(named(&scope, name).await?.id),
    };
    let rows = session::owned(&scope, whose, micros(identities.world().now())).await?;
    let sessions = rows.into_iter().map(|row| HeldSession {
        session: row.uuid,
        user: row.user,
        email: row.email,
        key: row.key,
        customer: row.customer,
        created: instant(row.created_at),
        expires: instant(row.expires_at),
        last_used: row.last_used_at.map(instant),
    });
    Ok(sessions.collect())
}

/// How many sessions of accounts have not ended.
///
/// # Errors
/// The database refused.
pub async fn open_sessions(store: &Store, world: &World) -> Result<i64> {
    Ok(session::open(&store.operator(), micros(world.now())).await?)
}

/// A session with an auth service of a customer, as `session list --viewers` tells of one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Viewing {
    /// What it is known by; no secret.
    pub session: Uuid,
    /// The customer, by name.
    pub customer: String,
    /// The auth service, by name.
    pub auth_service: String,
    /// When the service was used, if that was kept.
    pub created: Option<Timestamp>,
    /// When it ends, unless it is used before.
    pub expires: Timestamp,
    /// When it ends however often it is used.
    pub ends: Timestamp,
}

/// The sessions with the auth services of a customer, the oldest first.
///
/// # Errors
/// There is no such customer.
pub async fn viewers(identities: &Identities, customer: &str) -> Result<Vec<Viewing>> {
    let scope = identities.store().operator();
    let number = customer_number(&scope, customer).await?;
    let rows = viewer_session::owned(&scope, number, micros(identities.world().now())).await?;
    let sessions = rows.into_iter().map(|row| Viewing {
        session: row.uuid,
        customer: row.customer,
        auth_service: row.service,
        created: row.created_at.map(instant),
        expires: instant(row.expires_at),
        ends: instant(row.ends_at),
    });
    Ok(sessions.collect())
}

/// Ends a session, of an account or with an auth service.
///
/// # Errors
/// There is no such session.
pub async fn end_session(identities: &Identities, session: Uuid) -> Result<()> {
    let transaction = identities.store().operator().begin().await?;
    if !session::delete(&transaction, session).await? && !viewer_session::delete(&transaction, session).await? {
        return Err(Error::invalid("session", format_args!("{session} does not exist, or has ended")));
    }
    Ok(transaction.commit(Changes::none("sessions are not logged")).await?)
}

/// Ends the sessions of a user; how many there were.
///
/// # Errors
/// There is no such user, or more than one.
pub async fn end_sessions(identities: &Identities, name: &str) -> Result<u64> {
    let scope = identities.store().operator();
    let user = named(&scope, name).await?;
    let transaction = scope.begin().await?;
    let ended = session::delete_of(&transaction, user.id).await?;
    transaction.commit(Changes::none("sessions are not logged")).await?;
    Ok(ended)
}

/// Ends the sessions with the auth services of a customer; how many there were.
///
/// # Errors
/// There is no such customer.
pub async fn end_viewers(identities: &Identities, customer: &str) -> Result<u64> {
    let scope = identities.store().operator();
    let number = customer_number(&scope, customer).await?;
    let transaction = scope.begin().await?;
    let ended = viewer_session::delete_of_customer(&transaction, number).await?;
    transaction.commit(Changes::none("sessions are not logged")).await?;
    Ok(ended)
}
