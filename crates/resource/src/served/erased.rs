//! What can be asked of a class and of a collection, whichever it is.

use std::any::Any;
use std::pin::Pin;

use hydra::body::Body;
use hydra::query::Query;
use hydra::{AnyFound, AnyKey, AnyPage, Class, ClassDef, Identifier, Method, OperationDef, Purpose, Violation};

use crate::following::{FollowedChanges, Following, Version, Versions};
use crate::{Created, Cx, IfMatch, Result};

/// What is done on the thread that asked for it.
pub type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + 'a>>;

/// What was read in a body, for whoever read it.
pub type AnyInput = Box<dyn Any>;

/// What a body gives, or all that is wrong with it.
pub type ReadInput = std::result::Result<AnyInput, Vec<Violation>>;

/// The answer to a creation or a replacement, of whichever class.
pub struct Made {
    /// The resource.
    pub found: Box<dyn AnyFound>,
    /// Whether it was made just now.
    pub new: bool,
}

impl<C: Class> From<Created<C>> for Made {
    fn from(created: Created<C>) -> Self {
        Self { found: Box::new(created.found), new: created.new }
    }
}

/// What lies at the paths of a template.
pub trait Served: Sync {
    /// The template.
    fn path(&self) -> String;
    /// The key whose variables a path has.
    fn key(&self, path: &str) -> Option<Box<dyn AnyKey>>;
    /// What can be done there.
    fn operations(&self) -> &'static [OperationDef];
    /// Those that what is there takes, as it is now and whoever asks.
    ///
    /// # Errors
    /// It cannot be read.
    fn offered<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey) -> Work<'a, Vec<&'static OperationDef>>;
    /// Whether it answers without credentials.
    fn is_public(&self) -> bool;
    /// Whether there is anything at the path of a key, or nothing that a body could be about.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound) if there is not.
    fn is_there<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey) -> Work<'a, ()>;
}

/// A class: what can be done with one resource of it. See [`Resource`](crate::Resource).
#[expect(missing_docs, reason = "each is what the trait of the same name says")]
pub trait ServedClass: Served {
    /// The table.
    fn class(&self) -> &'static ClassDef;
    /// Where its rows are kept; none where that is written out.
    fn kept(&self) -> Option<&'static store::kept::KeptTable>;
    /// The collections whose members are of the class.
    fn collections(&self) -> &'static [&'static dyn ServedCollection];
    /// What POST does to one, where it takes POST.
    fn submission(&self) -> Option<&'static dyn Submission>;
    /// Reads a body that replaces or changes one.
    fn read(&self, body: Body, purpose: Purpose<'_>, strict: bool) -> ReadInput;
    /// What is read where nothing is expected.
    fn nothing(&self) -> AnyInput;
    fn owner_is_there<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey) -> Work<'a, ()>;
    fn fetch<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey) -> Work<'a, Box<dyn AnyFound>>;
    /// The version that one of a logged class had before an instant, in microseconds since 1970; or else the first.
    fn version_before<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey, until: i64) -> Work<'a, Versions>;
    /// The versions of one of a logged class, from after a number on, so many at the most.
    fn versions_after<'a>(
        &'a self,
        cx: &'a Cx<'a>,
        key: &'a dyn AnyKey,
        after: i64,
        most: u64,
    ) -> Work<'a, Vec<Version>>;
    fn replace<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey, new: &'a AnyInput, on: &'a IfMatch)
    -> Work<'a, Made>;
    fn update<'a>(
        &'a self,
        cx: &'a Cx<'a>,
        key: &'a dyn AnyKey,
        change: &'a AnyInput,
        on: &'a IfMatch,
    ) -> Work<'a, Box<dyn AnyFound>>;
    fn remove<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey, on: &'a IfMatch) -> Work<'a, ()>;
}

/// How what a body lists is read.
pub trait ListReading: Sync {
    /// The class of what is listed.
    fn member(&self) -> &'static ClassDef;
    /// A list of nothing.
    fn none(&self) -> AnyInput;
    /// A list of one, which the body is itself.
    fn one(&self, body: Body, strict: bool) -> ReadInput;
    /// A list of at least so many, whose identities are below a public base URL.
    fn several(&self, base: &str, bodies: Vec<Body>, least: usize, strict: bool) -> ReadInput;
}

/// POST to one resource. See [`Submit`](crate::Submit).
pub trait Submission: Sync {
    /// How what is submitted is read.
    fn listing(&self) -> &dyn ListReading;
    /// Takes what is submitted.
    fn submit<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey, listed: &'a AnyInput) -> Work<'a, Made>;
}

/// A collection: what can be done at the end of a link. See [`Members`](crate::Members).
pub trait ServedCollection: Served {
    /// The class of the members.
    fn member(&self) -> &'static ClassDef;
    /// How what is said of several members is read.
    fn listing(&self) -> &dyn ListReading;
    /// The class that has the link.
    fn owner(&self) -> &'static ClassDef;
    /// The name of the link.
    fn link(&self) -> &'static str;
    /// Reads a body that makes a member, or names one.
    fn read(&self, body: Body, strict: bool) -> ReadInput;
    /// What is read where nothing is expected.
    fn nothing(&self) -> AnyInput;
    /// A page of the members.
    fn list<'a>(&'a self, cx: &'a Cx<'a>, owner: &'a dyn AnyKey, query: &'a Query) -> Work<'a, Box<dyn AnyPage>>;
    /// The greatest number that a member has, where they are changes; zero where there is none.
    fn newest<'a>(&'a self, cx: &'a Cx<'a>, owner: &'a dyn AnyKey) -> Work<'a, i64>;
    /// The members that follow a number, where they are changes.
    fn follow<'a>(
        &'a self,
        cx: &'a Cx<'a>,
        owner: &'a dyn AnyKey,
        following: Following<'a>,
    ) -> Work<'a, FollowedChanges>;
    /// Makes a member.
    fn create<'a>(
        &'a self,
        cx: &'a Cx<'a>,
        owner: &'a dyn AnyKey,
        id: Option<Identifier>,
        input: &'a AnyInput,
    ) -> Work<'a, Made>;
    /// Does to several members what a method means: POST selects, PUT replaces all, PATCH changes.
    fn each<'a>(
        &'a self,
        method: Method,
        cx: &'a Cx<'a>,
        owner: &'a dyn AnyKey,
        listed: &'a AnyInput,
    ) -> Work<'a, Box<dyn AnyPage>>;
}

/// What was read, as whoever read it has it.
pub(super) fn given<T: Clone + 'static>(input: &AnyInput) -> T {
    input.downcast_ref::<T>().expect("what was read is used by who read it").clone()
}

/// As [`Served::offered`], of a class.
pub(super) async fn offered_by_resource(
    class: &dyn ServedClass,
    cx: &Cx<'_>,
    key: &dyn AnyKey,
) -> Result<Vec<&'static OperationDef>> {
    let found = class.fetch(cx, key).await?;
    Ok(class.operations().iter().filter(|operation| found.offers(operation)).collect())
}

/// As [`Served::offered`], of a collection: whether it is closed, any page of it tells.
pub(super) async fn offered_by_collection(
    collection: &dyn ServedCollection,
    cx: &Cx<'_>,
    key: &dyn AnyKey,
) -> Result<Vec<&'static OperationDef>> {
    let page = collection.list(cx, key, &Query { page_size: 1, ..Query::all() }).await?;
    Ok(collection.operations().iter().filter(|operation| page.offers(operation)).collect())
}
