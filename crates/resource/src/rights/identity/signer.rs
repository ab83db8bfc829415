//! Customers that sign their requests with their key.

use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use store::api_key;
use uuid::Uuid;

use super::{Identities, refused};
use crate::columns::names;
use crate::number::Numbered;
use crate::{Actor, Result, Used};

/// A customer that says it has signed a request.
pub struct Signer {
    /// The customer as an actor, which it is once its signature is known to be good: [`Identities::signed`].
    actor: Arc<Actor>,
    /// Whether it is active.
    pub is_active: bool,
    key: Option<String>,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("actor", &self.actor.name).finish_non_exhaustive()
    }
}

impl Signer {
    /// Whether a signature (HMAC-SHA256) was made with the customer's key. Without a key none was.
    pub fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let Some(key) = &self.key else { return false };
        // A key of any length will do.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return false };
        mac.update(message);
        mac.verify_slice(signature).is_ok()
    }
}

impl Identities {
    /// Whoever has signed a request, once it is known that they have. They are remembered.
    pub fn signed(&self, customer: Uuid, signer: Arc<Signer>) -> Arc<Actor> {
        let actor = self.signed_again(&signer);
        self.signers.insert(customer, signer);
        actor
    }

    /// Whoever is remembered, and has signed another request.
    pub fn signed_again(&self, signer: &Signer) -> Arc<Actor> {
        self.note_use(&signer.actor, self.world.now());
        Arc::clone(&signer.actor)
    }

    /// A customer that has signed a request before, to check whether it has signed this one. What it has not signed may be signed with a
    /// key that it was given since: that is for [`Identities::signer`] to tell.
    pub fn known_signer(&self, customer: Uuid) -> Option<Arc<Signer>> {
        self.signers.get(&customer)
    }

    /// The customer with this identity, to check a signature with; none if there is none. It may do what has effect of
    /// that which it was granted itself, and sees itself.
    ///
    /// # Errors
    /// The database does not answer, or the key was kept under another server key.
    pub async fn signer(&self, customer: Uuid) -> Result<Option<Arc<Signer>>> {
        let Some(row) = api_key::signer(&self.store.operator(), customer).await? else { return Ok(None) };
        let key = row.sealed.as_deref().map(|sealed| self.vault.open(sealed)).transpose()?;
        let number = row.customer.identity();
        // It has not signed yet; where it turns out that it has, nobody asks.
        refused::note(format_args!("customer {customer}"));
        let actor = Actor {
            name: format!("customer {customer}"),
            home: Some(number),
            listed: [number].into(),
            of_administrator: row.administrator,
            entitlements: names(row.entitlements).into_iter().collect(),
            used: row.version.map(|version| Used::Signature(row.customer, version)),
            epoch: row.epoch,
            ..Actor::default()
        };
        Ok(Some(Arc::new(Signer { actor: Arc::new(actor), is_active: row.active, key })))
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    fn signer(key: Option<&str>) -> Signer {
        Signer { actor: Arc::new(Actor::nobody()), is_active: true, key: key.map(String::from) }
    }

    #[test]
    fn the_published_signatures_are_good() {
        let date = "d41d8cd98f00b204e9800998ecf8427e\nTue, 3 Jun 2008 11:05:30 +0000";
        let list = "api.example.org/api/customers\nfilter=customerName%3AAB%2A%2Cstatus%3Aactive&limit=5&sort=-cid";
        for (key, message, signature) in [
            ("asd0dcfjas89cja9s8du1", "request".to_owned(), "ni55YadPTP0qHRRcwMyPi14/sNydve4Za9pplXicHo0="),
            (
                "k3y-for-tests",
                format!("GET\n{date}\n127.0.0.1:8080/api/customer\n"),
                "gz+6azW8Q6b52G1XfCnAMH232wwPtZCDD4hOtr2scKA=",
            ),
            ("k3y-for-tests", format!("GET\n{date}\n{list}"), "iOrmRUoRoHY+jfozGpi9TlThNejc5gWEWSYvepVyEL0="),
        ] {
            let signature = STANDARD.decode(signature).expect("it is base64");
            assert!(signer(Some(key)).has_signed(message.as_bytes(), &signature));
            assert!(!signer(Some("another")).has_signed(message.as_bytes(), &signature));
            assert!(!signer(Some(key)).has_signed(b"another", &signature));
            assert!(!signer(Some(key)).has_signed(message.as_bytes(), &signature[..31]));
            assert!(!signer(None).has_signed(message.as_bytes(), &signature), "no key, no signature");
        }
    }
}
