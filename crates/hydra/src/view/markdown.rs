//! Reference pages, in the layout of the published tables.

use std::fmt::Write;

use crate::api::Api;
use crate::class::{ClassDef, OperationDef, Payload, PropertyDef, PropertyKind};

/// The page of a class.
pub fn page(api: &Api, class: &'static ClassDef) -> String {
    let mut page = format!("# {}\n\n{}\n\n", class.name, class.description);
    if !class.path.is_empty() {
        let _ = write!(page, "```\n{}\n```\n\n", numbered(class.path));
    }
    if !class.operations.is_empty() {
        let _ = writeln!(page, "## Supported operations\n\n{}", table(class.name, class, class.operations));
    }
    parameters(class, &mut page);
    page.push_str("## Supported properties\n");
    for property in class.properties {
        property_section(api, class, property, &mut page);
    }
    page
}

/// What a search takes beside properties.
fn parameters(class: &'static ClassDef, page: &mut String) {
    if class.parameters.is_empty() {
        return;
    }
    page.push_str("## Search parameters\n\n|parameter|range|several|description|\n|--|--|--|--|\n");
    for parameter in class.parameters {
        let several = if parameter.many { "True" } else { "False" };
        let _ = writeln!(page, "|{}|{}|{several}|{}|", parameter.name, parameter.datatype.iri(), parameter.description);
    }
    page.push('\n');
}

fn property_section(api: &Api, class: &'static ClassDef, property: &'static PropertyDef, page: &mut String) {
    let link = if matches!(property.kind, PropertyKind::Value(..)) { "" } else { " (🔗)" };
    let range = match &property.kind {
        PropertyKind::Value(datatype, _) => datatype.iri().to_owned(),
        PropertyKind::One(link) => link.range(),
        PropertyKind::Many(link) => format!("vocab:{}", link.collection_class()),
    };
    let flag = |value: bool| if value { "True" } else { "False" };
    let _ = write!(
        page,
        "\n### {}{link}\n\n{}\n\n|domain|range|readonly|writeonly|\n|--|--|--|--|\n|vocab:{}|{range}|{}|{}|\n",
        property.name,
        property.description,
        class.name,
        flag(!property.writable),
        flag(!property.readable),
    );
    if let Some(example) = property.example {
        let _ = write!(page, "\n```json\n{{\"{}\": {}}}\n```\n", property.name, example.json());
    }
    let (target, owner, operations) = match &property.kind {
        PropertyKind::Value(..) => return,
        PropertyKind::One(link) => {
            let Some(class) = link.known() else { return };
            let target = api.class(class).class;
            (target, target.name.to_owned(), link.operations.unwrap_or(target.operations))
        }
        PropertyKind::Many(link) => {
            let target = api.class(link.class).class;
            let _ = write!(page, "\n```\n{}/{}\n```\n", numbered(class.path.trim_end_matches('/')), property.name);
            (target, link.collection_class(), link.operations.unwrap_or(target.collection))
        }
    };
    if !operations.is_empty() {
        let _ = write!(page, "\n{}", table(&owner, target, operations));
    }
}

fn table(owner: &str, class: &ClassDef, operations: &[OperationDef]) -> String {
    let mut table = String::from("|Method|Label|Expects|Returns|Statuses|\n|--|--|--|--|--|\n");
    for operation in operations {
        let payload = |payload, nothing: &str| match payload {
            Payload::Nothing => nothing.to_owned(),
            Payload::Itself => format!("vocab:{}", class.name),
            Payload::Collection => format!("vocab:{owner}"),
            Payload::Class(name) => format!("vocab:{name}"),
            Payload::Members(name) => format!("vocab:{name}Collection"),
            Payload::Media(types) => types.join(", "),
        };
        let statuses: Vec<_> = operation
            .statuses
            .iter()
            .chain(operation.further)
            .map(|(code, text)| format!("{code} {}", OperationDef::text(text, class)))
            .collect();
        let _ = writeln!(
            table,
            "|{}|{}|{}|{}|{}|",
            operation.method.name(),
            OperationDef::text(operation.label, class),
            payload(operation.expects, " "),
            payload(operation.returns, "owl:Nothing"),
            statuses.join(", "),
        );
    }
    table
}

/// A path with positions in place of names, as the published pages write it.
fn numbered(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    for position in 0.. {
        let Some((before, after)) = rest.split_once('{') else {
            break;
        };
        let _ = write!(out, "{before}{{{position}}}");
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    out + rest
}
