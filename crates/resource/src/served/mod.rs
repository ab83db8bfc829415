//! Classes and collections without their types, so that whoever reads or serves all there is can loop over them.

mod class;
mod collection;
mod listing;

use std::any::Any;
use std::pin::Pin;

use hydra::body::Body;
use hydra::query::Query;
use hydra::{AnyFound, AnyKey, AnyPage, Class, ClassDef, Identifier, Method, OperationDef, Purpose, Violation};

use crate::{Created, Cx, IfMatch, Result};

pub(crate) use class::{Of, PostTo};
pub(crate) use collection::CollectionOf;

/// What is done on the thread that asked for it.
pub type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + 'a>>;

/// What was read in a body, for whoever read it.
pub type Input = Box<dyn Any>;

/// What a body gives, or all that is wrong with it.
pub type Read = std::result::Result<Input, Vec<Violation>>;

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
    fn kept(&self) -> Option<&'static store::kept::Kept>;
    /// The collections whose members are of the class.
    fn collections(&self) -> &'static [&'static dyn ServedCollection];
    /// What POST does to one, where it takes POST.
    fn submission(&self) -> Option<&'static dyn Submission>;
    /// Reads a body that replaces or changes one.
    fn read(&self, body: Body, purpose: Purpose<'_>, strict: bool) -> Read;
    /// What is read where nothing is expected.
    fn nothing(&self) -> Input;
    fn owner_is_there<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey) -> Work<'a, ()>;
    fn fetch<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey) -> Work<'a, Box<dyn AnyFound>>;
    fn replace<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey, new: &'a Input, on: &'a IfMatch) -> Work<'a, Made>;
    fn update<'a>(
        &'a self,
        cx: &'a Cx<'a>,
        key: &'a dyn AnyKey,
        change: &'a Input,
        on: &'a IfMatch,
    ) -> Work<'a, Box<dyn AnyFound>>;
    fn remove<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey, on: &'a IfMatch) -> Work<'a, ()>;
}

/// How what a body lists is read.
pub trait Listing: Sync {
    /// The class of what is listed.
    fn member(&self) -> &'static ClassDef;
    /// A list of nothing.
    fn none(&self) -> Input;
    /// A list of one, which the body is itself.
    fn one(&self, body: Body, strict: bool) -> Read;
    /// A list of at least so many, whose identities are below a public base URL.
    fn several(&self, base: &str, bodies: Vec<Body>, least: usize, strict: bool) -> Read;
}

/// POST to one resource. See [`Submit`](crate::Submit).
pub trait Submission: Sync {
    /// How what is submitted is read.
    fn listing(&self) -> &dyn Listing;
    /// Takes what is submitted.
    fn submit<'a>(&'a self, cx: &'a Cx<'a>, key: &'a dyn AnyKey, listed: &'a Input) -> Work<'a, Made>;
}

/// A collection: what can be done at the end of a link. See [`Members`](crate::Members).
pub trait ServedCollection: Served {
    /// The class of the members.
    fn member(&self) -> &'static ClassDef;
    /// How what is said of several members is read.
    fn listing(&self) -> &dyn Listing;
    /// The class that has the link.
    fn owner(&self) -> &'static ClassDef;
    /// The name of the link.
    fn link(&self) -> &'static str;
    /// Reads a body that makes a member, or names one.
    fn read(&self, body: Body, strict: bool) -> Read;
    /// What is read where nothing is expected.
    fn nothing(&self) -> Input;
    /// A page of the members.
    fn list<'a>(&'a self, cx: &'a Cx<'a>, owner: &'a dyn AnyKey, query: &'a Query) -> Work<'a, Box<dyn AnyPage>>;
    /// Makes a member.
    fn create<'a>(
        &'a self,
        cx: &'a Cx<'a>,
        owner: &'a dyn AnyKey,
        id: Option<Identifier>,
        input: &'a Input,
    ) -> Work<'a, Made>;
    /// Does to several members what a method means: POST selects, PUT replaces all, PATCH changes.
    fn each<'a>(
        &'a self,
        method: Method,
        cx: &'a Cx<'a>,
        owner: &'a dyn AnyKey,
        listed: &'a Input,
    ) -> Work<'a, Box<dyn AnyPage>>;
}

/// What was read, as whoever read it has it.
fn given<T: Clone + 'static>(input: &Input) -> T {
    input.downcast_ref::<T>().expect("what was read is used by who read it").clone()
}

/// Lists classes, each with how its operations come about: `kept Note;` follows from its table alone, `ruled Space;` asks more than
/// that, in `Rules`; both are members of the customer's collection of them. `written Key in key::Keys;` is written out, and its
/// members are in that collection; `written Queue takes POST;` takes POST itself.
macro_rules! served {
    ($($how:ident $class:ident $(takes $post:ident)? $(in $($collection:path),+)?;)*) => {
        $($crate::served::served!(@keep $how $class);)*

        /// Every class that is served, with the collections of it.
        pub static SERVED: &[&dyn $crate::served::ServedClass] = &[$(&$crate::served::Of::<vocab::$class>::new(
            $crate::served::served!(@table $how $class),
            $crate::served::served!(@submission $class $($post)?),
            $crate::served::served!(@collections $how $class $(, $($collection),+)?),
        )),*];
    };
    (@keep kept $class:ident) => {
        const _: () = {
            use vocab::$class;
            $crate::classes::kept::kept!($class);
            impl $crate::classes::kept::Rules for $class {}
        };
    };
    (@keep $how:ident $class:ident) => {};
    (@table written $class:ident) => { None };
    (@table $how:ident $class:ident) => { Some(<vocab::$class as $crate::classes::kept::Kept>::table) };
    (@submission $class:ident POST) => { Some(&$crate::served::PostTo::<vocab::$class>::NEW) };
    (@submission $class:ident) => { None };
    (@collections written $class:ident $(, $collection:path)*) => {
        &[$(&$crate::served::CollectionOf::<$collection>::of::<vocab::$class>()),*]
    };
    (@collections $how:ident $class:ident $(, $collection:path)*) => {
        &[
            &$crate::served::CollectionOf::<$crate::classes::kept::Own<vocab::$class>>::of::<vocab::$class>(),
            $(&$crate::served::CollectionOf::<$collection>::of::<vocab::$class>()),*
        ]
    };
}
pub(crate) use served;
