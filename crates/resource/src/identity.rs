//! From credentials to an actor: API keys, sessions, tokens of issuers that the operator trusts.

mod service;
mod signer;

pub use signer::Signer;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hydra::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use store::session::Identity;
use store::{Store, api_key, portal_user, session};
use tokio::sync::Mutex;
use uuid::Uuid;
use vocab::value::CustomerId;

use crate::cx::{instant, micros};
use crate::secret::{self, Passwords, Vault};
use crate::{Actor, Cx, Error, Result, Retry, Rules, User, World};

/// How long a session lasts.
const SESSION: Duration = Duration::from_secs(8 * 60 * 60);
/// How many accounts one e-mail address is tried against.
const SAME_ADDRESS: i64 = 8;

/// How often a request begins again because somebody's authority changed. Each time somebody has got through.
const ATTEMPTS: usize = 60;

/// How many credentials are remembered.
const REMEMBERED: usize = 10_000;

/// What a client sends to say who it is.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a>(pub &'a str);

/// A token for a session.
#[derive(Debug)]
pub struct Token {
    /// The token, a JWT.
    pub access_token: String,
    /// Seconds until it ends.
    pub expires_in: u64,
}

/// An issuer of tokens that the operator trusts, with the one algorithm that it signs with.
#[derive(Clone)]
pub struct Issuer {
    /// The `iss` claim.
    pub name: String,
    /// The `aud` claim that tokens must have; any where none is named.
    pub audience: Option<String>,
    /// The algorithm; a token that names another is refused.
    pub algorithm: Algorithm,
    /// The key that signatures are checked with.
    pub key: DecodingKey,
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issuer").field("name", &self.name).field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// Everything that knows who somebody is.
#[derive(Debug)]
pub struct Identities {
    store: Store,
    world: World,
    passwords: Passwords,
    vault: Vault,
    issuer: String,
    signing: Signing,
    issuers: Vec<Issuer>,
    rules: Rules,
    /// Who a credential was last seen to belong to, by its digest. What comes from here is believed only as far as the
    /// database says, in the statement that it is used in, that nobody's authority has changed since.
    known: Cache<[u8; 32], Arc<Actor>>,
    /// Whose turn it is among those who begin again.
    turn: Mutex<()>,
}

struct Signing {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl std::fmt::Debug for Signing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signing")
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    sid: Uuid,
    iat: i64,
    exp: i64,
}

#[derive(Debug, Deserialize)]
struct ForeignClaims {
    sub: String,
    exp: i64,
}

impl Identities {
    /// Identities kept in a store. `issuer` is our own name in tokens, `server_key` what they are signed with.
    pub fn new(
        store: Store,
        world: World,
        issuer: &str,
        server_key: &[u8],
        issuers: Vec<Issuer>,
        cores: usize,
    ) -> Self {
        Self {
            store,
            world,
            passwords: Passwords::new(cores),
            vault: Vault::new(server_key),
            issuer: issuer.to_owned(),
            signing: Signing {
                encoding: EncodingKey::from_secret(server_key),
                decoding: DecodingKey::from_secret(server_key),
            },
            issuers,
            rules: Rules::default(),
            known: Cache::new(REMEMBERED),
            turn: Mutex::new(()),
        }
    }

    /// The same under other decisions of the operator's.
    #[must_use]
    pub fn under(self, rules: Rules) -> Self {
        Self { rules, ..self }
    }

    /// Attempts something until nobody's authority changes meanwhile; the attempt is told whether to look its actor up
    /// anew. Those who have to begin again go one after the other, so that they do not keep each other from ending.
    ///
    /// # Errors
    /// Those of the attempt; one that is stale if authorities keep changing.
    pub async fn persist<T, E: Retry>(&self, attempt: impl AsyncFn(bool) -> Result<T, E>) -> Result<T, E> {
        let is_stale = |done: &Result<T, E>| done.as_ref().is_err_and(Retry::is_stale);
        let mut done = attempt(false).await;
        if !is_stale(&done) {
            return done;
        }
        let _turn = self.turn.lock().await;
        for _ in 0..ATTEMPTS {
            done = attempt(true).await;
            if !is_stale(&done) {
                break;
            }
        }
        done
    }

