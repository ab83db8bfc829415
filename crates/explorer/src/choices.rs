//! What a field of a form is filled in from: where it takes one of the resources that there are, from those that the reader sees. An address
//! can be typed all the same.

use hydra::{ClassDef, LinkDef, PropertyDef, PropertyKind};

use super::address::fits;
use super::holes;
use super::name::name_of;

/// What a field of a form is filled in from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilledFrom {
    /// The class of what there is.
    class: &'static str,
    /// The property that it is chosen by; by its address, where there is none.
    by: Option<&'static str>,
}

impl FilledFrom {
    /// What a property of a form is chosen from, if it is one of the resources that there are.
    pub fn class_of(property: &PropertyDef) -> Option<Self> {
        match property.kind {
            PropertyKind::One(LinkDef { class, .. }) => Some(Self { class, by: None }),
            _ => None,
        }
    }

    /// What a variable of a search is chosen from, if it names one of the resources that there are.
    pub fn searched(member: &ClassDef, variable: &str) -> Option<Self> {
        let parameter = member.parameters.iter().find(|parameter| parameter.name == variable);
        match parameter {
            Some(parameter) => parameter.names.map(|class| Self { class, by: None }),
            None => Self::class_of(member.property(variable)?),
        }
    }

    /// What a member is chosen from by name that is put into the collection at this path and lives elsewhere.
    pub fn name_of(member: &ClassDef, property: &PropertyDef, collection: &str) -> Option<Self> {
        let lives = member.path.rsplit_once('/').map_or("", |(owner, _)| owner);
        let is_here = fits(lives, collection);
        let is_chosen = !is_here && member.path.ends_with('}') && Some(property.name) == name_of(member);
        is_chosen.then_some(Self { class: member.name, by: Some(property.name) })
    }

    /// The place of boxes to tick in place of a field of lines, which follows it, up to the end that [`holes`] tells.
    pub fn boxes(&self, field: &str) -> String {
        holes::boxes_of(self.class, field)
    }

    /// The place of the list of a field of an operation.
    pub fn place(&self, operation: &str, field: &str) -> String {
        holes::list_of(self.class, self.by.unwrap_or("@id"), &format!("{operation}-{field}-choices"))
    }
}
