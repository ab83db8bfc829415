//! From credentials to an actor: API keys, sessions, tokens of issuers that the operator trusts.

mod claims;
mod issuer;
pub mod refused;
mod service;
mod session;
mod signer;

pub(crate) use claims::{AUTHORISATION, ClaimKind, Claims};
pub use issuer::{GivenKey, Issuer, IssuerKeys, PublishedKeys, Services};
pub use session::Token;
pub use signer::Signer;

use std::pin::pin;
use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hydra::Timestamp;
use jsonwebtoken::{DecodingKey, EncodingKey};
use quick_cache::sync::Cache;
use store::session::{self as sessions, SessionHolder};
use store::trace::TARGET;
use store::{Scope, Store, api_key, changes::Changes, key};
use tokio::sync::Mutex;
use tracing::{Instrument, trace_span};
use uuid::Uuid;
use vocab::value::CustomerId;

use crate::instant::micros;
use crate::number::Numbered;
use crate::rights::passwords::Passwords;
use crate::rights::secret::{self, Vault};
use crate::rights::uses::Uses;
use crate::{Actor, Cx, Error, Result, Retry, Rules, Used, User, World};

/// How often a request begins again because somebody's authority changed. Each time somebody has got through.
const ATTEMPTS: usize = 60;

/// How many credentials are remembered.
const REMEMBERED: usize = 10_000;

/// What a client sends to say who it is.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a>(pub &'a str);

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
    /// Customers that have signed a request, believed as far as those are.
    signers: Cache<Uuid, Arc<Signer>>,
    uses: Uses,
    /// Whose turn it is among those who begin again.
    turn: Mutex<()>,
}

struct Signing {
    encoding: EncodingKey,
    /// The one for what is made here first.
    decoding: Vec<DecodingKey>,
}