    /// The circumstances of a request by an actor.
    pub fn cx<'a>(&'a self, actor: &'a Actor) -> Cx<'a> {
        Cx::new(actor, &self.store, &self.world, &self.passwords, &self.vault, &self.rules)
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Time and randomness.
    pub fn world(&self) -> &World {
        &self.world
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    /// Who sent these credentials, the value of an `Authorization` header. With `anew` nothing remembered is used.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] if they are not good, or not any more.
    pub async fn authenticate(&self, credentials: Credentials<'_>, anew: bool) -> Result<Arc<Actor>> {
        let digest = secret::digest(credentials.0.as_bytes());
        self.remembered(digest, anew, async |epoch, now| self.look_up(credentials, epoch, now).await).await
    }

    /// The portal user who sent a key of the form `user/key/secret`. With `anew` nothing remembered is used.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] if it is not good, or not any more.
    pub async fn authenticate_user_key(&self, key: &str, anew: bool) -> Result<Arc<Actor>> {
        // What is sent elsewhere is remembered by its digest, too, and begins with the name of a scheme.
        let digest = secret::digest(format!("/{key}").as_bytes());
        self.remembered(digest, anew, async |epoch, _| self.by_user_key(key.trim(), epoch).await).await
    }

    /// Whose a credential with this digest is: remembered, or looked up.
    async fn remembered(
        &self,
        digest: [u8; 32],
        anew: bool,
        look_up: impl AsyncFnOnce(i64, Timestamp) -> Result<Actor>,
    ) -> Result<Arc<Actor>> {
        let now = self.world.now();
        if !anew && let Some(actor) = self.known.get(&digest) {
            if actor.expires.is_some_and(|end| end <= now) {
                self.known.remove(&digest);
                return Err(Error::Unauthenticated);
            }
            return Ok(actor);
        }
        let epoch = self.store.operator().epoch().await?;
        match look_up(epoch, now).await {
            Ok(actor) => {
                let actor = Arc::new(actor);
                self.known.insert(digest, Arc::clone(&actor));
                Ok(actor)
            }
            Err(error) => {
                self.known.remove(&digest);
                Err(error)
            }
        }
    }

    /// A key of a portal user's, with the identity of that user before it.
    async fn by_user_key(&self, text: &str, epoch: i64) -> Result<Actor> {
        let parts: Vec<_> = text.split('/').collect();
        let [user, key, given] = parts.as_slice() else { return Err(Error::Unauthenticated) };
        let user = Uuid::try_parse(user).map_err(|_| Error::Unauthenticated)?;
        let key = Uuid::try_parse(key).map_err(|_| Error::Unauthenticated)?;
        let scope = self.store.scope(epoch);
        let holder = api_key::holder(&scope, key).await?.ok_or(Error::Unauthenticated)?;
        if !secret::matches(given, &holder.secret_hash) || holder.user != Some(user) {
            return Err(Error::Unauthenticated);
        }
        let identity = session::identity(&scope, Some(user), "").await?.ok_or(Error::Unauthenticated)?;
        user_actor(identity, None, epoch)
    }

    async fn look_up(&self, Credentials(header): Credentials<'_>, epoch: i64, now: Timestamp) -> Result<Actor> {
        let (scheme, rest) = header.trim().split_once(' ').ok_or(Error::Unauthenticated)?;
        let rest = rest.trim();
        if scheme.eq_ignore_ascii_case("basic") {
            self.by_key(rest, epoch).await
        } else if scheme.eq_ignore_ascii_case("bearer") {
            self.by_token(rest, epoch, now).await
        } else {
            Err(Error::Unauthenticated)
        }
    }

    /// HTTP Basic (RFC 7617): a key and its secret.
    async fn by_key(&self, encoded: &str, epoch: i64) -> Result<Actor> {
        let decoded = STANDARD.decode(encoded).map_err(|_| Error::Unauthenticated)?;
        let pair = String::from_utf8(decoded).map_err(|_| Error::Unauthenticated)?;
        let (key, given) = pair.split_once(':').ok_or(Error::Unauthenticated)?;
        let key = Uuid::try_parse(key).map_err(|_| Error::Unauthenticated)?;
        let scope = self.store.scope(epoch);
        let holder = api_key::holder(&scope, key).await?.ok_or(Error::Unauthenticated)?;
        if !secret::matches(given, &holder.secret_hash) {
            return Err(Error::Unauthenticated);
        }
        if let Some(user) = holder.user {
            let identity = session::identity(&scope, Some(user), "").await?.ok_or(Error::Unauthenticated)?;
            return user_actor(identity, None, epoch);
        }
        let customer = CustomerId(holder.customer.ok_or(Error::Unauthenticated)?);
        if holder.active != Some(true) {
            return Err(Error::Unauthenticated);
        }
        let administrator = holder.administrator == Some(true);
        Ok(Actor {
            name: format!("key {key}"),
            home: Some(customer),
            everything: administrator,
            of_administrator: administrator,
            entitlements: ["CUSTOMER_READ", "CUSTOMER_WRITE", "CUSTOMER_GET_ITSELF"].map(String::from).into(),
            epoch,
            ..Actor::default()
        })
    }

    /// A Bearer token (RFC 6750): a session of ours, or a token of an issuer that is trusted.
    async fn by_token(&self, token: &str, epoch: i64, now: Timestamp) -> Result<Actor> {
        let scope = self.store.scope(epoch);
        if let Some(claims) = self.claims(token) {
            let end = seconds(claims.exp);
            if end <= now {
                return Err(Error::Unauthenticated);
            }
            let identity = session::holder(&scope, claims.sid, micros(now)).await?.ok_or(Error::Unauthenticated)?;
            return user_actor(identity, Some(end), epoch);
        }
        for issuer in &self.issuers {
            let mut trusted = validation(issuer.algorithm);
            trusted.set_issuer(&[&issuer.name]);
            match &issuer.audience {
                Some(audience) => trusted.set_audience(&[audience]),
                None => trusted.validate_aud = false,
            }
            let Ok(data) = jsonwebtoken::decode::<ForeignClaims>(token, &issuer.key, &trusted) else {
                continue;
            };
            let end = seconds(data.claims.exp);
            if end <= now {
                return Err(Error::Unauthenticated);
            }
            let subject = &data.claims.sub;
            let identity = session::identity(&scope, Uuid::try_parse(subject).ok(), subject).await?;
            return user_actor(identity.ok_or(Error::Unauthenticated)?, Some(end), epoch);
        }
        Err(Error::Unauthenticated)
    }

    /// Signs a portal user in by e-mail address or sign-in name, and begins a session.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] if name or password is wrong, or the account is not to sign in: which, is not said.
    /// [`Error::Invalid`] if the address is known to several customers with the same password.
    pub async fn sign_in(&self, name: &str, password: &str) -> Result<Token> {
        let scope = self.store.operator();
        let accounts = portal_user::accounts(&scope, name, SAME_ADDRESS).await?;
        let mut matching = Vec::new();
        if accounts.is_empty() {
            self.passwords.verify(password.to_owned(), None).await?;
        }
        for account in accounts {
            let right = self.passwords.verify(password.to_owned(), account.password_hash.clone()).await?;
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
        let now = self.world.now();
        let end = Timestamp::new(now.instant() + SESSION);
        let id = self.world.uuid();
        let transaction = scope.begin().await?;
        session::delete_expired(&transaction, micros(now)).await?;
        session::insert(&transaction, id, account.id, micros(now), micros(end)).await?;
        transaction.commit().await?;
        let claims = Claims {
            iss: self.issuer.clone(),
            sub: account.uuid.to_string(),
            sid: id,
            iat: now.instant().timestamp(),
            exp: end.instant().timestamp(),
        };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing.encoding);
        let access_token = token.map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Token { access_token, expires_in: SESSION.as_secs() })
    }
}

impl Identities {
    /// Ends the session of a token of ours. What is none, or has ended, is left at that.
    ///
    /// # Errors
    /// The database refused.
    pub async fn sign_out(&self, token: &str) -> Result<()> {
        let Some(claims) = self.claims(token) else {
            return Ok(());
        };
        let transaction = self.store.operator().begin().await?;
        session::delete(&transaction, claims.sid).await?;
        Ok(transaction.commit().await?)
    }

