//! The classes: of each, how its operations are carried out, by the rules that every face calls. And the one list of them.

mod activation;
mod api_key;
pub(crate) mod auth_service;
mod batch;
pub(crate) mod change;
mod credential;
pub(crate) mod customer;
mod customer_administration;
mod customer_data;
mod customer_move;
mod customer_property;
mod customer_search;
mod definition;
mod domain;
mod entitlement;
mod entitlement_group;
mod entry_point;
mod eula;
pub(crate) mod image;
pub(crate) mod image_retry;
pub(crate) mod kept;
pub(crate) mod key;
mod named_query;
pub(crate) mod origin_strategy;
mod policies;
mod portal_role;
mod portal_user;
mod property_descriptor;
mod queue;
pub(crate) mod role;
mod space;
mod storage;
pub(crate) mod storage_policy;
mod switchable_customer;
pub(crate) mod system_user;
mod user_key;
mod user_role_assignment;
mod user_session;
mod viewer_session;

pub use change::{last_change, log_ends, version};
pub use entry_point::entry_point;
pub use named_query::{MOST as MOST_MATCHES, Matches, matches};

use crate::served::{ServedCollection, served};

served! {
    written EntryPoint;
    written Customer in customer::Customers, customer::Children, customer_search::SearchResults;
    written CustomerAdministration;
    written Activation takes POST;
    written CustomerMove takes POST;
    written CustomerDisabling takes POST;
    written CustomerReenabling takes POST;
    written UserRoleAssignment in user_role_assignment::UserRoles;
    written CustomerProperty in customer_property::CustomerProperties;
    written PropertyDescriptor in property_descriptor::PropertyDescriptors;
    written Logo;
    written CustomerData;
    written PruneAuthorization takes POST;
    written CustomerSearch in customer_search::CustomerSearches;
    written Domain in domain::Domains;
    written PortalUser in portal_user::PortalUsers;
    written UserKey in user_key::UserKeys;
    written UserSession in user_session::UserSessions;
    written SystemUser in system_user::SystemUsers;
    written SystemKey in user_key::SystemKeys;
    written SystemSession in user_session::SystemSessions;
    written PortalRole in portal_role::PortalRoles, portal_role::UserRoles;
    written RoleGrant;
    written SwitchableCustomer in switchable_customer::SwitchableCustomers;
    written Key in key::Keys;
    written ApiKey;
    written EulaStatus takes POST;
    written Eula;
    written Entitlement in entitlement::Entitlements, entitlement::CustomerEntitlements,
        entitlement::EffectiveEntitlements;
    written EntitlementGrant;
    written EntitlementGroup in entitlement_group::EntitlementGroups, entitlement_group::CustomerGroups,
        entitlement_group::EffectiveGroups;
    written GroupGrant;
    ruled NamedQuery;
    written OriginStrategy in origin_strategy::OriginStrategies;
    ruled CustomerOriginStrategy;
    ruled AuthService in auth_service::NestedServices;
    written ViewerSession in viewer_session::ViewerSessions;
    written RoleProvider;
    ruled Role;
    written Queue takes POST;
    written PriorityQueue takes POST;
    written Batch in queue::Batches, queue::ActiveBatches, queue::RecentBatches;
    written BatchTest takes POST;
    ruled Space;
    written Image in image::Images, image::AllImages, named_query::NamedImages, queue::QueueImages, batch::BatchImages,
        batch::CompletedImages, batch::ErrorImages;
    written ImageDeletion takes POST;
    written ImageRetry takes POST;
    written CustomerStorage;
    written SpaceStorage;
    written ImageStorage;
    written StoragePolicy in storage_policy::StoragePolicies;
    written Change in change::AllChanges, change::CustomerChanges,
        change::ChangesOf<vocab::CustomerAdministration>,
        change::ChangesOf<vocab::UserRoleAssignment>,
        change::ChangesOf<vocab::CustomerProperty>,
        change::ChangesOf<vocab::PropertyDescriptor>,
        change::ChangesOf<vocab::Logo>,
        change::ChangesOf<vocab::PortalUser>,
        change::ChangesOf<vocab::UserKey>,
        change::ChangesOf<vocab::SystemUser>,
        change::ChangesOf<vocab::SystemKey>,
        change::ChangesOf<vocab::RoleGrant>,
        change::ChangesOf<vocab::SwitchableCustomer>,
        change::ChangesOf<vocab::Key>,
        change::ChangesOf<vocab::ApiKey>,
        change::ChangesOf<vocab::EulaStatus>,
        change::ChangesOf<vocab::Eula>,
        change::ChangesOf<vocab::Entitlement>,
        change::ChangesOf<vocab::EntitlementGrant>,
        change::ChangesOf<vocab::EntitlementGroup>,
        change::ChangesOf<vocab::GroupGrant>,
        change::ChangesOf<vocab::RoleProvider>,
        change::ChangesOf<vocab::Batch>,
        change::ChangesOf<vocab::Image>,
        change::ChangesOf<vocab::CustomerStorage>,
        change::ChangesOf<vocab::StoragePolicy>;
    written ThumbnailPolicy in policies::ThumbnailPolicies;
    written ImageOptimisationPolicy in policies::ImageOptimisationPolicies;
}

/// Every collection that is served.
pub fn collections() -> impl Iterator<Item = &'static dyn ServedCollection> {
    SERVED.iter().flat_map(|class| class.collections().iter().copied())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hydra::Method;

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
