use hydra::{Class, OperationDef, operation};

use crate::value::Uid;

hydra::key! {
    /// Which one of the things that are the same for all customers.
    GlobalKey { name: Uid }
    customer = |_| None
}

/// GET of a collection that belongs to no customer.
pub(crate) const LIST: OperationDef = OperationDef { further: &[(400, "Bad Request")], needs: None, ..operation::LIST };

/// Limits on what a customer stores.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/storagePolicies/{name}", key = GlobalKey, label = "Storage Policy", collection = [LIST])]
pub struct StoragePolicy {}

/// A set of sizes in which thumbnails are made.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/thumbnailPolicies/{name}", key = GlobalKey, label = "Thumbnail Policy", collection = [LIST])]
pub struct ThumbnailPolicy {}

/// A way of preparing images for delivery.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/imageOptimisationPolicies/{name}", key = GlobalKey, label = "Image Optimisation Policy")]
#[hydra(collection = [LIST])]
pub struct ImageOptimisationPolicy {}
