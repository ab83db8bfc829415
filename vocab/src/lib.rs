//! The classes of Portico: what there is, in one file each.
//!
//! What a class is belongs here: its properties, links and operations, and the types of its literals. How one behaves
//! belongs in `resource`, where it is kept in `store`; neither a database nor HTTP is known here.

mod activation;
mod administration;
mod api_key;
mod auth_service;
mod batch;
mod customer;
mod data;
mod deletion;
mod disabling;
mod domain;
mod entitlement;
mod entitlement_group;
mod entry_point;
mod eula;
mod image;
mod key;
mod logo;
mod named_query;
mod origin_strategy;
mod policy;
mod portal_role;
mod portal_user;
mod property;
mod queue;
mod relocation;
mod retry;
mod role;
mod search;
mod space;
mod storage;
mod switchable;
mod system_user;
mod user_key;
mod user_role;
mod user_session;
mod viewer_session;

pub mod value;

use hydra::{Class, ClassDef};

pub use activation::Activation;
pub use administration::{CustomerAdministration, CustomerAdministrationInput};
pub use api_key::{ApiKey, ApiKeyInput};
pub use auth_service::{AuthService, AuthServiceInput, AuthServiceKey, RoleProvider, RoleProviderInput};
pub use batch::{Batch, BatchKey, BatchTest};
pub use customer::{Customer, CustomerInput, CustomerKey};
pub use data::{CustomerData, PruneAuthorization, PruneAuthorizationInput};
pub use deletion::ImageDeletion;
pub use disabling::{CustomerDisabling, CustomerReenabling};
pub use domain::{Domain, DomainKey};
pub use entitlement::{Entitlement, EntitlementGrant, EntitlementGrantKey, EntitlementInput, EntitlementKey};
pub use entitlement_group::{EntitlementGroup, EntitlementGroupInput, EntitlementGroupKey, GroupGrant, GroupGrantKey};
pub use entry_point::{EntryPoint, EntryPointKey};
pub use eula::{Eula, EulaInput, EulaStatus, EulaStatusInput};
pub use image::{Image, ImageInput, ImageKey};
pub use key::{Key, KeyKey};
pub use logo::{LOGO_TYPES, Logo};
pub use named_query::{NamedQuery, NamedQueryInput, NamedQueryKey};
pub use origin_strategy::{
    CustomerOriginStrategy, CustomerOriginStrategyInput, CustomerOriginStrategyKey, OriginStrategy, OriginStrategyKey,
};
pub use policy::{
    ImageOptimisationPolicy, ImageOptimisationPolicyKey, StoragePolicy, StoragePolicyKey, ThumbnailPolicy,
    ThumbnailPolicyKey,
};
pub use portal_role::{PortalRole, PortalRoleInput, PortalRoleKey, RoleGrant, RoleGrantKey};
pub use portal_user::{PortalUser, PortalUserInput, PortalUserKey};
pub use property::{
    CustomerProperty, CustomerPropertyInput, CustomerPropertyKey, PropertyDescriptor, PropertyDescriptorInput,
    PropertyDescriptorKey,
};
pub use queue::{PriorityQueue, Queue};
pub use relocation::{CustomerMove, CustomerMoveInput};
pub use retry::{ImageRetry, ImageRetryInput};
pub use role::{Role, RoleInput, RoleKey};
pub use search::{CustomerSearch, CustomerSearchInput, CustomerSearchKey};
pub use space::{Space, SpaceInput, SpaceKey};
pub use storage::{CustomerStorage, ImageStorage, SpaceStorage};
pub use switchable::{SwitchableCustomer, SwitchableCustomerInput, SwitchableCustomerKey};
pub use system_user::{SystemUser, SystemUserInput, SystemUserKey};
pub use user_key::{SystemKey, SystemKeyKey, UserKey, UserKeyKey};
pub use user_role::{UserRoleAssignment, UserRoleAssignmentInput, UserRoleKey};
pub use user_session::{SystemSession, SystemSessionKey, UserSession, UserSessionKey};
pub use viewer_session::{ViewerSession, ViewerSessionKey};

/// Every class, in the order of the documentation.
pub const CLASSES: &[&ClassDef] = &[
    EntryPoint::CLASS,
    Customer::CLASS,
    CustomerAdministration::CLASS,
    Activation::CLASS,
    CustomerMove::CLASS,
    CustomerDisabling::CLASS,
    CustomerReenabling::CLASS,
    UserRoleAssignment::CLASS,
    CustomerProperty::CLASS,
    PropertyDescriptor::CLASS,
    Logo::CLASS,
    CustomerData::CLASS,
    PruneAuthorization::CLASS,
    CustomerSearch::CLASS,
    Domain::CLASS,
    PortalUser::CLASS,
    UserKey::CLASS,
    UserSession::CLASS,
    SystemUser::CLASS,
    SystemKey::CLASS,
    SystemSession::CLASS,
    PortalRole::CLASS,
    RoleGrant::CLASS,
    SwitchableCustomer::CLASS,
    Key::CLASS,
    ApiKey::CLASS,
    EulaStatus::CLASS,
    Eula::CLASS,
    Entitlement::CLASS,
    EntitlementGrant::CLASS,
    EntitlementGroup::CLASS,
    GroupGrant::CLASS,
    NamedQuery::CLASS,
    OriginStrategy::CLASS,
    CustomerOriginStrategy::CLASS,
    AuthService::CLASS,
    ViewerSession::CLASS,
    RoleProvider::CLASS,
    Role::CLASS,
    Queue::CLASS,
    PriorityQueue::CLASS,
    Batch::CLASS,
    BatchTest::CLASS,
    Space::CLASS,
    Image::CLASS,
    ImageDeletion::CLASS,
    ImageRetry::CLASS,
    CustomerStorage::CLASS,
    SpaceStorage::CLASS,
    ImageStorage::CLASS,
    StoragePolicy::CLASS,
    ThumbnailPolicy::CLASS,
    ImageOptimisationPolicy::CLASS,
];