impl std::fmt::Debug for Signing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signing")
    }
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
                decoding: vec![DecodingKey::from_secret(server_key)],
            },
            issuers,
            rules: Rules::default(),
            known: Cache::new(REMEMBERED),
            signers: Cache::new(REMEMBERED),
            uses: Uses::default(),
            turn: Mutex::new(()),
        }
    }

    /// The same where another server key is good, too: the one before this, or the one to come.
    #[must_use]
    pub fn beside(mut self, server_key: &[u8]) -> Self {
        self.vault = self.vault.beside(server_key);
        self.signing.decoding.push(DecodingKey::from_secret(server_key));
        self
    }

    /// The same where what was encrypted under another server key can be read, which is good for nothing else any more.
    #[must_use]
    pub fn reading(mut self, server_key: &[u8]) -> Self {
        self.vault = self.vault.beside(server_key);
        self
    }

    /// The same under other decisions of the operator's.
    #[must_use]
    pub fn under(self, rules: Rules) -> Self {
        Self { passwords: self.passwords.limited_by_place(rules.sign_in_limit), rules, ..self }
    }

    /// Attempts something until nobody's authority changes meanwhile; the attempt is told whether to look its actor up
    /// anew. Those who have to begin again go one after the other, so that they do not keep each other from ending.
    ///
    /// # Errors
    /// Those of the attempt; one that is stale if authorities keep changing.
    pub async fn persist<T, E: Retry>(&self, attempt: impl AsyncFn(bool) -> Result<T, E>) -> Result<T, E> {
        let is_stale = |done: &Result<T, E>| done.as_ref().is_err_and(Retry::is_stale);
        let rule = async |anew| {
            // Where it stays: it is large, and would be moved into what has the span.
            let attempted = pin!(attempt(anew));
            attempted.instrument(trace_span!(target: TARGET, "rule", anew)).await
        };
        let mut done = rule(false).await;
        if !is_stale(&done) {
            return done;
        }
        let _turn = self.turn.lock().await;
        for _ in 0..ATTEMPTS {
            done = rule(true).await;
            if !is_stale(&done) {
                break;
            }
        }
        done
    }

    /// The circumstances of what is done by nobody in particular, of which everybody may see the outcome.
    pub fn everybody(&self) -> Cx<'_> {
        static NOBODY: LazyLock<Actor> = LazyLock::new(Actor::nobody);
        self.cx(&NOBODY)
    }

    /// The circumstances of a request by an actor who was let in, which is for [`crate::rights::admission`] to say.
    pub(crate) fn cx<'a>(&'a self, actor: &'a Actor) -> Cx<'a> {
        Cx::new(actor, &self.store, &self.world, &self.passwords, &self.vault, &self.rules, &self.uses)
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Time and randomness.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// What the operator has decided.
    pub fn rules(&self) -> &Rules {
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
            self.note_use(&actor, now);
            return Ok(actor);
        }
        let epoch = self.store.operator().epoch().await?;
        // Most are remembered; their requests need not carry the room that looking up takes.
        match Box::pin(look_up(epoch, now)).await {
            Ok(actor) => {
                let actor = Arc::new(actor);
                self.note_use(&actor, now);
                self.known.insert(digest, Arc::clone(&actor));
                Ok(actor)
            }
            Err(error) => {
                self.known.remove(&digest);
                Err(error)
            }
        }
    }

    /// Notes that somebody has shown a credential that is good.
    fn note_use(&self, actor: &Actor, now: Timestamp) {
        if let Some(used) = actor.used {
            self.uses.note(used, micros(now));
        }
    }

    /// Whether what is kept encrypted can be read under the server key, as far as one piece of it tells.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn opens_what_is_kept(&self) -> Result<bool> {
        let any = store::sealed::any(&self.store.operator()).await?;
        Ok(any.is_none_or(|sealed| self.vault.open(&sealed).is_ok()))
    }

    /// Writes down when keys and sessions were used last, as far as this process has seen it. Called now and then, and at the end.
    ///
    /// # Errors
    /// The database refused; it is written down the next time.
    pub async fn write_down_uses(&self) -> Result<()> {
        let uses = self.uses.unwritten();
        if uses.is_empty() {
            return Ok(());
        }
        let transaction = self.store.operator().begin().await?;
        for (used, at) in &uses {
            match used {
                Used::Key(key) => key::used(&transaction, *key, *at).await?,
                Used::Session(session) => sessions::used(&transaction, *session, *at).await?,
                Used::Signature(customer, version) => api_key::used(&transaction, *customer, *version, *at).await?,
            }
        }
        transaction.commit(Changes::none("when a credential was used is not logged")).await?;
        self.uses.wrote(&uses);
        Ok(())
    }

    /// A key of a portal user's, with the identity of that user before it.
    async fn by_user_key(&self, text: &str, epoch: i64) -> Result<Actor> {
        let parts: Vec<_> = text.split('/').collect();
        let [user, key, given] = parts.as_slice() else { return Err(Error::Unauthenticated) };
        let user = Uuid::try_parse(user).map_err(|_| Error::Unauthenticated)?;
        let key = Uuid::try_parse(key).map_err(|_| Error::Unauthenticated)?;
        let scope = self.store.scope(epoch);
        let holder = key::holder(&scope, key).await?.ok_or(Error::Unauthenticated)?;
        if !secret::matches(given, &holder.secret_hash) || holder.user != Some(user) {
            refused::note(format_args!("key {key}"));
            return Err(Error::Unauthenticated);
        }
        let identity = sessions::identity(&scope, Some(user), "").await?.ok_or(Error::Unauthenticated)?;
        Ok(Actor { used: Some(Used::Key(key)), ..user_actor(identity, None, epoch)? })
    }

    async fn look_up(&self, Credentials(header): Credentials<'_>, epoch: i64, now: Timestamp) -> Result<Actor> {
        let (scheme, rest) = header.trim().split_once(' ').ok_or(Error::Unauthenticated)?;
        let rest = rest.trim();
        if scheme.eq_ignore_ascii_case("basic") {
            self.by_pair(rest, epoch).await
        } else if scheme.eq_ignore_ascii_case("bearer") {
            self.by_token(rest, epoch, now).await
        } else {
            Err(Error::Unauthenticated)
        }
    }

    /// HTTP Basic (RFC 7617): a key and its secret.
    async fn by_pair(&self, encoded: &str, epoch: i64) -> Result<Actor> {
        let decoded = STANDARD.decode(encoded).map_err(|_| Error::Unauthenticated)?;
        let pair = String::from_utf8(decoded).map_err(|_| Error::Unauthenticated)?;
        let (key, given) = pair.split_once(':').ok_or(Error::Unauthenticated)?;
        Ok(self.by_key(key, given, epoch).await?.1)
    }

    /// A key and its secret: what the key is known by, and whom it signs in.
    async fn by_key(&self, key: &str, given: &str, epoch: i64) -> Result<(Uuid, Actor)> {
        let key = secret::known_by(key);
        let holder = key::holder(&self.store.scope(epoch), key).await?.ok_or(Error::Unauthenticated)?;
        if !secret::matches(given, &holder.secret_hash) {
            refused::note(format_args!("key {key}"));
            return Err(Error::Unauthenticated);
        }
        Ok((key, self.held(key, holder, epoch).await?))
    }

    /// Whom a key signs in.
    async fn held(&self, key: Uuid, holder: key::Holder, epoch: i64) -> Result<Actor> {
        let scope = self.store.scope(epoch);
        if let Some(user) = holder.user {
            let identity = sessions::identity(&scope, Some(user), "").await?.ok_or(Error::Unauthenticated)?;
            return Ok(Actor { used: Some(Used::Key(key)), ..user_actor(identity, None, epoch)? });
        }
        let customer = holder.customer.ok_or(Error::Unauthenticated)?.identity();
        if holder.active != Some(true) {
            refused::note(format_args!("key {key}"));
            return Err(Error::Unauthenticated);
        }
        let administrator = holder.administrator == Some(true);
        Ok(Actor {
            name: format!("key {key}"),
            used: Some(Used::Key(key)),
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
        if let Some(session) = self.session(token) {
            if session.end <= now {
                return Err(Error::Unauthenticated);
            }
            let used = Some(Used::Session(session.id));
            if let Some(identity) = sessions::holder(&scope, session.id, micros(now)).await? {
                return Ok(Actor { used, ..user_actor(identity, Some(session.end), epoch)? });
            }
            let key = sessions::key_of(&scope, session.id, micros(now)).await?.ok_or(Error::Unauthenticated)?;
            let holder = key::holder(&scope, key).await?.ok_or(Error::Unauthenticated)?;
            return Ok(Actor { used, expires: Some(session.end), ..self.held(key, holder, epoch).await? });
        }
        let vouched = self.issuers.iter().find_map(|issuer| issuer.vouch(token, now)).ok_or(Error::Unauthenticated)?;
        let subject = vouched.subject.ok_or(Error::Unauthenticated)?;
        let identity = about(&scope, &subject).await?.ok_or(Error::Unauthenticated)?;
        user_actor(identity, Some(vouched.end), epoch)
    }
}

/// The portal user that a token of an issuer's is about, by identity or sign-in name.
async fn about(scope: &Scope<'_>, subject: &str) -> Result<Option<SessionHolder>> {
    // The database takes no such text, so nobody is called that.
    if subject.contains('\0') {
        return Ok(None);
    }
    Ok(sessions::identity(scope, Uuid::try_parse(subject).ok(), subject).await?)
}

fn user_actor(identity: SessionHolder, expires: Option<Timestamp>, epoch: i64) -> Result<Actor> {
    if !identity.active {
        refused::note(format_args!("user {}", identity.uuid));
        return Err(Error::Unauthenticated);
    }
    let listed = identity.listed.iter().flat_map(|numbers| numbers.split(','));
    Ok(Actor {
        name: format!("user {}", identity.uuid),
        home: identity.customer.map(Numbered::identity),
        user: Some(User { id: identity.id, uuid: identity.uuid }),
        listed: listed.filter_map(|number| number.parse().ok()).map(CustomerId).collect(),
        of_administrator: identity.administrator,
        entitlements: identity.entitlements.iter().flat_map(|names| names.split(',')).map(String::from).collect(),
        expires,
        epoch,
        ..Actor::default()
    })
}
