//! Who asks.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use hydra::Timestamp;
use store::{CustomerNumber, UserNumber};
use uuid::Uuid;
use vocab::value::CustomerId;

/// Somebody who has signed in, and what they may do.
#[derive(Debug, Clone, Default)]
pub struct Actor {
    /// What the log calls them; no secret.
    pub name: String,
    /// The customer they belong to; none for a system user.
    pub home: Option<CustomerId>,
    /// The portal user that they are; none for a key of a customer.
    pub user: Option<User>,
    /// The issuer of tokens that vouches for them, where it is not us.
    pub issuer: Option<String>,
    /// The customers that they could switch to. Each of them is theirs to see.
    pub listed: BTreeSet<CustomerId>,
    /// Whether they are a key of a customer that administers the service: everything is theirs to see and do.
    pub everything: bool,
    /// Whether their customer administers the service, whatever they may do themselves.
    pub of_administrator: bool,
    /// The names of the entitlements that are effective for them.
    pub entitlements: BTreeSet<String>,
    /// What they signed in with, where its use is written down.
    pub used: Option<Used>,
    /// When the credential ends by itself.
    pub expires: Option<Timestamp>,
    /// When this was looked up, as the database counts changes of authority.
    pub epoch: i64,
    /// What of the tree was found to be theirs to see. It holds as long as the epoch does, because whatever takes a
    /// customer from somebody's sight raises it.
    pub(crate) sights: Sights,
}

/// A credential whose use is written down, by what it is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Used {
    /// A key.
    Key(Uuid),
    /// A session.
    Session(Uuid),
    /// The key that a customer signs requests with, and the version that tells it from every other that it has had.
    Signature(CustomerNumber, i64),
}

/// A portal user as an actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct User {
    /// The number that other tables refer to.
    pub id: UserNumber,
    /// The identity in addresses.
    pub uuid: Uuid,
}

/// What somebody sees of a customer. Only looking makes one ([`crate::Door::sight`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    customer: CustomerId,
    itself: bool,
    parent: bool,
}

impl Sight {
    pub(crate) fn new(customer: CustomerId, itself: bool, parent: bool) -> Self {
        Self { customer, itself, parent }
    }

    /// The customer.
    pub fn customer(self) -> CustomerId {
        self.customer
    }

    /// Whether it is theirs to see.
    pub fn itself(self) -> bool {
        self.itself
    }

    /// Whether they see the customer that it lies below, so that what is decided there is theirs to decide.
    pub fn parent(self) -> bool {
        self.parent
    }
}

/// The sights of an actor so far. What is not seen is not remembered: somebody may make it the next moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sights(Arc<Mutex<HashMap<CustomerId, Sight>>>);

/// How many sights are remembered of an actor.
const REMEMBERED: usize = 10_000;

impl Sights {
    fn get(&self, customer: CustomerId) -> Option<Sight> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&customer).copied()
    }

    pub(crate) fn is_unknown(&self, customer: CustomerId) -> bool {
        self.get(customer).is_none()
    }

    pub(crate) fn remember(&self, sight: Sight) {
        if !sight.itself {
            return;
        }
        let mut sights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sights.len() >= REMEMBERED {
            sights.clear();
        }
        sights.insert(sight.customer, sight);
    }
}

impl Actor {
    /// Nobody in particular, who may use what is public.
    pub fn nobody() -> Self {
        Self { name: "nobody".into(), ..Self::default() }
    }

    /// Whether they are nobody in particular.
    pub fn is_nobody(&self) -> bool {
        !self.everything && self.home.is_none() && self.user.is_none() && self.issuer.is_none()
    }

    /// Whether an entitlement is effective for them.
    pub fn is_entitled(&self, entitlement: &str) -> bool {
        self.everything || self.entitlements.contains(entitlement)
    }

    /// Whether every customer is theirs to see.
    pub fn sees_all(&self) -> bool {
        self.is_entitled("ADMIN_ALL_CUSTOMERS")
    }

    /// The customers that they see, each with all that lies below it.
    pub fn roots(&self) -> impl Iterator<Item = CustomerId> {
        self.home.into_iter().chain(self.listed.iter().copied())
    }

    /// What they see of a customer, where that is known without asking the database.
    pub(crate) fn known(&self, customer: CustomerId) -> Option<Sight> {
        if self.sees_all() {
            return Some(Sight::new(customer, true, true));
        }
        // Nobody is signed in whose own customer is disabled; and what it lies below is not seen from there.
        let at_home = self.home == Some(customer) && self.listed.is_empty();
        if at_home { Some(Sight::new(customer, true, false)) } else { self.sights.get(customer) }
    }

    /// What they see of a customer, as far as it has been looked up: a request does that for the customer it is about
    /// before anything is decided.
    pub fn sight(&self, customer: CustomerId) -> Sight {
        self.known(customer).unwrap_or(Sight::new(customer, false, false))
    }

    /// Whether a customer, and so all that belongs to it, is theirs to see, as far as it has been looked up.
    pub fn sees(&self, customer: CustomerId) -> bool {
        self.sight(customer).itself()
    }

    /// What is kept of them where they write: the identity of a portal user, or the name of an issuer of tokens; nothing
    /// of a key.
    pub fn writer(&self) -> Option<String> {
        self.user.map(|user| user.uuid.to_string()).or_else(|| self.issuer.clone())
    }
}
