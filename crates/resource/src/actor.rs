//! Who asks.

use std::collections::BTreeSet;

use hydra::Timestamp;
use vocab::value::CustomerId;

/// Somebody who has signed in, and what they may do.
#[derive(Debug, Clone)]
pub struct Actor {
    /// What the log calls them; no secret.
    pub name: String,
    /// The customer they belong to; none for a system user.
    pub home: Option<CustomerId>,
    /// Whether they are a key of a customer that administers the service: everything is theirs to see and do.
    pub everything: bool,
    /// Whether their customer administers the service, whatever they may do themselves.
    pub of_administrator: bool,
    /// The names of the entitlements that are effective for them.
    pub entitlements: BTreeSet<String>,
    /// When the credential ends by itself.
    pub expires: Option<Timestamp>,
    /// When this was looked up, as the database counts changes of authority.
    pub epoch: i64,
}

impl Actor {
    /// Nobody in particular, who may use what is public.
    pub fn nobody() -> Self {
        Self {
            name: "nobody".into(),
            home: None,
            everything: false,
            of_administrator: false,
            entitlements: BTreeSet::new(),
            expires: None,
            epoch: 0,
        }
    }

    /// Whether an entitlement is effective for them.
    pub fn is_entitled(&self, entitlement: &str) -> bool {
        self.everything || self.entitlements.contains(entitlement)
    }

    /// Whether a customer, and so all that belongs to it, is theirs to see.
    pub fn sees(&self, customer: CustomerId) -> bool {
        self.sees_all() || self.home == Some(customer)
    }

    /// Whether every customer is theirs to see.
    pub fn sees_all(&self) -> bool {
        self.is_entitled("ADMIN_ALL_CUSTOMERS")
    }
}
