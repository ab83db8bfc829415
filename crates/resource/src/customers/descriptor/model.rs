//! Descriptors as rules have them, and as rows.

use hydra::Timestamp;
use serde_json::Value as Json;
use store::{DescriptorNumber, property_descriptor as rows};
use uuid::Uuid;
use vocab::value::Language;

use super::choices::{self, Choice};
use super::kind::{Kind, ValueForm, in_json};
use super::texts::{Localised, broken, localised, parse, written};
use crate::Result;
use crate::instant::{instant, micros};

/// What is known of a property, whoever has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Descriptor {
    pub(crate) id: DescriptorNumber,
    /// The identity that never changes.
    pub uuid: Uuid,
    /// The name of the property.
    pub key: String,
    /// The type of its values.
    pub kind: Kind,
    /// What the property is called.
    pub names: Localised,
    /// What it is for.
    pub descriptions: Localised,
    /// The section that it stands in.
    pub section: String,
    /// Where in the section; those with the same number stand by key.
    pub section_index: i64,
    /// The value of customers that have none of their own.
    pub default: Option<Json>,
    /// The schema that values meet, where they may be anything.
    pub schema: Option<Json>,
    /// How a form for it looks, for whoever makes forms.
    pub ui_schema: Option<Json>,
    /// The values that can be chosen, where it is one of a list.
    pub choices: Vec<Choice>,
    /// Whether forms leave it out.
    pub hidden: bool,
    /// Whether the values are set by somebody else than people.
    pub externally_managed: bool,
    /// Whether it should not be used any more.
    pub deprecated: bool,
    /// What reading it asks for: a function, or an entitlement.
    pub read_function: String,
    /// What writing it asks for.
    pub write_function: String,
    /// When it came to be.
    pub created: Timestamp,
    /// Who made it.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated: Timestamp,
    /// Who changed it.
    pub updated_by: Option<String>,
    /// Rises with each change.
    pub version: i64,
}

impl Descriptor {
    /// The form that values of the property have.
    pub fn form(&self) -> ValueForm<'_> {
        ValueForm { kind: self.kind, choices: &self.choices, schema: self.schema.as_ref() }
    }

    /// Where it comes in the order of properties.
    pub(crate) fn rank(&self) -> (String, i64, String) {
        (self.section.clone(), self.section_index, self.key.clone())
    }

    pub(crate) fn of(row: rows::PropertyDescriptor) -> Result<Self> {
        let kind: Kind = row.kind.parse().map_err(broken)?;
        Ok(Self {
            id: row.id,
            uuid: row.uuid,
            key: row.key,
            kind,
            names: localised(&parse(&row.names)?)?,
            descriptions: localised(&parse(&row.descriptions)?)?,
            section: row.section,
            section_index: row.section_index,
            default: row.default_value.as_deref().map(parse).transpose()?,
            schema: row.schema.as_deref().map(parse).transpose()?,
            ui_schema: row.ui_schema.as_deref().map(parse).transpose()?,
            choices: choices::read(&parse(&row.choices)?)?,
            hidden: row.hidden,
            externally_managed: row.externally_managed,
            deprecated: row.deprecated,
            read_function: row.read_function,
            write_function: row.write_function,
            created: instant(row.created_at),
            created_by: row.created_by,
            updated: instant(row.updated_at),
            updated_by: row.updated_by,
            version: row.version,
        })
    }

    pub(super) fn row(&self) -> rows::PropertyDescriptor {
        rows::PropertyDescriptor {
            id: self.id,
            uuid: self.uuid,
            key: self.key.clone(),
            kind: self.kind.as_str().into(),
            description: self.descriptions.get(&Language::English).cloned(),
            names: written(&self.names).to_string(),
            descriptions: written(&self.descriptions).to_string(),
            section: self.section.clone(),
            section_index: self.section_index,
            default_value: self.default.as_ref().map(in_json),
            schema: self.schema.as_ref().map(in_json),
            ui_schema: self.ui_schema.as_ref().map(in_json),
            choices: choices::written(&self.choices).to_string(),
            hidden: self.hidden,
            externally_managed: self.externally_managed,
            deprecated: self.deprecated,
            read_function: self.read_function.clone(),
            write_function: self.write_function.clone(),
            created_at: micros(self.created),
            created_by: self.created_by.clone(),
            updated_at: micros(self.updated),
            updated_by: self.updated_by.clone(),
            version: self.version,
        }
    }
}

/// Whether a descriptor is the one of this identity or key.
pub(super) fn is_named(descriptor: &Descriptor, uuid_or_key: &str) -> bool {
    descriptor.key == uuid_or_key || Uuid::try_parse(uuid_or_key).is_ok_and(|uuid| uuid == descriptor.uuid)
}
