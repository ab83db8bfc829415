//! Authorisations for single acts: proof that somebody who is signed in wants this very thing, to be used once and soon.
//!
//! They are signed with a key of their own, so that none is ever taken for the token of a session.

use std::time::Duration;

use hydra::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use store::changes::Changes;
use store::{Transaction, authorisation as rows, mention};
use uuid::Uuid;
use vocab::value::CustomerId;

use crate::instant::{instant, micros};
use crate::rights::function;
use crate::rights::identity::{self, AUTHORISATION, ClaimKind};
use crate::{Cx, Error, Result};

/// How long an authorisation lasts.
const LASTS: Duration = Duration::from_secs(5 * 60);
/// How long it is remembered that one was used, after it has ended.
const REMEMBERED: Duration = Duration::from_hours(24);

/// The operation that can be authorised: to delete the data of a customer.
pub const PRUNE: &str = function::PRUNE.name;
/// What it says of the customer.
pub const CUSTOMER: &str = "customerID";

/// A new authorisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorisation {
    /// The token, a JWT.
    pub token: String,
    /// When it ends.
    pub expires: Timestamp,
}

#[derive(Debug, Serialize)]
struct Claims {
    sub: String,
    operation: String,
    context: Map<String, Json>,
    iat: i64,
    exp: i64,
    jti: Uuid,
}

/// An authorisation that holds, and has not been used as far as is known.
#[derive(Debug)]
pub struct Authorised {
    operation: String,
    context: Map<String, Json>,
    id: Uuid,
    /// When it ends, or ended.
    pub expires: Timestamp,
}

impl Authorised {
    /// Whether it is for this operation, in a context that says all this.
    pub fn is_for(&self, operation: &str, context: &Map<String, Json>) -> bool {
        self.operation == operation && context.iter().all(|(name, value)| self.context.get(name) == Some(value))
    }

    /// What it says beside the operation.
    pub fn context(&self) -> &Map<String, Json> {
        &self.context
    }
}

/// What an authorisation says of a customer.
pub(crate) fn about(customer: CustomerId) -> Map<String, Json> {
    Map::from_iter([(CUSTOMER.to_owned(), customer.0.into())])
}

/// Who an authorisation is given to: a portal user, or a key of a customer.
fn subject(cx: &Cx<'_>) -> Option<String> {
    let key = || cx.actor.home.map(|_| cx.actor.name.clone());
    cx.actor.user.map(|user| user.uuid.to_string()).or_else(key)
}

/// Authorises the actor to delete the data of a customer. Whoever has a password proves again who they are.
///
/// # Errors
/// [`Error::NotFound`] if the customer is not theirs to see, [`Error::Forbidden`] if they may not do it, or are nobody in
/// particular; [`Error::Invalid`] if the password is missing or wrong; [`Error::TooMany`] if it has been tried too often.
pub async fn authorise(cx: &Cx<'_>, customer: CustomerId, password: Option<&str>) -> Result<Authorisation> {
    function::permit(cx, &function::PRUNE, Some(customer)).await?;
    cx.customer(customer).await?;
    let subject = subject(cx).ok_or(Error::Forbidden)?;
    if let Some(user) = cx.actor.user
        && let Some(hash) = mention::password_hash(&cx.scope(), user.id).await?
    {
        let given = password.ok_or_else(|| Error::invalid("password", "is required: the one that you sign in with"))?;
        if !cx.is_password(user, given, hash).await? {
            return Err(Error::invalid("password", "is wrong"));
        }
    }
    let expires = Timestamp::new(cx.now.instant() + LASTS);
    let claims = Claims {
        sub: subject,
        operation: PRUNE.into(),
        context: about(customer),
        iat: cx.now.instant().timestamp(),
        exp: expires.instant().timestamp(),
        jti: cx.uuid(),
    };
    let header = Header { typ: Some(AUTHORISATION.into()), ..Header::new(Algorithm::HS256) };
    let key = cx.authorisation_keys().next().unwrap_or_default();
    let token = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(key));
    Ok(Authorisation { token: token.map_err(|error| Error::Internal(error.to_string()))?, expires })
}

/// What a token authorises the actor to do; none where it is no token of ours, somebody else's, or has ended.
pub fn read(cx: &Cx<'_>, token: &str, allow_expired: bool) -> Option<Authorised> {
    let claims = cx.authorisation_keys().find_map(|key| {
        let key = DecodingKey::from_secret(key);
        identity::Claims::read(token, ClaimKind::Authorisation, &key, Algorithm::HS256)
    })?;
    let expires = instant(claims.claim::<i64>("exp").ok()??.saturating_mul(1_000_000));
    let (theirs, whose) = (subject(cx), claims.text("sub").ok()?);
    let is_theirs = theirs.is_some() && theirs == whose;
    let holds = is_theirs && (allow_expired || expires > cx.now);
    let (operation, context) = (claims.text("operation").ok()??, claims.claim("context").ok()??);
    let id = claims.claim("jti").ok()??;
    holds.then_some(Authorised { operation, context, id, expires })
}

/// Uses an authorisation together with what it is for. False if it has been used before.
pub(crate) async fn spend(cx: &Cx<'_>, transaction: &Transaction, authorised: &Authorised) -> Result<bool> {
    rows::forget(transaction, micros(Timestamp::new(cx.now.instant() - REMEMBERED))).await?;
    Ok(rows::spend(transaction, authorised.id, micros(authorised.expires)).await?)
}

/// Uses an authorisation on behalf of another service. False if it has been used before.
///
/// # Errors
/// [`Error::Stale`] if the actor's authority has changed.
pub async fn redeem(cx: &Cx<'_>, authorised: &Authorised) -> Result<bool> {
    let transaction = cx.scope().begin().await?;
    let is_new = spend(cx, &transaction, authorised).await?;
    transaction.commit(Changes::none("authorisations are not kept as resources")).await?;
    Ok(is_new)
}
