use hydra::{Class, Collection, Datatype, Link, Method, OperationDef, ParameterDef, Payload, Timestamp, operation};

use crate::{Change, Customer, CustomerKey};

/// The media types of logos.
pub const LOGO_TYPES: &[&str] = &["image/png", "image/jpeg"];

const RETRIEVE: OperationDef =
    OperationDef { needs: &["ADMIN_GET_CUSTOMER", "ADMIN_LIST_CUSTOMERS"], ..operation::RETRIEVE };

const SET: OperationDef = OperationDef {
    name: "set",
    label: "Set the {}: a picture, image/png or image/jpeg",
    expects: Payload::Media(LOGO_TYPES),
    statuses: &[(200, "OK"), (400, "Bad request"), (404, "Not found")],
    further: &[],
    needs: &["ADMIN_UPDATE_CUSTOMER"],
    ..operation::UPSERT
};

const REMOVE: OperationDef = OperationDef {
    name: "remove",
    label: "Remove the {}",
    statuses: &[(204, "Removed"), (404, "Not found")],
    needs: &["ADMIN_UPDATE_CUSTOMER"],
    ..operation::DELETE
};

const SIZE: ParameterDef = ParameterDef {
    name: "size",
    description: "The longest side of the picture in pixels, 1 to 1024; it is made smaller in its ratio, never larger.",
    datatype: Datatype::NonNegativeInteger,
    names: None,
    many: false,
};

const OR_DEFAULT: ParameterDef = ParameterDef {
    name: "includeDefault",
    description: "Whether a customer without a logo is shown with that of the service: true or false.",
    datatype: Datatype::Boolean,
    names: None,
    many: false,
};

/// The logo of a customer. Whoever asks for `image/*` here is given the picture, in the size that the template asks for;
/// PUT takes the bytes of one.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/logo", key = CustomerKey, label = "Logo", parameters = &[SIZE, OR_DEFAULT])]
#[hydra(operations = [RETRIEVE, SET, REMOVE])]
#[hydra(offers = |logo, operation| operation.method != Method::Delete || logo.present)]
pub struct Logo {
    /// Whether the customer has a logo.
    #[hydra(read_only)]
    pub present: bool,
    /// What kind of picture it is: image/png or image/jpeg.
    #[hydra(read_only)]
    pub media_type: Option<String>,
    /// How wide it is, in pixels.
    #[hydra(read_only)]
    pub width: Option<u64>,
    /// How high it is, in pixels.
    #[hydra(read_only)]
    pub height: Option<u64>,
    /// When it was set.
    #[hydra(read_only)]
    pub updated: Option<Timestamp>,
    /// The customer.
    pub customer: Link<Customer>,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}
