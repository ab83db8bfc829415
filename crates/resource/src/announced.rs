//! Collections whose members cannot be made yet: they exist where their owner does, and are empty.

use hydra::Page;
use hydra::query::Query;
use vocab::{
    AuthService, Customer, CustomerOriginStrategy, EntryPoint, ImageOptimisationPolicy, NamedQuery, OriginStrategy,
    Role, Space, StoragePolicy, ThumbnailPolicy,
};

use crate::{Cx, Members, Resource, Result};

/// Names an empty collection: owner, link, member.
macro_rules! announce {
    ($($name:ident: $owner:ty, $link:literal, $member:ty;)*) => {$(
        #[doc = concat!("The collection `", $link, "`, empty as yet.")]
        #[derive(Debug)]
        pub struct $name;

        impl Members for $name {
            type Owner = $owner;
            type Member = $member;
            const LINK: &'static str = $link;

            async fn list(cx: &Cx<'_>, owner: &<$owner as hydra::Class>::Key, _query: &Query) -> Result<Page<$member>> {
                <$owner>::fetch(cx, owner).await?;
                Ok(Page::empty())
            }
        }
    )*};
}

announce! {
    NamedQueries: Customer, "namedQueries", NamedQuery;
    CustomerOriginStrategies: Customer, "originStrategies", CustomerOriginStrategy;
    AuthServices: Customer, "authServices", AuthService;
    Roles: Customer, "roles", Role;
    Spaces: Customer, "spaces", Space;
    OriginStrategies: EntryPoint, "originStrategies", OriginStrategy;
    ImageOptimisationPolicies: EntryPoint, "imageOptimisationPolicies", ImageOptimisationPolicy;
    ThumbnailPolicies: EntryPoint, "thumbnailPolicies", ThumbnailPolicy;
    StoragePolicies: EntryPoint, "storagePolicies", StoragePolicy;
}
