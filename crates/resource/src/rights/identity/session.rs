//! Sessions: signing in with a password or a key, and the tokens of ours that come of it.

use std::net::IpAddr;
use std::time::Duration;

use hydra::Timestamp;
use jsonwebtoken::{Algorithm, Header};
use serde::Serialize;
use store::changes::Changes;
use store::portal_user;
use store::session::{self as rows, Beginner};
use uuid::Uuid;

use super::{ClaimKind, Claims, Identities, refused};
use crate::instant::{instant, micros};
use crate::rights::passwords::WhosePassword;
use crate::{Error, Result};

/// How long a session lasts.
const LASTS: Duration = Duration::from_secs(8 * 60 * 60);
/// How many accounts one e-mail address is tried against.
const SAME_ADDRESS: i64 = 8;

/// A token for a session.
#[derive(Debug)]
pub struct Token {
    /// The token, a JWT.
    pub access_token: String,
    /// Seconds until it ends.
    pub expires_in: u64,
}

/// What a token of ours says.
#[derive(Debug, Serialize)]
struct Written<'a> {
    iss: &'a str,
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    exp: i64,
}

/// The session that a token is for.
#[derive(Debug)]
pub(super) struct Session {
    /// Its row.
    pub id: Uuid,
    /// When it ends by itself.
    pub end: Timestamp,
}

impl Identities {
    /// Signs a portal user in by e-mail address or sign-in name, and begins a session; from a place, where it is known to be that of
    /// one client.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] if name or password is wrong, or the account is not to sign in: which, is not said.
    /// [`Error::Invalid`] if the address is known to several customers with the same password. [`Error::TooMany`] if it has
    /// been tried too often.
    pub async fn sign_in(&self, name: &str, password: &str, from: Option<IpAddr>) -> Result<Token> {
        from.map_or(Ok(()), |place| self.passwords.count_place(place))?;
        let scope = self.store.operator();
        let accounts = portal_user::accounts(&scope, name, SAME_ADDRESS).await?;
        let mut matching = Vec::new();
        if accounts.is_empty() {
            self.passwords.proves(WhosePassword::Nobody(name), password, None).await?;
        }
        for account in accounts {
            refused::note(format_args!("user {}", account.uuid));
            let right = self
                .passwords
                .proves(WhosePassword::Account(account.id), password, account.password_hash.clone())
                .await?;
            if right && account.active {
                matching.push(account);
            }
        }
        let account = match matching.as_slice() {
            [] => return Err(Error::Unauthenticated),
            [one] => one,
            _ => {
                return Err(Error::invalid("username", "belongs to several customers; sign in with the account's uid"));
            }
        };
        self.begin(Beginner::User(account.id), account.uuid).await
    }

    /// Signs somebody in by a key and its secret, and begins a session, which ends with the key. It is for browsers, which had
    /// better not keep the secret.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] if they are wrong, or not good any more.
    pub async fn sign_in_with_key(&self, key: &str, secret: &str) -> Result<Token> {
        let epoch = self.store.operator().epoch().await?;
        let (key, _) = self.by_key(key, secret, epoch).await?;
        self.begin(Beginner::Key(key), key).await
    }

    async fn begin(&self, beginner: Beginner, subject: Uuid) -> Result<Token> {
        let now = self.world.now();
        let end = Timestamp::new(now.instant() + LASTS);
        let id = self.world.uuid();
        let transaction = self.store.operator().begin().await?;
        rows::delete_expired(&transaction, micros(now)).await?;
        rows::insert(&transaction, id, beginner, micros(now), micros(end)).await?;
        transaction.commit(Changes::none("sessions are not logged")).await?;
        let claims = Written {
            iss: &self.issuer,
            sub: subject,
            sid: id,
            iat: now.instant().timestamp(),
            exp: end.instant().timestamp(),
        };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing.encoding);
        let access_token = token.map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Token { access_token, expires_in: LASTS.as_secs() })
    }

    /// Ends the session of a token of ours. What is none, or has ended, is left at that.
    ///
    /// # Errors
    /// The database refused.
    pub async fn sign_out(&self, token: &str) -> Result<()> {
        let Some(session) = self.session(token) else {
            return Ok(());
        };
        let transaction = self.store.operator().begin().await?;
        rows::delete(&transaction, session.id).await?;
        Ok(transaction.commit(Changes::none("sessions are not logged")).await?)
    }

    /// Whether a token is one of ours, for a session.
    pub fn is_session(&self, token: &str) -> bool {
        self.session(token).is_some()
    }

    /// The session that a token of ours is for; none where it is not ours. Whether it has ended is not asked here.
    pub(super) fn session(&self, token: &str) -> Option<Session> {
        let mut keys = self.signing.decoding.iter();
        let claims = keys.find_map(|key| Claims::read(token, ClaimKind::Access, key, Algorithm::HS256))?;
        let issuer = claims.text("iss").ok()??;
        let (id, end) = (claims.claim("sid").ok()??, claims.claim::<i64>("exp").ok()??);
        (issuer == self.issuer).then(|| Session { id, end: instant(end.saturating_mul(1_000_000)) })
    }
}
