use hydra::{
    Class, Collection, Datatype, JsonLiteral, Link, Method, OperationDef, ParameterDef, Reference, Timestamp, operation,
};

use crate::value::{CustomerId, PropertyName};
use crate::{Change, Customer, PropertyDescriptor};

hydra::key! {
    /// Which property of which customer.
    CustomerPropertyKey { customer: CustomerId, property: PropertyName }
    customer = |key| Some(key.customer.0)
}

const VIEW: &[&str] = &["ADMIN_GET_CUSTOMER", "ADMIN_LIST_CUSTOMERS"];

const RETRIEVE_VALUE: OperationDef = OperationDef { needs: VIEW, ..operation::RETRIEVE };

const SET: OperationDef = OperationDef {
    name: "set",
    label: "Set the {}",
    statuses: &[(200, "OK"), (400, "Bad request"), (404, "Not found")],
    further: &[],
    needs: VIEW,
    ..operation::UPSERT
};

const RESET: OperationDef = OperationDef {
    name: "reset",
    label: "Reset the {} to its default",
    statuses: &[(204, "Reset"), (404, "Not found")],
    needs: VIEW,
    ..operation::DELETE
};

const LIST_VALUES: OperationDef = OperationDef { needs: VIEW, ..operation::LIST };

const UNSET: ParameterDef = ParameterDef {
    name: "includeUnset",
    description: "Whether properties without any value are listed, too: true or false.",
    datatype: Datatype::Boolean,
    names: None,
    many: false,
};

/// A property of a customer: its own value, or else the default. What a property asks for to be read or written is in its
/// descriptor.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/properties/{property}", key = CustomerPropertyKey, label = "Customer Property")]
#[hydra(operations = [RETRIEVE_VALUE, SET, RESET], collection = [LIST_VALUES], parameters = &[UNSET])]
#[hydra(offers = |property, operation| property.offers_now(operation))]
pub struct CustomerProperty {
    /// The name of the property.
    #[hydra(read_only, filter)]
    pub key: PropertyName,
    /// The value, of the type that the descriptor says; left out where there is none.
    #[hydra(required)]
    pub value: Option<JsonLiteral>,
    /// Whether the value is the customer's own; otherwise it is the default.
    #[hydra(read_only)]
    pub own: bool,
    /// The section that the property stands in.
    #[hydra(read_only, derived, filter)]
    pub section: String,
    /// When the customer's own value was set.
    #[hydra(read_only)]
    pub updated: Option<Timestamp>,
    /// Who set it.
    #[hydra(read_only)]
    pub updated_by: Option<String>,
    /// What is known of the property, whoever has it.
    pub descriptor: Reference<PropertyDescriptor>,
    /// The customer.
    pub customer: Link<Customer>,
    /// Whether whoever looks at it may write it.
    #[hydra(hidden)]
    pub writable: bool,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}

impl CustomerProperty {
    fn offers_now(&self, operation: &OperationDef) -> bool {
        match operation.method {
            Method::Get => true,
            Method::Delete => self.writable && self.own,
            _ => self.writable,
        }
    }
}
