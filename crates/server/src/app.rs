//! What every request can reach, and the table of routes.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::HeaderValue;
use actix_web::web::ServiceConfig;
use hydra::{Api, ld};
use iiif::picture::Ceiling;
use objects::Objects;
use resource::Identities;
use vocab::{
    Activation, ApiKey, AuthService, Batch, BatchTest, Customer, CustomerAdministration, CustomerDisabling,
    CustomerMove, CustomerOriginStrategy, CustomerProperty, CustomerReenabling, CustomerSearch, CustomerStorage,
    Domain, Entitlement, EntitlementGrant, EntitlementGroup, EntryPoint, Eula, EulaStatus, GroupGrant, Image,
    ImageDeletion, ImageOptimisationPolicy, ImageStorage, Key, NamedQuery, OriginStrategy, PortalRole, PortalUser,
    PriorityQueue, PropertyDescriptor, PruneAuthorization, Queue, Role, RoleGrant, RoleProvider, Space, SpaceStorage,
    StoragePolicy, SwitchableCustomer, ThumbnailPolicy, UserRoleAssignment,
};

use crate::config::cores;
use crate::delivery::{self, Darkroom};
use crate::documents::Documents;
use crate::explorer::Assets;
use crate::negotiate::Format;
use crate::{data, documents, explorer, health, logo, presentation, routes, token};

/// The service: tables, identities, objects, documents that never change, limits.
#[derive(Debug)]
pub struct Portico {
    /// The tables at their public address.
    pub api: Api,
    /// JSON-LD processing, for what is not on the normal way.
    pub ld: ld::Processor,
    /// Who somebody is, and the database behind it.
    pub identities: Arc<Identities>,
    /// Originals and thumbnails.
    pub objects: Objects,
    pub(crate) darkroom: Darkroom,
    pub(crate) documents: Documents,
    pub(crate) assets: Assets,
    pub(crate) limits: Limits,
    /// Tells this shape of documents from that of other releases, in entity tags.
    pub(crate) fingerprint: String,
    pub(crate) documentation_link: HeaderValue,
    pub(crate) sign_ins: token::SignIns,
}

/// Limits on what a stranger controls.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a body.
    pub body: usize,
    /// Bytes of a query.
    pub query: usize,
    /// How long a request may take.
    pub request: Duration,
    /// Bytes of derivatives that are kept in memory.
    pub derivatives: u64,
    /// How large a picture may be that derivatives are made of.
    pub pictures: Ceiling,
}

impl Portico {
    /// The service at a base URL.
    pub fn new(base: &str, identities: Arc<Identities>, objects: Objects, limits: Limits) -> Self {
        let api = Api::new(base, vocab::CLASSES);
        let ld = ld::Processor::new(&api);
        let documents = Documents::new(&api);
        let link = format!("<{}/vocab>; rel=\"http://www.w3.org/ns/hydra/core#apiDocumentation\"", api.base());
        Self {
            fingerprint: documents.fingerprint(),
            documentation_link: HeaderValue::from_str(&link).expect("a public URL has no control characters"),
            sign_ins: token::SignIns::new(),
            assets: Assets::new(),
            api,
            ld,
            identities,
            darkroom: Darkroom::new(objects.clone(), cores(), limits),
            objects,
            documents,
            limits,
        }
    }

    /// What tells the entity tags of a representation from those of others; pages change with their templates, too.
    pub(crate) fn mark(&self, format: Format) -> &str {
        match format {
            Format::Html => self.assets.mark(),
            other => other.mark(),
        }
    }
}