    /// What a token of ours says; none where it is not ours. Whether it has ended is not asked here.
    fn claims(&self, token: &str) -> Option<Claims> {
        let mut ours = validation(Algorithm::HS256);
        ours.set_issuer(&[&self.issuer]);
        ours.validate_aud = false;
        jsonwebtoken::decode::<Claims>(token, &self.signing.decoding, &ours).ok().map(|data| data.claims)
    }
}

/// Expiry is compared with our own clock, which tests set; the library would ask the machine's.
fn validation(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_required_spec_claims(&["exp", "iss", "sub"]);
    validation.validate_exp = false;
    validation.validate_nbf = true;
    validation
}

fn seconds(claim: i64) -> Timestamp {
    instant(claim.saturating_mul(1_000_000))
}

fn user_actor(identity: Identity, expires: Option<Timestamp>, epoch: i64) -> Result<Actor> {
    if !identity.active {
        return Err(Error::Unauthenticated);
    }
    let listed = identity.listed.iter().flat_map(|numbers| numbers.split(','));
    Ok(Actor {
        name: format!("user {}", identity.uuid),
        home: identity.customer.map(CustomerId),
        user: Some(User { id: identity.id, uuid: identity.uuid }),
        listed: listed.filter_map(|number| number.parse().ok()).map(CustomerId).collect(),
        of_administrator: identity.administrator,
        entitlements: identity.entitlements.iter().flat_map(|names| names.split(',')).map(String::from).collect(),
        expires,
        epoch,
        ..Actor::default()
    })
}
