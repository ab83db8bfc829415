use hydra::{Class, OperationDef, Set, operation};

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
pub(crate) const LIST: OperationDef = OperationDef { further: &[(400, "Bad Request")], needs: &[], ..operation::LIST };

const RETRIEVE: OperationDef = OperationDef { needs: &[], ..operation::RETRIEVE };

/// Limits on what a customer stores.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/storagePolicies/{name}", key = StoragePolicyKey, label = "Storage Policy")]
#[hydra(operations = [RETRIEVE], collection = [LIST])]
pub struct StoragePolicy {
    /// The name of the policy.
    #[hydra(read_only)]
    pub name: GlobalName,
    /// How many images may be stored.
    #[hydra(read_only)]
    pub maximum_number_of_stored_images: u64,
    /// How many bytes all stored images may take.
    #[hydra(read_only)]
    pub maximum_total_size_of_stored_images: u64,
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
