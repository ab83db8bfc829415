//! Search templates: the variables by which a collection or a resource is searched (RFC 6570), and what each means.

use serde_json::value::RawValue;
use serde_json::{Result, Value as Json, json};

use crate::class::{ClassDef, ParameterDef};
use crate::object::Object;
use crate::query::filters;
use crate::site::raw;

/// A variable of a template, and whether it can be given several times.
struct Variable {
    name: &'static str,
    property: &'static str,
    comment: Option<&'static str>,
    many: bool,
}

impl Variable {
    fn parameter(parameter: &'static ParameterDef) -> Self {
        let ParameterDef { name, description, many, datatype: _, names: _ } = *parameter;
        Self { name, property: name, comment: Some(description), many }
    }
}

/// The variables of a template in its own syntax (RFC 6570), and what each means.
fn template(variables: &[Variable]) -> (String, Json) {
    let names: Vec<_> =
        variables.iter().map(|variable| format!("{}{}", variable.name, if variable.many { "*" } else { "" })).collect();
    let nodes = variables.iter().map(|variable| {
        let mut node = json!({
            "@type": "IriTemplateMapping", "variable": variable.name, "property": variable.property, "required": false,
        });
        if let Some(comment) = variable.comment {
            node["comment"] = json!(comment);
        }
        node
    });
    (format!("{{?{}}}", names.join(",")), nodes.collect())
}

/// The search template of a collection.
pub(crate) fn search(member: &'static ClassDef) -> (String, Json) {
    let plain = |name, property| Variable { name, property, comment: None, many: false };
    let mut variables = Vec::new();
    if member.free_text || member.json_query {
        variables.push(plain("q", "freetextQuery"));
    }
    let filters = filters(member).map(|filter| Variable { many: filter.several, ..plain(filter.name, filter.name) });
    variables.extend(filters);
    variables.extend(member.parameters.iter().map(Variable::parameter));
    if member.properties.iter().any(|property| property.sort) {
        variables.push(plain("orderBy", "orderBy"));
        variables.push(plain("orderByDescending", "orderByDescending"));
    }
    variables.push(plain("page", "pageIndex"));
    variables.push(plain("pageSize", "limit"));
    template(&variables)
}

/// The template of a resource itself; none where the parameters are those of collections.
pub(crate) fn own_search(class: &'static ClassDef) -> Option<(String, Box<RawValue>)> {
    if class.parameters.is_empty() || !class.collection.is_empty() {
        return None;
    }
    let variables: Vec<_> = class.parameters.iter().map(Variable::parameter).collect();
    let (variables, mapping) = template(&variables);
    Some((variables, raw(&mapping)))
}

/// A parameter that one collection has, and no other of its class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageParameter {
    /// The variable of the search template.
    pub name: String,
    /// The term that it is about.
    pub property: &'static str,
    /// What it asks for.
    pub comment: String,
}

/// A template with parameters before those that it has.
pub(crate) fn extended(
    variables: &str,
    mapping: &RawValue,
    parameters: &[PageParameter],
) -> Result<(String, Box<RawValue>)> {
    let names: Vec<_> = parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    let nodes = parameters.iter().map(|PageParameter { name, property, comment }| {
        json!({
            "@type": "IriTemplateMapping", "variable": name, "property": property, "required": false, "comment": comment,
        })
    });
    let known: Vec<Json> = serde_json::from_str(mapping.get())?;
    let variables = format!("{{?{},{}", names.join(","), variables.trim_start_matches("{?"));
    Ok((variables, raw(&nodes.chain(known).collect::<Json>())))
}

/// Writes the template of addresses of a search (RFC 6570), with what its variables mean.
pub(crate) fn write_search(
    base: &str,
    path: &str,
    variables: &str,
    mapping: &RawValue,
    object: &mut Object<'_>,
) -> Result<()> {
    object.object("search", |search| {
        search.entry("@type", "IriTemplate")?;
        search.entry("template", &[base, path, variables].concat())?;
        search.entry("variableRepresentation", "BasicRepresentation")?;
        search.entry("mapping", mapping)
    })
}