/// Every route. Which methods each has is in its class.
pub fn routes(config: &mut ServiceConfig) {
    // Its paths have words where others have variables, so they come first.
    argus::routes(config);
    routes::resource::<EntryPoint>(config);
    routes::resource::<Customer>(config);
    routes::resource::<CustomerAdministration>(config);
    routes::submission::<Activation>(config);
    routes::submission::<CustomerMove>(config);
    routes::submission::<CustomerDisabling>(config);
    routes::submission::<CustomerReenabling>(config);
    routes::resource::<Entitlement>(config);
    routes::resource::<EntitlementGroup>(config);
    routes::resource::<EntitlementGrant>(config);
    routes::resource::<GroupGrant>(config);
    routes::submission::<EulaStatus>(config);
    routes::resource::<Eula>(config);
    routes::resource::<ApiKey>(config);
    routes::resource::<SwitchableCustomer>(config);
    routes::resource::<UserRoleAssignment>(config);
    routes::resource::<Domain>(config);
    routes::resource::<CustomerProperty>(config);
    routes::resource::<PropertyDescriptor>(config);
    routes::submission::<PruneAuthorization>(config);
    routes::resource::<CustomerSearch>(config);
    logo::routes(config);
    data::routes(config);
    routes::resource::<PortalUser>(config);
    routes::resource::<PortalRole>(config);
    routes::resource::<RoleGrant>(config);
    routes::resource::<Key>(config);
    routes::submission::<Queue>(config);
    routes::submission::<PriorityQueue>(config);
    routes::resource::<Batch>(config);
    routes::submission::<BatchTest>(config);
    routes::resource::<NamedQuery>(config);
    routes::resource::<OriginStrategy>(config);
    routes::resource::<CustomerOriginStrategy>(config);
    routes::resource::<AuthService>(config);
    routes::resource::<RoleProvider>(config);
    routes::resource::<Role>(config);
    routes::resource::<Space>(config);
    routes::resource::<Image>(config);
    routes::submission::<ImageDeletion>(config);
    routes::resource::<CustomerStorage>(config);
    routes::resource::<SpaceStorage>(config);
    routes::resource::<ImageStorage>(config);
    routes::resource::<StoragePolicy>(config);
    routes::resource::<ThumbnailPolicy>(config);
    routes::resource::<ImageOptimisationPolicy>(config);
    routes::collection::<resource::Customers>(config);
    routes::collection::<resource::Children>(config);
    routes::collection::<resource::Entitlements>(config);
    routes::collection::<resource::EntitlementGroups>(config);
    routes::collection::<resource::CustomerEntitlements>(config);
    routes::collection::<resource::EffectiveEntitlements>(config);
    routes::collection::<resource::CustomerGroups>(config);
    routes::collection::<resource::EffectiveGroups>(config);
    routes::collection::<resource::SwitchableCustomers>(config);
    routes::collection::<resource::UserRoleAssignments>(config);
    routes::collection::<resource::Domains>(config);
    routes::collection::<resource::CustomerProperties>(config);
    routes::collection::<resource::PropertyDescriptors>(config);
    routes::collection::<resource::CustomerSearches>(config);
    routes::collection::<resource::SearchResults>(config);
    routes::collection::<resource::PortalUsers>(config);
    routes::collection::<resource::PortalRoles>(config);
    routes::collection::<resource::UserRoles>(config);
    routes::collection::<resource::Keys>(config);
    routes::collection::<resource::NamedQueries>(config);
    routes::collection::<resource::NamedImages>(config);
    routes::collection::<resource::CustomerOriginStrategies>(config);
    routes::collection::<resource::AuthServices>(config);
    routes::collection::<resource::NestedServices>(config);
    routes::collection::<resource::Roles>(config);
    routes::collection::<resource::Spaces>(config);
    routes::collection::<resource::Images>(config);
    routes::collection::<resource::AllImages>(config);
    routes::collection::<resource::Batches>(config);
    routes::collection::<resource::ActiveBatches>(config);
    routes::collection::<resource::RecentBatches>(config);
    routes::collection::<resource::QueueImages>(config);
    routes::collection::<resource::BatchImages>(config);
    routes::collection::<resource::CompletedImages>(config);
    routes::collection::<resource::ErrorImages>(config);
    routes::collection::<resource::OriginStrategies>(config);
    routes::collection::<resource::ImageOptimisationPolicies>(config);
    routes::collection::<resource::ThumbnailPolicies>(config);
    routes::collection::<resource::StoragePolicies>(config);
    documents::routes(config);
    explorer::routes(config);
    health::routes(config);
    presentation::routes(config);
    token::routes(config);
    delivery::routes(config);
    cloudentity::routes(config);
}
