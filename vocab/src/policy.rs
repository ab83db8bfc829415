use hydra::{Class, Collection, Link, OperationDef, Set, operation};

use crate::Change;
use crate::system_user::WRITE;
use crate::value::GlobalName;

hydra::key! {
    /// Which storage policy.
    StoragePolicyKey { name: GlobalName }
    customer = |_| None
}

hydra::key! {
    /// Which thumbnail policy.
    ThumbnailPolicyKey { name: GlobalName }
    customer = |_| None
}

hydra::key! {
    /// Which image optimisation policy.
    ImageOptimisationPolicyKey { name: GlobalName }
    customer = |_| None
}

/// GET of a collection that belongs to no customer.
pub(crate) const LIST: OperationDef = OperationDef { needs: &[], ..operation::LIST_SHARED };

const RETRIEVE: OperationDef = OperationDef { needs: &[], ..operation::RETRIEVE };

const REPLACE: OperationDef =
    OperationDef { further: &[(400, "Bad request")], needs: WRITE, ..operation::UPSERT_SHARED };
const UPDATE: OperationDef = OperationDef { needs: WRITE, ..operation::CHANGE };
const DELETE: OperationDef = OperationDef {
    further: &[(409, "Conflict: the policy of a customer, or of new customers")],
    needs: WRITE,
    ..operation::DELETE
};
const CREATE: OperationDef = OperationDef { needs: WRITE, ..operation::CREATE_SHARED };

/// Limits on what a customer stores. They hold as soon as they are said; nothing is deleted where they allow less than what is
/// stored already.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/storagePolicies/{name}", key = StoragePolicyKey, label = "Storage Policy")]
#[hydra(operations = [RETRIEVE, REPLACE, UPDATE, DELETE], collection = [LIST, CREATE])]
pub struct StoragePolicy {
    /// The name of the policy: the last part of its address.
    #[hydra(required, fixed)]
    pub name: GlobalName,
    /// How many images may be stored.
    #[hydra(required, example = 10000)]
    pub maximum_number_of_stored_images: u64,
    /// How many bytes all stored images may take.
    #[hydra(required, example = 50_000_000_000)]
    pub maximum_total_size_of_stored_images: u64,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}

/// A set of sizes in which thumbnails are made.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/thumbnailPolicies/{name}", key = ThumbnailPolicyKey, label = "Thumbnail Policy")]
#[hydra(operations = [RETRIEVE], collection = [LIST])]
pub struct ThumbnailPolicy {
    /// The name of the policy.
    #[hydra(read_only)]
    pub name: GlobalName,
    /// The edges of the squares, in pixels, that the thumbnails of an image fit into.
    #[hydra(read_only)]
    pub sizes: Set<u64>,
}

/// A way of preparing images for delivery.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/imageOptimisationPolicies/{name}", key = ImageOptimisationPolicyKey)]
#[hydra(label = "Image Optimisation Policy", operations = [RETRIEVE], collection = [LIST])]
pub struct ImageOptimisationPolicy {
    /// The name of the policy.
    #[hydra(read_only)]
    pub name: GlobalName,
    /// What it does, for people who know about such things.
    #[hydra(read_only)]
    pub technical_details: String,
}
