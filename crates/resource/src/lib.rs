//! What the resources do: rules and permissions, and rows made classes.
//!
//! Every face calls these functions and decides nothing itself. HTTP is not known here and neither is SQL; time and
//! randomness come in with the [`World`].

mod actor;
mod cores;
mod cx;
mod error;
mod intake;
mod kept;
mod paging;
mod passwords;
mod rules;
mod secret;
mod traits;
mod world;

mod activation;
mod administration;
mod agreement;
mod assignment;
mod auth_service;
mod batch;
mod customer;
mod customer_search;
mod data;
mod definitions;
mod delivery;
mod descriptors;
mod domains;
mod entry_point;
mod granted;
mod image;
mod key;
mod named_query;
mod origin_strategy;
mod policies;
mod portal_role;
mod portal_user;
mod properties;
mod queue;
mod relocation;
mod role;
mod space;
mod storage;

pub mod authorisation;
pub mod bootstrap;
pub mod customer_key;
pub mod descriptor;
pub mod domain;
pub mod entitlement;
pub mod entitlement_group;
pub mod eula;
pub mod function;
pub mod grants;
pub mod identity;
pub mod logo;
pub mod people;
pub mod person;
pub mod policy;
pub mod property;
pub mod prune;
pub mod record;
pub mod record_list;
pub mod search;
pub mod seed;
pub mod switchable;
pub mod user_role;

/// What the operator's trusted issuers are described with.
pub mod jwt {
    pub use jsonwebtoken::{Algorithm, DecodingKey};
}

pub use actor::{Actor, Sight, User};
pub use assignment::UserRoles as UserRoleAssignments;
pub use auth_service::{AuthServices, NestedServices};
pub use batch::{BatchImages, CompletedImages, ErrorImages};
pub use cores::Cores;
pub use customer::{Children, Customers};
pub use customer_search::{CustomerSearches, SearchResults};
pub use cx::{Cx, IfMatch};
pub use definitions::{EntitlementGroups, Entitlements};
pub use delivery::{Deliverable, Delivery, Openness, Service, Shown, Ticket};
pub use descriptors::PropertyDescriptors;
pub use domains::Domains;
pub use entry_point::entry_point;
pub use error::{Defined, Error, Result, Retry};
pub use granted::{CustomerEntitlements, CustomerGroups, EffectiveEntitlements, EffectiveGroups};
pub use identity::{Credentials, Identities, Issuer, Services, Signer, Token};
pub use image::{AllImages, Images};
pub use intake::{Files, Ingest, Intake, Job, Measured, Strategy, Task, Way};
pub use key::Keys;
pub use named_query::{MOST as MOST_MATCHES, Matches, NamedImages, NamedQueries, matches};
pub use origin_strategy::{CustomerOriginStrategies, OriginStrategies};
pub use policies::{ImageOptimisationPolicies, StoragePolicies, ThumbnailPolicies};
pub use portal_role::{PortalRoles, UserRoles};
pub use portal_user::PortalUsers;
pub use properties::CustomerProperties;
pub use queue::{ActiveBatches, Batches, QueueImages, RecentBatches};
pub use role::Roles;
pub use rules::{FetchLock, Rules};
pub use secret::Vault;
pub use space::Spaces;
pub use store::{Durability, Settings as Database, Store};
pub use switchable::SwitchableCustomers;
pub use traits::{Created, Members, New, Resource, Several, Submit};
pub use world::{Entropy, System, World};
