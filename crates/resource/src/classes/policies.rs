//! Policies that nobody changes: looked at by everybody, the same for all customers.

use hydra::query::Query;
use hydra::{Found, Page, Set};
use store::policy as rows;
use vocab::value::GlobalName;
use vocab::{
    EntryPoint, EntryPointKey, ImageOptimisationPolicy, ImageOptimisationPolicyKey, ThumbnailPolicy, ThumbnailPolicyKey,
};

use crate::{Cx, Error, Members, Resource, Result, paging};

fn thumbnails(row: rows::ThumbnailPolicy) -> Found<ThumbnailPolicy> {
    let name = GlobalName::trusted(row.name);
    // The sizes were written by a migration of ours.
    let sizes = Set(serde_json::from_str(&row.sizes).unwrap_or_default());
    Found::as_shown(ThumbnailPolicyKey { name: name.clone() }, ThumbnailPolicy { name, sizes })
}

fn optimisation(row: rows::ImageOptimisationPolicy) -> Found<ImageOptimisationPolicy> {
    let name = GlobalName::trusted(row.name);
    let value = ImageOptimisationPolicy { name: name.clone(), technical_details: row.technical_details };
    Found::as_shown(ImageOptimisationPolicyKey { name }, value)
}

/// Writes the verbs of a policy: class, key, row, collection, link, and the function from row to class.
macro_rules! policy {
    ($class:ty, $key:ty, $row:ty, $(#[$doc:meta])* $members:ident, $link:literal, $found:path) => {
        impl Resource for $class {
            async fn fetch(cx: &Cx<'_>, key: &$key) -> Result<Found<Self>> {
                rows::find::<$row>(&cx.scope(), key.name.as_str()).await?.map($found).ok_or(Error::NotFound)
            }
        }

        $(#[$doc])*
        #[derive(Debug)]
        pub struct $members;

        impl Members for $members {
            type Owner = EntryPoint;
            type Member = $class;
            const LINK: &'static str = $link;

            async fn list(cx: &Cx<'_>, _: &EntryPointKey, query: &Query) -> Result<Page<$class>> {
                paging::slice(query, rows::all::<$row>(&cx.scope()).await?, |row| row.name.clone(), $found)
            }
        }
    };
}

policy!(
    ThumbnailPolicy, ThumbnailPolicyKey, rows::ThumbnailPolicy,
    /// All thumbnail policies.
    ThumbnailPolicies, "thumbnailPolicies", thumbnails
);
policy!(
    ImageOptimisationPolicy, ImageOptimisationPolicyKey, rows::ImageOptimisationPolicy,
    /// All image optimisation policies.
    ImageOptimisationPolicies, "imageOptimisationPolicies", optimisation
);
