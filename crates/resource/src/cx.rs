//! What a rule is given: who asks, the database as they may use it, the time.

use hydra::Timestamp;
use store::{Birth, CustomerNumber, Proof, Scope, Store, Tenant, Transaction};
use uuid::Uuid;
use vocab::value::CustomerId;

use crate::instant::micros;
use crate::number::{Named, Numbered};
use crate::rights::passwords::{Passwords, WhosePassword};
use crate::rights::secret::Vault;
use crate::rights::uses::Uses;
use crate::{Actor, Error, Result, Rules, Sight, Used, User, World};

/// The circumstances of one request.
#[derive(Debug, Clone, Copy)]
pub struct Cx<'a> {
    /// Who asks.
    pub actor: &'a Actor,
    /// The time of the request.
    pub now: Timestamp,
    store: &'a Store,
    world: &'a World,
    passwords: &'a Passwords,
    vault: &'a Vault,
    rules: &'a Rules,
    uses: &'a Uses,
    /// Whether this request has written already.
    has_written: bool,
    /// What is read within, where that is among writes.
    within: Option<&'a Transaction>,
}

impl<'a> Cx<'a> {
    pub(crate) fn new(
        actor: &'a Actor,
        store: &'a Store,
        world: &'a World,
        passwords: &'a Passwords,
        vault: &'a Vault,
        rules: &'a Rules,
        uses: &'a Uses,
    ) -> Self {
        Self { actor, now: world.now(), store, world, passwords, vault, rules, uses, has_written: false, within: None }
    }

    /// The database, as long as the actor's authority stands.
    pub(crate) fn scope(&self) -> Scope<'a> {
        match self.within {
            Some(transaction) => self.store.operator().within(transaction),
            None if self.has_written => self.store.operator(),
            None => self.store.scope(self.actor.epoch),
        }
    }

    /// The same circumstances for reading what the request has just written, to answer with it. Its own write may have
    /// changed somebody's authority, and it is not to be begun again for that.
    #[must_use]
    pub fn having_written(self) -> Self {
        Self { has_written: true, ..self }
    }

    /// The same circumstances for somebody who reads among the writes of a transaction.
    pub(crate) fn within<'b>(&self, actor: &'b Actor, transaction: &'b Transaction) -> Cx<'b>
    where
        'a: 'b,
    {
        Cx { actor, within: Some(transaction), ..*self }
    }

    /// The database, for what everybody may see: it needs no authority that could fall.
    pub(crate) fn public_scope(&self) -> Scope<'a> {
        match self.within {
            Some(transaction) => self.store.operator().within(transaction),
            None => self.store.operator(),
        }
    }

    /// What the operator has decided.
    pub fn rules(&self) -> &'a Rules {
        self.rules
    }

    /// What the actor sees of a customer: what they belong to and what they could switch to, each with all that lies below
    /// it; a disabled customer only from above. The answer is remembered, so that rules can ask the actor.
    ///
    /// # Errors
    /// [`Error::Stale`] if the actor's authority has changed.
    pub async fn sees(&self, customer: CustomerId) -> Result<Sight> {
        // Whoever sees all sees nothing of what is deleted, and nobody has to tell them apart but here.
        if self.actor.sees_all() && self.actor.sights.is_unknown(customer) {
            if !store::customer::is_there(&self.scope(), customer.number()).await? {
                return Ok(Sight::new(customer, false, false));
            }
            self.actor.sights.remember(self.actor.sight(customer));
        }
        if self.actor.known(customer).is_none() {
            self.look_at([customer]).await?;
        }
        Ok(self.actor.sight(customer))
    }

    /// The same of several customers at once, to be remembered.
    pub(crate) async fn look_at(&self, customers: impl IntoIterator<Item = CustomerId>) -> Result<()> {
        let unknown = customers.into_iter().filter(|customer| self.actor.known(*customer).is_none());
        let unknown: Vec<_> = unknown.map(Named::number).collect();
        let roots: Vec<_> = self.actor.roots().map(Named::number).collect();
        for (customer, itself, parent) in store::tree::sights(&self.scope(), &roots, &unknown).await? {
            self.actor.sights.remember(Sight::new(customer.identity(), itself, parent));
        }
        Ok(())
    }

    /// Whether a customer is one that the actor is listed for, or may see without being listed. What they belong to and
    /// what lies below does not count here.
    pub fn lists(&self, customer: CustomerId) -> bool {
        !self.rules.restrict_customer_access || self.actor.sees_all() || self.actor.listed.contains(&customer)
    }

    /// The proof that the actor may see a customer.
    pub(crate) fn tenant(&self, customer: CustomerId) -> Result<Tenant> {
        let sight = self.actor.sight(customer);
        if sight.itself() { Ok(Tenant::by(&Seen(sight))) } else { Err(Error::NotFound) }
    }

    /// The row of a customer that the actor sees.
    pub(crate) async fn customer(&self, customer: CustomerId) -> Result<store::customer::Customer> {
        let tenant = self.tenant(customer)?;
        store::customer::find(&self.scope(), tenant).await?.ok_or(Error::NotFound)
    }

    /// When a credential was used last, given what was written down of it.
    pub(crate) fn last_use(&self, used: Used, written: Option<i64>) -> Option<i64> {
        self.uses.last(used, written)
    }

    /// The time of the request in microseconds since 1970.
    pub(crate) fn micros(&self) -> i64 {
        micros(self.now)
    }

    /// What authorisations for single acts are signed with.
    pub(crate) fn authorisation_keys(&self) -> impl Iterator<Item = &'a [u8]> {
        self.vault.authorisations()
    }

    /// Whether a password is a user's, whose hash is given.
    ///
    /// # Errors
    /// [`Error::TooMany`] if it has been tried too often.
    pub(crate) async fn is_password(&self, user: User, given: &str, hash: String) -> Result<bool> {
        self.passwords.proves(WhosePassword::Account(user.id), given, Some(hash)).await
    }

    /// A text, encrypted for keeping.
    pub(crate) fn seal(&self, text: &str) -> Result<Vec<u8>> {
        self.vault.seal(self.world, text)
    }

    /// Numbers what the log has of changes, so that all that was made before can be read.
    pub(crate) async fn number_changes(&self) -> Result<()> {
        Ok(self.store.number_changes().await?)
    }

    /// What encrypts.
    pub(crate) fn vault(&self) -> &'a Vault {
        self.vault
    }

    /// Time and randomness.
    pub(crate) fn world(&self) -> &'a World {
        self.world
    }

    /// When and as which version a row begins that is made now.
    pub(crate) fn birth(&self) -> Birth {
        self.world.birth_at(self.now)
    }

    pub(crate) fn uuid(&self) -> Uuid {
        self.world.uuid()
    }

    pub(crate) fn secret(&self) -> String {
        crate::rights::secret::generate(self.world)
    }

    pub(crate) async fn hash(&self, password: &vocab::value::Password) -> Result<String> {
        self.passwords.hash(self.world, password).await
    }
}

/// A customer that somebody sees.
struct Seen(Sight);

impl Proof for Seen {
    fn customer(&self) -> CustomerNumber {
        self.0.customer().number()
    }
}
