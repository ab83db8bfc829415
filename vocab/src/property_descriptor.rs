use hydra::{Class, Collection, JsonLiteral, Link, OperationDef, Timestamp, operation};

use crate::Change;
use crate::value::{Choices, JsonObject, Localised, PropertyName, Text, ValueType};

hydra::key! {
    /// Which property.
    PropertyDescriptorKey { property: PropertyName }
    customer = |_| None
}

const DEFINE: &[&str] = &["ADMIN_MANAGE_PROPERTY_DESCRIPTORS"];

const RETRIEVE: OperationDef = OperationDef { needs: &["ADMIN_GET_CUSTOMER"], ..operation::RETRIEVE };
const REPLACE: OperationDef = OperationDef { needs: DEFINE, ..operation::UPSERT_SHARED };
const UPDATE: OperationDef = OperationDef { needs: DEFINE, ..operation::UPDATE };
const DELETE: OperationDef = OperationDef { needs: DEFINE, ..operation::DELETE };
const LIST: OperationDef = OperationDef { needs: &["ADMIN_GET_CUSTOMER"], ..operation::LIST_SHARED };
const CREATE: OperationDef = OperationDef { needs: DEFINE, ..operation::CREATE_SHARED };

/// Which property customers can have, the same for all of them: what its values are, and what people read of it.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/propertyDescriptors/{property}", key = PropertyDescriptorKey, label = "Property Descriptor")]
#[hydra(operations = [RETRIEVE, REPLACE, UPDATE, DELETE], collection = [LIST, CREATE])]
pub struct PropertyDescriptor {
    /// The name of the property: the last part of its addresses.
    #[hydra(required, fixed)]
    pub key: PropertyName,
    /// The type of its values: stringType, integerType, numberType, booleanType, jsonType or enumType. It is fixed once
    /// customers have values of their own.
    #[hydra(required, group = "Value")]
    pub value_type: ValueType,
    /// The section that the property stands in, for those who show it.
    #[hydra(required, group = "Texts")]
    pub section: Text<100>,
    /// Where in the section; those with the same number stand by key.
    #[hydra(group = "Texts")]
    pub section_index: i64,
    /// What the property is called: texts by language, english and norwegian.
    #[hydra(group = "Texts")]
    pub names: Localised,
    /// What the property is for: texts by language, in English at least.
    #[hydra(required, group = "Texts")]
    pub descriptions: Localised,
    /// The value of customers that have none of their own.
    #[hydra(group = "Value")]
    pub default: Option<JsonLiteral>,
    /// The schema that values meet, a JSON Schema; for jsonType alone.
    #[hydra(group = "Value")]
    pub value_schema: Option<JsonLiteral>,
    /// How a form for the property looks, for whoever makes forms.
    #[hydra(group = "Value")]
    pub ui_schema: Option<JsonObject>,
    /// The values that can be chosen, where the property is one of a list (enumType): each with value, names and
    /// descriptions.
    #[hydra(group = "Value")]
    pub choices: Option<Choices>,
    /// Whether forms leave the property out.
    #[hydra(group = "Access")]
    pub hidden: bool,
    /// Whether the values are set by somebody else than people.
    #[hydra(group = "Access")]
    pub externally_managed: bool,
    /// Whether the property should not be used any more.
    #[hydra(group = "Access")]
    pub deprecated: bool,
    /// What reading the property asks for: an entitlement, or one of the functions of the Argus interface.
    #[hydra(group = "Access")]
    pub read_function: Text<60>,
    /// What writing the property asks for.
    #[hydra(group = "Access")]
    pub write_function: Text<60>,
    /// When the descriptor came to be.
    #[hydra(read_only, group = "Changes")]
    pub created: Timestamp,
    /// Who made it.
    #[hydra(read_only, group = "Changes")]
    pub created_by: Option<String>,
    /// When it last changed.
    #[hydra(read_only, group = "Changes")]
    pub updated: Timestamp,
    /// Who changed it.
    #[hydra(read_only, group = "Changes")]
    pub updated_by: Option<String>,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}
