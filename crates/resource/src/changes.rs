//! What a rule tells the log of changes when it commits: of each resource what happened to it, and what it is then.

mod by;
mod latest;
mod watch;

use std::sync::LazyLock;

use hydra::{AnyFound, Class, ClassDef, PathKey as _, expand};
use serde_json::{Map, Value as Json};
use store::changes::{By, Changes, Happened, LoggedChange};
use store::{CustomerNumber, Transaction};

pub use latest::{Feed, Herald, LatestChanges, feed};
pub(crate) use watch::Watch;

use crate::{Actor, Cx, Error, Result};

/// Whoever sees all: what the log keeps does not depend on who made it so.
static ALL: LazyLock<Actor> = LazyLock::new(|| Actor { name: "the log".into(), everything: true, ..Actor::default() });

/// What somebody changes, as it is put together.
#[derive(Debug)]
#[must_use = "it is for the commit"]
pub(crate) struct Changing(Changes);

impl Changing {
    /// By somebody who acts for nobody: the start, a worker.
    pub(crate) fn by_service(kind: &'static str, name: &str, now: i64) -> Self {
        Self(Changes::by(By { kind, actor: None, name: name.to_owned() }, now))
    }

    /// This was not there, and is.
    pub(crate) fn created(self, new: &dyn AnyFound) -> Result<Self> {
        self.created_with(new, &[])
    }

    /// The same of something that has what nobody is told.
    fn created_with(mut self, new: &dyn AnyFound, untold: &[&str]) -> Result<Self> {
        let (state, names) = (written(new)?, untold.iter().map(|name| (*name).to_owned()).collect());
        self.add(new, Happened::Created, names, state);
        Ok(self)
    }

    /// This was one thing, and is another; and properties have changed that nobody is told.
    pub(crate) fn updated(mut self, old: &dyn AnyFound, new: &dyn AnyFound, untold: &[&str]) -> Result<Self> {
        let after = written(new)?;
        let (before, now) = (state(old)?, parsed(&after)?);
        let mut names = differences(&before, &now);
        names.extend(untold.iter().map(|name| (*name).to_owned()));
        self.add(new, Happened::Updated, names, after);
        Ok(self)
    }

    /// This is not there any more.
    pub(crate) fn deleted<C: Class>(mut self, key: &C::Key) -> Self {
        if C::CLASS.logged {
            self.0.add(gone::<C>(key));
        }
        self
    }

    /// Of this nothing stays, but that it was there.
    pub(crate) fn erased<C: Class>(mut self, key: &C::Key) -> Self {
        self.0.add(LoggedChange { erases: true, ..gone::<C>(key) });
        self
    }

    /// For the commit.
    pub(crate) fn finish(self) -> Changes {
        self.0
    }

    fn add(&mut self, new: &dyn AnyFound, kind: Happened, names: Vec<String>, state: String) {
        if !new.class().logged {
            return;
        }
        self.0.add(LoggedChange {
            customer: new.customer().map(CustomerNumber::new),
            class: new.class().name,
            path: new.path(),
            kind,
            version: Some(new.version()),
            members: (!names.is_empty()).then(|| Json::from(names).to_string()),
            state: Some(state),
            ends_below: false,
            erases: false,
        });
    }
}

/// Whether anything that is logged lies below the paths of a class.
fn has_below(class: &ClassDef) -> bool {
    let is_below = |path: &str| path.strip_prefix(class.path).is_some_and(|rest| rest.starts_with('/'));
    vocab::CLASSES.iter().any(|other| other.logged && is_below(other.path))
}

fn gone<C: Class>(key: &C::Key) -> LoggedChange {
    LoggedChange {
        customer: key.customer().map(CustomerNumber::new),
        class: C::NAME,
        path: expand(C::CLASS.path, key),
        kind: Happened::Deleted,
        version: None,
        members: None,
        state: None,
        ends_below: has_below(C::CLASS),
        erases: false,
    }
}

/// What a resource is: its members.
pub(crate) type State = Map<String, Json>;

/// What a resource is, without what is secret and what others make of it, as JSON.
fn written(found: &dyn AnyFound) -> Result<String> {
    let json = hydra::logged_state(found).map_err(|error| Error::Internal(error.to_string()))?;
    String::from_utf8(json).map_err(|error| Error::Internal(error.to_string()))
}

/// What was written, as its members.
pub(crate) fn parsed(json: &str) -> Result<State> {
    serde_json::from_str(json).map_err(|error| Error::Internal(error.to_string()))
}

/// The same, as its members.
pub(crate) fn state(found: &dyn AnyFound) -> Result<State> {
    parsed(&written(found)?)
}

/// The names of the members that are not the same in both.
pub(crate) fn differences(before: &State, after: &State) -> Vec<String> {
    let gone = before.keys().filter(|name| !after.contains_key(*name));
    let other = after.iter().filter(|(name, value)| before.get(*name) != Some(value)).map(|(name, _)| name);
    let mut names: Vec<_> = other.chain(gone).cloned().collect();
    names.sort_unstable();
    names
}

impl<'a> Cx<'a> {
    /// What the actor changes.
    pub(crate) fn changing(&self) -> Changing {
        Changing(Changes::by(self.actor.by(), self.micros()))
    }

    /// For a commit that makes something new.
    pub(crate) fn created(&self, new: &dyn AnyFound) -> Result<Changes> {
        Ok(self.changing().created(new)?.finish())
    }

    /// For a commit that makes another thing of something.
    pub(crate) fn updated(&self, old: &dyn AnyFound, new: &dyn AnyFound) -> Result<Changes> {
        Ok(self.changing().updated(old, new, &[])?.finish())
    }

    /// For a commit that removes something.
    pub(crate) fn deleted<C: Class>(&self, key: &C::Key) -> Changes {
        self.changing().deleted::<C>(key).finish()
    }

    /// Watches what the actor changes in a transaction.
    pub(crate) fn watch<'b>(&self, transaction: &'b Transaction) -> Watch<'b>
    where
        'a: 'b,
    {
        self.watch_as(self.changing(), transaction)
    }

    /// The same of somebody else.
    pub(crate) fn watch_as<'b>(&self, changing: Changing, transaction: &'b Transaction) -> Watch<'b>
    where
        'a: 'b,
    {
        Watch::new(self.within(&ALL, transaction), transaction, changing)
    }
}
