use hydra::{ChosenSet, Class, Collection, Keep, Link, OperationDef, Set, Timestamp, operation};

use crate::value::{CustomerId, OpenEdge, SpaceId, Tag, Text};
use crate::{Change, Customer, Image, Role, SpaceStorage};

hydra::key! {
    /// Which space of which customer.
    SpaceKey { customer: CustomerId, space: SpaceId }
    customer = |key| Some(key.customer.0)
}

const DELETE: OperationDef = OperationDef { further: &[(409, "Conflict: the space has images")], ..operation::DELETE };

/// A place for images, with defaults for those that do not say for themselves.
#[derive(Debug, Clone, Class, Keep)]
#[hydra(path = "/customers/{customer}/spaces/{space}", key = SpaceKey, label = "Space")]
#[hydra(operations = [operation::RETRIEVE, operation::UPSERT, operation::UPDATE, DELETE])]
#[hydra(collection = [operation::LIST, operation::CREATE])]
pub struct Space {
    /// The number of the space, the last part of its address.
    #[hydra(read_only)]
    pub id: i64,
    /// The name of the space; unique within the customer, whatever the case of its letters.
    #[hydra(required, unique, search, filter, sort, example = "Maps")]
    pub name: Text<200>,
    /// When the space was made.
    #[hydra(read_only, sort)]
    pub created: Timestamp,
    /// The tags of images that come without tags.
    #[hydra(example = ["map", "paper"])]
    pub default_tags: Set<Tag>,
    /// The longest edge, in pixels, that anybody may see of images that do not say for themselves; -1 where nothing is said,
    /// 0 for nothing.
    #[hydra(default = OpenEdge::UNSAID, example = 400)]
    pub default_max_unauthorised: OpenEdge,
    /// The roles that images ask for which come without roles.
    pub default_roles: ChosenSet<Role>,
    /// The images in the space.
    pub images: Link<Collection<Image>>,
    /// How many images there are in the space.
    #[hydra(read_only, derived)]
    pub approximate_number_of_images: u64,
    /// What the images take.
    pub storage: Link<SpaceStorage>,
    /// The customer that the space belongs to.
    pub customer: Link<Customer>,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}
