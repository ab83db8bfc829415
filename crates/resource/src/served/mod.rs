//! The one list of classes, and each of them without its type: whoever reads or serves all there is loops over it.

mod class;
mod collection;
mod listing;

use std::any::Any;
use std::pin::Pin;

use hydra::body::Body;
use hydra::query::Query;
use hydra::{AnyFound, AnyKey, AnyPage, Class, ClassDef, Identifier, Method, OperationDef, Purpose, Violation};

use crate::{Created, Cx, IfMatch, Result};
use class::{Of, PostTo};
use collection::CollectionOf;

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

/// Lists classes: `Space in Spaces;` is one whose members are in that collection, `Queue takes POST;` one that takes POST itself.
macro_rules! served {
    ($($class:ident $(takes $post:ident)? $(in $($collection:path),+)?;)*) => {
        /// Every class that is served, with the collections of it.
        pub static SERVED: &[&dyn ServedClass] = &[$(&Of::<vocab::$class>::new(
            served!(@submission $class $($post)?),
            &[$($(&CollectionOf::<$collection>::of::<vocab::$class>()),+)?],
        )),*];
    };
    (@submission $class:ident POST) => { Some(&PostTo::<vocab::$class>::NEW) };
    (@submission $class:ident) => { None };
}

served! {
    EntryPoint;
    Customer in crate::Customers, crate::Children, crate::SearchResults;
    CustomerAdministration;
    Activation takes POST;
    CustomerMove takes POST;
    CustomerDisabling takes POST;
    CustomerReenabling takes POST;
    Entitlement in crate::Entitlements, crate::CustomerEntitlements, crate::EffectiveEntitlements;
    EntitlementGroup in crate::EntitlementGroups, crate::CustomerGroups, crate::EffectiveGroups;
    EntitlementGrant;
    GroupGrant;
    EulaStatus takes POST;
    Eula;
    ApiKey;
    SwitchableCustomer in crate::SwitchableCustomers;
    UserRoleAssignment in crate::UserRoleAssignments;
    Domain in crate::Domains;
    CustomerProperty in crate::CustomerProperties;
    PropertyDescriptor in crate::PropertyDescriptors;
    Logo;
    CustomerData;
    PruneAuthorization takes POST;
    CustomerSearch in crate::CustomerSearches;
    PortalUser in crate::PortalUsers;
    UserKey in crate::UserKeys;
    UserSession in crate::UserSessions;
    SystemUser in crate::SystemUsers;
    SystemKey in crate::SystemKeys;
    SystemSession in crate::SystemSessions;
    PortalRole in crate::PortalRoles, crate::UserRoles;
    RoleGrant;
    Key in crate::Keys;
    Queue takes POST;
    PriorityQueue takes POST;
    Batch in crate::Batches, crate::ActiveBatches, crate::RecentBatches;
    BatchTest takes POST;
    NamedQuery in crate::NamedQueries;
    OriginStrategy in crate::OriginStrategies;
    CustomerOriginStrategy in crate::CustomerOriginStrategies;
    AuthService in crate::AuthServices, crate::NestedServices;
    ViewerSession in crate::ViewerSessions;
    RoleProvider;
    Role in crate::Roles;
    Space in crate::Spaces;
    Image in crate::Images, crate::AllImages, crate::NamedImages, crate::QueueImages, crate::BatchImages,
        crate::CompletedImages, crate::ErrorImages;
    ImageDeletion takes POST;
    ImageRetry takes POST;
    CustomerStorage;
    SpaceStorage;
    ImageStorage;
    StoragePolicy in crate::StoragePolicies;
    ThumbnailPolicy in crate::ThumbnailPolicies;
    ImageOptimisationPolicy in crate::ImageOptimisationPolicies;
}

/// Every collection that is served.
pub fn collections() -> impl Iterator<Item = &'static dyn ServedCollection> {
    SERVED.iter().flat_map(|class| class.collections().iter().copied())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_class_and_every_link_is_served_once() {
        let tables = || vocab::CLASSES.iter().filter(|class| !class.path.is_empty());
        let names: Vec<_> = SERVED.iter().map(|class| class.class().name).collect();
        let all: BTreeSet<_> = tables().map(|class| class.name).collect();
        assert_eq!((names.len(), names.into_iter().collect()), (all.len(), all));
        let links = tables().flat_map(|class| class.collections().map(|(link, _)| (class.name, link.name)));
        let all: BTreeSet<_> = links.collect();
        let served: Vec<_> = collections().map(|collection| (collection.owner().name, collection.link())).collect();
        assert_eq!((served.len(), served.into_iter().collect()), (all.len(), all));
    }

    #[test]
    fn what_takes_post_says_so() {
        for class in SERVED {
            let takes = class.operations().iter().any(|operation| operation.method == Method::Post);
            assert_eq!(class.submission().is_some(), takes, "{}", class.class().name);
        }
    }
}
