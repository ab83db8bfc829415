use hydra::{Chosen, Class, Collection, Link, OperationDef, Timestamp, operation};

use crate::{Change, Customer, CustomerKey, Image, ImageKey, Space, SpaceKey, StoragePolicy};

/// Which policy limits a customer is said by those who administer all of them.
const UPDATE: OperationDef = OperationDef { needs: crate::system_user::WRITE, ..operation::CHANGE };

/// What the images of a customer take.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/storage", key = CustomerKey, label = "Customer Storage")]
#[hydra(operations = [operation::RETRIEVE, UPDATE])]
pub struct CustomerStorage {
    /// How many images are stored.
    #[hydra(read_only, derived)]
    pub number_of_stored_images: u64,
    /// The bytes that their originals take.
    #[hydra(read_only, derived)]
    pub total_size_of_stored_images: u64,
    /// The bytes that their thumbnails take.
    #[hydra(read_only, derived)]
    pub total_size_of_thumbnails: u64,
    /// The policy that limits what is stored; another holds at once, and deletes nothing.
    pub storage_policy: Chosen<StoragePolicy>,
    /// The customer whose images they are.
    pub customer: Link<Customer>,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}

/// What the images of a space take.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/spaces/{space}/storage", key = SpaceKey, label = "Space Storage")]
#[hydra(sub_class_of = "CustomerStorage", operations = [operation::RETRIEVE])]
pub struct SpaceStorage {
    /// How many images are stored.
    #[hydra(read_only)]
    pub number_of_stored_images: u64,
    /// The bytes that their originals take.
    #[hydra(read_only)]
    pub total_size_of_stored_images: u64,
    /// The bytes that their thumbnails take.
    #[hydra(read_only)]
    pub total_size_of_thumbnails: u64,
    /// The space that the images are in.
    pub space: Link<Space>,
}

/// What an image takes.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/spaces/{space}/images/{image}/storage", key = ImageKey, label = "Image Storage")]
#[hydra(operations = [operation::RETRIEVE])]
pub struct ImageStorage {
    /// The bytes that its thumbnails take.
    #[hydra(read_only)]
    pub thumbnail_size: u64,
    /// The bytes that its original takes.
    #[hydra(read_only)]
    pub size: u64,
    /// When that was measured last; left out where it never was.
    #[hydra(read_only)]
    pub last_checked: Option<Timestamp>,
    /// Whether it is being measured.
    #[hydra(read_only)]
    pub checking_in_progress: bool,
    /// The image.
    pub image: Link<Image>,
}
