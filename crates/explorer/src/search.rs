//! The search template of a collection, as a form.

use hydra::view::words::words;
use hydra::{ClassDef, PropertyKind};
use serde_json::Value as Json;

use super::choices::FilledFrom;
use super::document::listed;
use super::field::Control;

/// A variable of the template.
#[derive(Debug)]
pub struct Variable {
    /// The parameter.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// How it is entered.
    pub control: Control,
    /// What it is chosen from, if from what there is.
    pub choices: Option<FilledFrom>,
    /// What was searched for.
    pub value: String,
}

/// The variables of a document's search template, in its order, with what the query says of each.
pub fn variables(document: &Json, member: &ClassDef, query: &[(String, String)]) -> Vec<Variable> {
    let mapping = listed(&document["search"], "mapping");
    let names = mapping.iter().filter_map(|node| node["variable"].as_str());
    names
        .map(|name| {
            let (label, control) = describe(member, name);
            // A new search begins on its first page.
            let sent = query.iter().find(|(sent, _)| sent == name && name != "page");
            let value = sent.map_or_else(String::new, |(_, value)| value.clone());
            let choices = FilledFrom::searched(member, name);
            Variable { name: name.to_owned(), label, control, choices, value }
        })
        .collect()
}

fn describe(member: &ClassDef, name: &str) -> (String, Control) {
    match name {
        // An object of what there can be, as an example of what is wanted.
        "q" if member.json_query => {
            let named =
                member.properties.iter().find(|property| property.filter).map_or("id", |property| property.name);
            return (format!("Search by a JSON object, such as {{\"{named}\": \"…\"}}"), Control::Text);
        }
        "q" => return ("Search for".into(), Control::Text),
        "page" | "pageSize" => return (words(name), Control::Number),
        "orderBy" | "orderByDescending" => {
            let sortable = member.properties.iter().filter(|property| property.sort);
            let choices = sortable.map(|property| (property.name.to_owned(), words(property.name))).collect();
            let label = if name == "orderBy" { "Order by" } else { "Order by, last first" };
            return (label.into(), Control::Choice(choices));
        }
        _ => {}
    }
    let parameter = member.parameters.iter().find(|parameter| parameter.name == name);
    if let Some(parameter) = parameter {
        return (words(name), Control::of(parameter.datatype));
    }
    let control = match member.property(name).map(|property| &property.kind) {
        Some(PropertyKind::Value(_, limits)) if !limits.one_of.is_empty() => Control::choice(limits),
        Some(PropertyKind::Value(datatype, _)) => Control::of(*datatype),
        _ => Control::Text,
    };
    (words(name), control)
}
