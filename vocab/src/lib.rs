//! The classes of Portico: what there is, in one file each.
//!
//! What a class is belongs here: its properties, links and operations, and the types of its literals. How one behaves
//! belongs in `resource`, where it is kept in `store`; neither a database nor HTTP is known here.

pub mod value;

use hydra::{Class, ClassDef};

/// Lists classes: each file of them, and the classes in it.
macro_rules! classes {
    ($($file:ident: $($class:ident),+;)*) => {
        $(mod $file;)*

        $(pub use $file::*;)*

        /// Every class, in the order of the documentation.
        pub const CLASSES: &[&ClassDef] = &[$($($class::CLASS),+),*];
    };
}

classes! {
    entry_point: EntryPoint;
    customer: Customer;
    customer_administration: CustomerAdministration;
    activation: Activation;
    customer_move: CustomerMove;
    disabling: CustomerDisabling, CustomerReenabling;
    user_role_assignment: UserRoleAssignment;
    customer_property: CustomerProperty;
    property_descriptor: PropertyDescriptor;
    logo: Logo;
    customer_data: CustomerData, PruneAuthorization;
    customer_search: CustomerSearch;
    domain: Domain;
    portal_user: PortalUser;
    user_key: UserKey, SystemKey;
    user_session: UserSession, SystemSession;
    system_user: SystemUser;
    portal_role: PortalRole, RoleGrant;
    switchable_customer: SwitchableCustomer;
    key: Key;
    api_key: ApiKey;
    eula: EulaStatus, Eula;
    entitlement: Entitlement, EntitlementGrant;
    entitlement_group: EntitlementGroup, GroupGrant;
    named_query: NamedQuery;
    origin_strategy: OriginStrategy, CustomerOriginStrategy;
    auth_service: AuthService, RoleProvider;
    viewer_session: ViewerSession;
    role: Role;
    queue: Queue, PriorityQueue;
    batch: Batch, BatchTest;
    space: Space;
    image: Image;
    image_deletion: ImageDeletion;
    image_retry: ImageRetry;
    storage: CustomerStorage, SpaceStorage, ImageStorage;
    policy: StoragePolicy, ThumbnailPolicy, ImageOptimisationPolicy;
    change: Change;
}
