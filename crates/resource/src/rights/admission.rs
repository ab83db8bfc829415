//! Admission: from somebody who has said who they are to what is done for them. There is one way for every face and for what
//! is delivered beside them, and nothing that a rule needs is to be had in another:
//!
//! ```compile_fail
//! async fn around(identities: &resource::Identities, actor: &resource::Actor) {
//!     let _cx = identities.cx(actor);
//! }
//! ```
//!
//! ```compile_fail
//! let _permitted = resource::Permitted(());
//! ```

use std::pin::Pin;
use std::sync::Arc;

use vocab::value::CustomerId;

use crate::customers::domain::{self, Domain};
use crate::customers::record::{self, Reach, Record, WhichCustomer};
use crate::rights::function::{self, Function};
use crate::{Actor, Cx, Error, Identities, Permitted, Result, Retry, Sight};

/// Somebody, as a face knows them.
pub trait Somebody {
    /// Who they are to the rules.
    fn actor(&self) -> &Arc<Actor>;
}

impl Somebody for Arc<Actor> {
    fn actor(&self) -> &Arc<Actor> {
        self
    }
}

/// How a face lets somebody in.
#[expect(async_fn_in_trait, reason = "a request is served on one thread; nothing here has to be sent to another")]
pub trait Admission {
    /// Who is let in.
    type Somebody: Somebody;
    /// What is found while it is decided.
    type Found;
    /// Why somebody is not let in, in the words of the face.
    type Error: Retry + From<Error>;

    /// Who asks; with `anew` nothing remembered of them is used.
    async fn who(&self, anew: bool) -> Result<Self::Somebody, Self::Error>;

    /// Asks the policy.
    async fn permit(&self, door: &Door<'_>, somebody: &Self::Somebody)
    -> Result<(Permitted, Self::Found), Self::Error>;
}

/// What may be looked at while it is decided whether somebody may come in: of whom they see what, and nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Door<'a> {
    cx: Cx<'a>,
}

impl Door<'_> {
    /// Who stands there.
    pub fn actor(&self) -> &Actor {
        self.cx.actor
    }

    /// What they see of a customer.
    ///
    /// # Errors
    /// [`Error::Stale`] if their authority has changed.
    pub async fn sight(&self, customer: CustomerId) -> Result<Sight> {
        self.cx.sees(customer).await
    }

    /// A customer that is theirs to see under a rule.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none, or it is not theirs to see: which, is not said.
    pub async fn record(&self, identity: &WhichCustomer, rule: Reach) -> Result<Record> {
        record::find(&self.cx, identity, rule).await
    }

    /// The domain with this number or name.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none.
    pub async fn domain(&self, id_or_name: &str) -> Result<Domain> {
        domain::find(&self.cx, id_or_name).await
    }

    /// Whether they may do something with a customer, or with none.
    ///
    /// # Errors
    /// As [`function::permit`].
    pub async fn function(&self, function: &Function, customer: Option<CustomerId>) -> Result<Permitted> {
        function::permit(&self.cx, function, customer).await
    }
}

/// Somebody who may do what they ask for, and what was found while that was decided.
#[derive(Debug)]
pub struct Admitted<'a, A: Admission> {
    identities: &'a Identities,
    admission: A,
    somebody: A::Somebody,
    found: A::Found,
}

/// Whoever was let in and what was found meanwhile, or why they were not.
type Entered<A> = Result<(<A as Admission>::Somebody, <A as Admission>::Found), <A as Admission>::Error>;

impl Identities {
    /// Lets somebody in.
    ///
    /// What is remembered of somebody refuses nobody: a refusal holds only as long as nobody's authority has changed, else the
    /// present one decides.
    ///
    /// # Errors
    /// Those of the admission.
    pub async fn admit<A: Admission>(&self, admission: A) -> Result<Admitted<'_, A>, A::Error> {
        let entered = self.persist(async |anew| self.enter(&admission, anew).await).await;
        let (somebody, found) = entered?;
        Ok(Admitted { identities: self, admission, somebody, found })
    }

    /// Lets somebody in and acts for them: [`Identities::admit`], then [`Admitted::act`].
    ///
    /// # Errors
    /// Those of the admission, and those of the act.
    pub async fn on_behalf<A: Admission, T>(
        &self,
        admission: A,
        act: impl AsyncFn(&Cx<'_>, &A::Somebody, &A::Found) -> Result<T, A::Error>,
    ) -> Result<T, A::Error> {
        self.admit(admission).await?.act(act).await
    }

    /// Where it is decided whether an actor may come in.
    pub fn door<'a>(&'a self, actor: &'a Actor) -> Door<'a> {
        Door { cx: self.cx(actor) }
    }

    /// Whoever it is, once the policy has let them in.
    async fn enter<A: Admission>(&self, admission: &A, anew: bool) -> Entered<A> {
        let somebody = admission.who(anew).await?;
        match admission.permit(&self.door(somebody.actor()), &somebody).await {
            Ok((Permitted(()), found)) => Ok((somebody, found)),
            Err(error) if anew || error.is_stale() => Err(error),
            Err(error) => {
                self.confirm(somebody.actor()).await?;
                Err(error)
            }
        }
    }

    /// Whether nobody's authority has changed since an actor was looked up.
    async fn confirm<E: From<Error>>(&self, actor: &Actor) -> Result<(), E> {
        self.store().scope(actor.epoch).check().await.map_err(|error| Error::from(error).into())
    }
}

/// What is seldom waited for. On the heap, so that it is not compiled into each act.
type Seldom<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

impl<A: Admission> Admitted<'_, A> {
    /// Who was let in.
    pub fn somebody(&self) -> &A::Somebody {
        &self.somebody
    }

    /// What was found while it was decided.
    pub fn found(&self) -> &A::Found {
        &self.found
    }

    /// Acts for whoever was let in; again, as far as the present policy lets them in, if somebody's authority changed
    /// meanwhile. Whoever is not let in any more is told nothing else.
    ///
    /// # Errors
    /// Those of the act; those of the admission where it is asked for again.
    pub async fn act<T>(
        &self,
        act: impl AsyncFn(&Cx<'_>, &A::Somebody, &A::Found) -> Result<T, A::Error>,
    ) -> Result<T, A::Error> {
        let identities = self.identities;
        let attempt = async |anew: bool| {
            if anew {
                let (somebody, found) = self.enter_anew().await?;
                return act(&identities.cx(somebody.actor()), &somebody, &found).await;
            }
            let actor = self.somebody.actor();
            match act(&identities.cx(actor), &self.somebody, &self.found).await {
                Err(error) if !error.is_stale() => Err(self.reconsider(error).await),
                done => done,
            }
        };
        identities.persist(attempt).await
    }

    /// Lets them in as they are now.
    fn enter_anew(&self) -> Seldom<'_, Entered<A>> {
        Box::pin(self.identities.enter(&self.admission, true))
    }

    /// What an act that did not succeed says to whoever was let in, who may not be the same any more.
    fn reconsider(&self, error: A::Error) -> Seldom<'_, A::Error> {
        Box::pin(async move {
            match self.identities.confirm::<Error>(self.somebody.actor()).await {
                // It was said of somebody else, and nothing was done.
                Err(Error::Stale) if error.is_refusal() => Error::Stale.into(),
                Err(Error::Stale) => {
                    self.identities.persist(async |_| self.enter_anew().await).await.err().unwrap_or(error)
                }
                _ => error,
            }
        })
    }
}
