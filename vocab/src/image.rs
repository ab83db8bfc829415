use hydra::{
    Address, ChosenSet, Class, Collection, Link, OperationDef, Payload, Reference, Set, Template, Timestamp, operation,
};

use crate::value::{
    CustomNumber, CustomerId, ErrorKind, ImageId, ImageName, Note, NumberOfSpace, OpenEdge, OriginText, SpaceId, Tag,
};
use crate::{Batch, Change, ImageOptimisationPolicy, ImageStorage, Role, Space, ThumbnailPolicy};

hydra::key! {
    /// Which image in which space of which customer.
    ImageKey { customer: CustomerId, space: SpaceId, image: ImageId }
    customer = |key| Some(key.customer.0)
}

/// What an image that is new may be refused for besides.
pub(crate) const FULL: (u16, &str) = (507, "Storage limit exceeded");

const UPSERT: OperationDef = OperationDef { further: &[(400, "Bad request"), FULL], ..operation::UPSERT };

const CREATE: OperationDef =
    OperationDef { further: &[(404, "Not found"), (409, "Conflict"), FULL], ..operation::CREATE };

/// PATCH of a collection of images: each member names an image and what changes of it, and all change or none.
pub(crate) const CHANGE: OperationDef = OperationDef {
    name: "change",
    label: "Update the supplied fields of each Image",
    expects: Payload::Members("Image"),
    returns: Payload::Collection,
    statuses: &[(200, "OK")],
    further: &[(400, "Bad request"), (404, "Not found")],
    ..operation::UPDATE
};

/// Where the information on the image as a IIIF image service is.
#[derive(Debug)]
pub struct InfoJson;

impl Template for InfoJson {
    const PATH: &'static str = "/iiif-img/{customer}/{space}/{image}/info.json";
}

/// Where the information is on what anybody may see of it.
#[derive(Debug)]
pub struct DegradedInfoJson;

impl Template for DegradedInfoJson {
    const PATH: &'static str = "/iiif-open/{customer}/{space}/{image}/info.json";
}

/// Where the information on its thumbnails is.
#[derive(Debug)]
pub struct ThumbnailInfoJson;

impl Template for ThumbnailInfoJson {
    const PATH: &'static str = "/thumbs/{customer}/{space}/{image}/info.json";
}

/// Where its thumbnail of 400 pixels is.
#[derive(Debug)]
pub struct Thumbnail400;

impl Template for Thumbnail400 {
    const PATH: &'static str = "/thumbs/{customer}/{space}/{image}/full/!400,400/0/default.jpg";
}

