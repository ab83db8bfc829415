//! Issuers of tokens that the operator trusts, and whom they vouch for.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use hydra::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey};

use super::claims::{ClaimKind, Claims, Malformed};
use crate::instant::{instant, micros};
use crate::rights::jwt::PublicKey;

/// Seconds by which another clock may be ahead of ours.
const AHEAD: f64 = 60.0;
/// The last second that can be told in four digits of a year. What ends later ends then.
const LAST: f64 = 253_402_300_799.0;

/// An issuer of tokens that the operator trusts, with the one algorithm that it signs with.
#[derive(Clone)]
pub struct Issuer {
    /// The `iss` claim.
    pub name: String,
    /// The `aud` claim that tokens must have; any where none is named.
    pub audience: Option<String>,
    /// The algorithm; a token that names another is refused.
    pub algorithm: Algorithm,
    /// The keys that signatures are checked with.
    pub keys: IssuerKeys,
    /// Which of its tokens are services'.
    pub services: Services,
}

/// The keys of an issuer.
#[derive(Debug, Clone)]
pub enum IssuerKeys {
    /// One that the operator has.
    Given(GivenKey),
    /// Those that it publishes, as they were when they were last looked at. No token has them looked at.
    Published(PublishedKeys),
}

/// A key that is not shown.
#[derive(Clone)]
pub struct GivenKey(pub DecodingKey);

impl std::fmt::Debug for GivenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GivenKey")
    }
}

/// Keys that somebody looks at now and then. Copies share them; there are none until they were looked at.
#[derive(Clone, Default)]
pub struct PublishedKeys(Arc<RwLock<Arc<[PublicKey]>>>);

impl std::fmt::Debug for PublishedKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PublishedKeys({})", self.now().len())
    }
}

impl PublishedKeys {
    /// From now on it is these.
    pub fn are(&self, keys: Vec<PublicKey>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = keys.into();
    }

    fn now(&self) -> Arc<[PublicKey]> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl IssuerKeys {
    /// What a token says that is signed with one of them.
    fn read(&self, token: &str, algorithm: Algorithm) -> Option<Claims> {
        let read = |key: &DecodingKey| Claims::read(token, ClaimKind::Access, key, algorithm);
        match self {
            Self::Given(GivenKey(key)) => read(key),
            Self::Published(keys) => {
                // A token that names its key is signed with no other (RFC 7515 §4.1.4).
                let named = jsonwebtoken::decode_header(token).ok()?.kid;
                let is_meant = |key: &&PublicKey| named.is_none() || key.name == named;
                keys.now().iter().filter(is_meant).find_map(|key| read(&key.key))
            }
        }
    }
}

/// How a service is told from people: it is named here.
#[derive(Debug, Clone, Default)]
pub struct Services {
    /// By the `sub` claim.
    pub subjects: BTreeSet<String>,
    /// By a claim, and the text that it is or that is in its list.
    pub claim: Option<(String, String)>,
}

/// What an issuer says of whoever sends a token.
#[derive(Debug)]
pub(super) struct Vouched {
    /// Whom the token is about, where it says so.
    pub subject: Option<String>,
    /// Whether that is one of the services that the operator has named.
    pub is_service: bool,
    /// When the token ends.
    pub end: Timestamp,
    /// Who says so.
    pub issuer: String,
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issuer").field("name", &self.name).field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

impl Issuer {
    /// Whom this issuer vouches for by a token; none where it is not the issuer's, not for us, or not good at this time.
    pub(super) fn vouch(&self, token: &str, now: Timestamp) -> Option<Vouched> {
        let claims = self.keys.read(token, self.algorithm)?;
        self.heed(&claims, now).ok().flatten()
    }

    /// Each claim that is looked at must have the form of its definition, also where it would not have to be there.
    fn heed(&self, claims: &Claims, now: Timestamp) -> Result<Option<Vouched>, Malformed> {
        let now = micros(now) as f64 / 1e6;
        let (audience, end, begin) = (claims.audience()?, claims.date("exp")?, claims.date("nbf")?);
        let subject = claims.text("sub")?;
        let is_for_us = self.audience.as_ref().is_none_or(|ours| audience.is_some_and(|named| named.contains(ours)));
        let is_ours = claims.text("iss")?.is_some_and(|issuer| issuer == self.name) && is_for_us;
        let Some(end) = end.filter(|end| *end > now && is_ours && begin.is_none_or(|begin| begin <= now + AHEAD))
        else {
            return Ok(None);
        };
        let named = subject.as_ref().is_some_and(|subject| self.services.subjects.contains(subject));
        let claimed = self.services.claim.as_ref().is_some_and(|(name, value)| claims.has(name, value));
        let end = instant((end.min(LAST) * 1e6) as i64);
        Ok(Some(Vouched { subject, is_service: named || claimed, end, issuer: self.name.clone() }))
    }
}
