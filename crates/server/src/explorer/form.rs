//! The operations that a document offers, as forms.

use hydra::terms::iri;
use hydra::view::words::words;
use hydra::{ClassDef, Datatype, Limits, PropertyDef, PropertyKind};
use serde_json::Value as Json;

use super::source::PageSource;

/// An operation that the caller may invoke.
#[derive(Debug)]
pub struct OperationForm {
    /// What documents it.
    pub href: String,
    /// How it is invoked.
    pub method: String,
    /// What it is called.
    pub title: String,
    /// What to fill in.
    pub fields: Vec<FormField>,
    /// Tells its fields from those of the other operations on the page.
    pub id: String,
}

/// Something to fill in.
#[derive(Debug)]
pub struct FormField {
    /// The member of the body.
    pub name: &'static str,
    /// What people call it.
    pub label: String,
    /// What it means.
    pub help: &'static str,
    /// What is asked of a value.
    pub hint: String,
    /// How it is entered.
    pub control: Control,
    /// Whether it must be filled in.
    pub required: bool,
    /// Whether null clears it.
    pub clearable: bool,
    /// What it is now.
    pub value: String,
}

/// How something is entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Control {
    /// As text.
    Text,
    /// As text that nobody should read over a shoulder.
    Secret,
    /// As an instant.
    Instant,
    /// As a whole number.
    Number,
    /// As yes or no.
    Flag,
    /// As several texts, one a line.
    Lines,
    /// As JSON.
    Json,
    /// As one of these.
    Choice(Vec<(String, String)>),
}

impl Control {
    /// How a literal of this type is entered.
    pub fn of(datatype: Datatype) -> Self {
        match datatype {
            Datatype::String => Self::Text,
            Datatype::Boolean => Self::Flag,
            Datatype::DateTime => Self::Instant,
            Datatype::Integer | Datatype::NonNegativeInteger => Self::Number,
            Datatype::Json => Self::Json,
        }
    }
}

impl OperationForm {
    /// Whether it only reads, which this page has done already.
    pub fn reads(&self) -> bool {
        self.method == "GET"
    }

    /// Whether what it does cannot be undone.
    pub fn removes(&self) -> bool {
        self.method == "DELETE"
    }
}

/// The operations of a document, in its order.
pub fn operations(source: PageSource<'_>) -> Vec<OperationForm> {
    let offered = source.document["operation"].as_array().map_or(&[][..], Vec::as_slice);
    let operation = |node: &Json| {
        let text = |name: &str| node[name].as_str().unwrap_or_default();
        let method = text("method").to_owned();
        let expected = text("expects").strip_prefix("vocab:");
        let named = |name: Option<&str>| source.api.classes().iter().find(|class| Some(class.name) == name);
        // Where an operation asks for a wider class than the collection holds, its members are what can be made.
        let member = source.document["manages"]["object"].as_str().and_then(|name| name.strip_prefix("vocab:"));
        let class = named(member)
            .filter(|member| expected.is_some() && member.sub_class_of == expected)
            .or_else(|| named(expected));
        let listed = source.api.collections().iter().find(|site| Some(site.name.as_str()) == expected);
        OperationForm {
            href: iri(text("@id"), source.api.vocab()),
            fields: match (class, listed) {
                (Some(class), _) => fields(class, &method, source.document),
                (None, Some(site)) => vec![list(site.member)],
                (None, None) => Vec::new(),
            },
            title: text("title").to_owned(),
            id: format!("do-{}", method.to_lowercase()),
            method,
        }
    };
    offered.iter().map(operation).collect()
}

/// Where an operation takes several resources of a class, they are written as what is sent.
fn list(member: &'static ClassDef) -> FormField {
    let known: Vec<_> = member.properties.iter().filter(|property| property.writable).map(|p| p.name).collect();
    FormField {
        name: "member",
        label: "Member".to_owned(),
        help: "Several resources, as a JSON array of objects.",
        hint: format!("Each may have: {}.", known.join(", ")),
        control: Control::Json,
        required: true,
        clearable: false,
        value: String::new(),
    }
}

fn fields(class: &'static ClassDef, method: &str, document: &Json) -> Vec<FormField> {
    let creates = method == "POST";
    let field = |property: &'static PropertyDef| {
        let (control, limits) = match &property.kind {
            PropertyKind::Value(_, limits) if limits.max_items.is_some() => (Control::Lines, *limits),
            PropertyKind::Value(datatype, limits) => (Control::of(*datatype), *limits),
            PropertyKind::One(link) if link.many => (Control::Lines, Limits::NONE),
            PropertyKind::One(_) => (Control::Text, Limits::NONE),
            PropertyKind::Many(_) => return None,
        };
        // What is fixed once it was created need not be repeated and cannot differ.
        if !property.writable || (property.fixed && !creates) {
            return None;
        }
        let control = match control {
            Control::Text if !property.readable => Control::Secret,
            control => control,
        };
        let hint = match (&control, limits.is_none()) {
            (Control::Instant, _) => "An instant with its zone, such as 2026-01-31T12:00:00Z.".to_owned(),
            (Control::Number, _) => "A whole number.".to_owned(),
            (Control::Lines, _) => "One a line.".to_owned(),
            (Control::Json, _) => "JSON; a text needs no quotes.".to_owned(),
            (Control::Text | Control::Secret, false) if limits.max_length < usize::MAX => {
                format!("{} to {} characters.", limits.min_length, limits.max_length)
            }
            _ => String::new(),
        };
        let value = match (&control, &document[property.name]) {
            _ if creates => String::new(),
            (_, Json::Null) => String::new(),
            (Control::Json, value) => format!("{value:#}"),
            (_, Json::String(text)) => text.clone(),
            (_, Json::Array(values)) => {
                let lines: Vec<_> = values.iter().map(|value| value.as_str().unwrap_or_default()).collect();
                lines.join("\n")
            }
            (_, other) => other.to_string(),
        };
        Some(FormField {
            name: property.name,
            label: words(property.name),
            help: property.description,
            hint,
            control,
            required: property.required && method != "PATCH",
            clearable: property.clearable,
            value,
        })
    };
    class.properties.iter().filter_map(field).collect()
}