/// An image: fetched from its origin, measured, kept, and delivered in whatever size it is asked for.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/spaces/{space}/images/{image}", key = ImageKey, label = "Image", json_query)]
#[hydra(operations = [operation::RETRIEVE, UPSERT, operation::CHANGE, operation::DELETE])]
#[hydra(collection = [operation::LIST, CREATE, CHANGE])]
pub struct Image {
    /// The identity of the image within its space, the last part of its address; made up where a new image has none.
    #[hydra(fixed, filter, sort)]
    pub id: ImageName,
    /// The number of the space that the image is in.
    #[hydra(fixed, filter)]
    pub space: NumberOfSpace,
    /// The address of the information on the image as a IIIF image service; once there is an image to inform about.
    #[hydra(zoom, group = "Addresses")]
    pub info_json: Option<Address<InfoJson>>,
    /// The address of the information on what anybody may see of the image; left out where that is nothing.
    #[hydra(zoom, group = "Addresses")]
    pub degraded_info_json: Option<Address<DegradedInfoJson>>,
    /// The address of the information on the thumbnails of the image.
    #[hydra(group = "Addresses")]
    pub thumbnail_info_json: Option<Address<ThumbnailInfoJson>>,
    /// The address of the thumbnail that fits into 400 pixels each way.
    #[hydra(depiction, group = "Addresses")]
    pub thumbnail400: Option<Address<Thumbnail400>>,
    /// When the image was registered.
    #[hydra(read_only, sort)]
    pub created: Timestamp,
    /// Where the image comes from: an address that begins with `https:`, `http:`, `s3:` or `file:`. A change of it has the
    /// image fetched again.
    #[hydra(required, group = "Origin")]
    pub origin: OriginText,
    /// Where the image is fetched from the first time, where that is elsewhere.
    #[hydra(group = "Origin")]
    pub initial_origin: Option<OriginText>,
    /// The longest edge, in pixels, that anybody may see; more of it asks for one of the image's roles. 0 is nothing. Where
    /// it is -1, all of an image without roles is open, and nothing of one with roles.
    #[hydra(group = "Access")]
    pub max_unauthorised: OpenEdge,
    /// The width in pixels, once it is known.
    #[hydra(read_only, group = "Origin")]
    pub width: Option<u64>,
    /// The height in pixels, once it is known.
    #[hydra(read_only, group = "Origin")]
    pub height: Option<u64>,
    /// The media type of what was fetched, told from the content.
    #[hydra(read_only, group = "Origin")]
    pub media_type: Option<String>,
    /// When the image was put into the queue last.
    #[hydra(read_only, group = "Ingestion")]
    pub queued: Option<Timestamp>,
    /// When a worker took it out of the queue.
    #[hydra(read_only, derived, group = "Ingestion")]
    pub dequeued: Option<Timestamp>,
    /// When a worker was done with it, well or not.
    #[hydra(read_only, group = "Ingestion")]
    pub finished: Option<Timestamp>,
    /// Whether the image waits for a worker, or one works on it.
    #[hydra(read_only, group = "Ingestion")]
    pub ingesting: bool,
    /// Why the image could not be ingested, where it could not.
    #[hydra(read_only, alert = "The image could not be taken in.", group = "Ingestion")]
    pub error: Option<String>,
    /// Of what kind the error is: `origin` (it could not be fetched), `strategy` (no origin strategy leads there), `picture`
    /// (it is no picture that is taken in), `storage` (there is no room for it) or `service` (a fault of the service).
    #[hydra(read_only, group = "Ingestion")]
    pub error_kind: Option<ErrorKind>,
    /// What the image is filed under.
    #[hydra(filter, group = "Description")]
    pub tags: Set<Tag>,
    /// A text of the customer's own.
    #[hydra(filter, sort, group = "Description")]
    pub string1: Note,
    /// A second text of the customer's own.
    #[hydra(filter, sort, group = "Description")]
    pub string2: Note,
    /// A third text of the customer's own.
    #[hydra(filter, sort, group = "Description")]
    pub string3: Note,
    /// A number of the customer's own.
    #[hydra(filter, sort, group = "Description")]
    pub number1: CustomNumber,
    /// A second number of the customer's own.
    #[hydra(filter, sort, group = "Description")]
    pub number2: CustomNumber,
    /// A third number of the customer's own.
    #[hydra(filter, sort, group = "Description")]
    pub number3: CustomNumber,
    /// The roles by which a person may see what of the image is not open; any one of them is enough.
    #[hydra(filter, group = "Access")]
    pub roles: ChosenSet<Role>,
    /// The batch in which the image was submitted last.
    #[hydra(derived, group = "Ingestion")]
    pub batch: Option<Reference<Batch>>,
    /// How the image is prepared for delivery.
    #[hydra(group = "Policies")]
    pub image_optimisation_policy: Reference<ImageOptimisationPolicy>,
    /// The sizes that its thumbnails are made in.
    #[hydra(group = "Policies")]
    pub thumbnail_policy: Reference<ThumbnailPolicy>,
    /// What the image takes.
    pub storage: Link<ImageStorage>,
    /// The space that the image is in.
    pub in_space: Link<Space>,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}
