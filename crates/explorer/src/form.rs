//! The operations that a document offers, as forms.

use hydra::terms::iri;
use hydra::view::words::words;
use hydra::{ClassDef, Datatype, Limits, Method, PropertyDef, PropertyKind};
use serde_json::Value as Json;

use super::address::{documented, short};
use super::choices::FilledFrom;
use super::frame::{REMOVAL, about};
use super::source::{PageSource, class_of};
use super::submitted::{Form, Said};

/// The status of a change of what is not as it was shown.
const CONFLICT: u64 = 412;

/// An operation that the caller may invoke.
#[derive(Debug)]
pub struct OperationForm {
    /// What documents it.
    pub href: String,
    /// How it is invoked.
    pub method: String,
    /// What it is called in the documentation.
    pub title: String,
    /// What people call it.
    pub words: String,
    /// Where it is counted what is below it, of what is deleted.
    pub removal: Option<String>,
    /// What to fill in.
    pub fields: Vec<FormField>,
    /// Tells its fields from those of the other operations on the page.
    pub id: String,
    /// Where it is sent.
    pub action: String,
    /// Where it takes the bytes of a file: of which media types.
    pub file: Option<String>,
    /// The entity tag of what was shown when it was drawn.
    pub tag: String,
    /// What is wrong with it, in short and in full, where it is shown again.
    pub wrong: Option<(String, String)>,
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
    /// The class of which several are written in it, where they are.
    pub several: Option<&'static ClassDef>,
    /// What it is chosen from, if from what there is.
    pub choices: Option<FilledFrom>,
    /// Whether it must be filled in.
    pub required: bool,
    /// Whether null clears it.
    pub clearable: bool,
    /// What stands there: what it is now, or what was typed.
    pub value: String,
    /// What it is now.
    pub now: String,
    /// What it was when the form was drawn.
    pub was: String,
    /// What is wrong with what was typed.
    pub wrong: Option<String>,
    /// Whether somebody else has changed it while it was typed.
    pub contested: bool,
}

impl FormField {
    /// How many lines there are to fill in. A field of one line would lose the ends of those that a text has.
    pub fn rows(&self) -> usize {
        let in_lines = self.value.contains('\n') || self.now.contains('\n');
        match self.control {
            Control::Json => 6,
            Control::Lines => 3,
            _ if in_lines => 4,
            _ => 1,
        }
    }
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
    /// One of a few texts.
    pub fn choice(limits: &Limits) -> Self {
        Self::Choice(limits.one_of.iter().map(|name| ((*name).to_owned(), words(name))).collect())
    }

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
    /// The form as it came: with what was typed, and what is wrong with that. It goes on to be about what was shown when it was drawn,
    /// until somebody has been told what has changed since: then what was not touched is as it is now.
    fn again(&mut self, typed: &Form, said: &Said) {
        let is_told = said.status == CONFLICT;
        if !is_told {
            self.tag.clone_from(&typed.tag);
        }
        for field in &mut self.fields {
            let (given, was) = (typed.typed(field.name), typed.was(field.name));
            let is_touched = given != was;
            field.contested = is_told && is_touched && field.now != was && field.now != given;
            if field.control != Control::Secret && (is_touched || !is_told) {
                field.value = given;
            }
            if !is_told {
                field.was = was;
            }
            let wrong: Vec<_> = said
                .violations
                .iter()
                .filter(|(path, _)| path == field.name)
                .map(|(_, words)| words.as_str())
                .collect();
            field.wrong = (!wrong.is_empty()).then(|| wrong.join(" "));
        }
        let elsewhere = |path: &String| self.fields.iter().all(|field| field.name != path);
        let rest: Vec<_> =
            said.violations.iter().filter(|(path, _)| elsewhere(path)).map(|(_, words)| words.as_str()).collect();
        let full = match (said.violations.len() > rest.len(), rest.is_empty()) {
            (true, true) => "What is wrong is said below.".to_owned(),
            (true, false) => format!("What is wrong is said below. {}", rest.join(" ")),
            (false, false) => rest.join(" "),
            (false, true) => said.detail.clone(),
        };
        self.wrong = Some((said.title.clone(), full));
    }

    /// Whether it only reads, which this page has done already.
    pub fn reads(&self) -> bool {
        self.method == "GET"
    }

    /// Whether it says what was shown before, beside what was typed.
    pub fn changes(&self) -> bool {
        ["PATCH", "PUT"].contains(&self.method.as_str())
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
        let mut form = OperationForm {
            // Whatever name of this host the page was asked for by.
            action: format!("{}{}", source.api.prefix(), short(source.api, source.text("@id"))),
            file: of_file(source, &method),
            tag: source.tag.to_owned(),
            wrong: None,
            href: documented(source.api, &iri(text("@id"), source.api.vocab())),
            fields: match (class, listed) {
                (Some(class), _) => fields(class, &method, source.document),
                (None, Some(site)) => vec![list(site.member)],
                (None, None) => Vec::new(),
            },
            words: called(&method, text("title"), source, class.copied()),
            removal: removal(source, &method),
            title: text("title").to_owned(),
            id: format!("do-{}", method.to_lowercase()),
            method,
        };
        if let Some((typed, said)) = source.again
            && typed.method.name() == form.method
        {
            form.again(typed, said);
        }
        form
    };
    let mut forms: Vec<_> = offered.iter().map(operation).collect();
    // What was done already is said last.
    forms.sort_by_key(OperationForm::reads);
    forms
}

/// What people call an operation: in a word where its method says what it does, otherwise as it is documented.
fn called(method: &str, title: &str, source: PageSource<'_>, taken: Option<&ClassDef>) -> String {
    let class = class_of(source.api, source.document);
    let also = |method: Method| class.is_some_and(|class| class.operation(method).is_some());
    match (method, taken) {
        ("PATCH", _) if class.is_some() => "Edit".to_owned(),
        ("PUT", _) if also(Method::Patch) => "Replace".to_owned(),
        ("DELETE", _) if also(Method::Patch) || also(Method::Put) => "Delete".to_owned(),
        ("POST", Some(taken)) if class.is_none() => format!("New {}", taken.label),
        _ => title.to_owned(),
    }
}

/// Where it is counted what is below a resource, if anything can be.
fn removal(source: PageSource<'_>, method: &str) -> Option<String> {
    let class = class_of(source.api, source.document).filter(|_| method == "DELETE")?;
    class.collections().next()?;
    Some(about(source.api, REMOVAL, source.text("@id")))
}

/// The media types of the files that an operation takes.
fn of_file(source: PageSource<'_>, method: &str) -> Option<String> {
    let class = class_of(source.api, source.document)?;
    let operation = class.operations.iter().find(|operation| operation.method.name() == method)?;
    match operation.expects {
        hydra::Payload::Media(types) => Some(types.join(",")),
        _ => None,
    }
}

/// Where an operation takes several resources of a class, they are written as what is sent.
fn list(member: &'static ClassDef) -> FormField {
    let known: Vec<_> = member.properties.iter().filter(|property| property.writable).map(|p| p.name).collect();
    FormField {
        name: "member",
        label: "Member".to_owned(),
        help: "Several resources: a table whose first line says what its columns are, or a JSON array of objects.",
        hint: format!(
            "Columns are parted by commas, semicolons or tabs, several in one by bars: {}.",
            known.join(", ")
        ),
        control: Control::Json,
        several: Some(member),
        choices: None,
        required: true,
        clearable: false,
        value: String::new(),
        now: String::new(),
        was: String::new(),
        wrong: None,
        contested: false,
    }
}

fn fields(class: &'static ClassDef, method: &str, document: &Json) -> Vec<FormField> {
    let creates = method == "POST";
    let target = document["@id"].as_str().unwrap_or_default();
    let by_name = |property| if creates { FilledFrom::name_of(class, property, target) } else { None };
    let field = |property: &'static PropertyDef| {
        let (control, limits) = match &property.kind {
            PropertyKind::Value(_, limits) if limits.max_items.is_some() => (Control::Lines, *limits),
            PropertyKind::Value(_, limits) if !limits.one_of.is_empty() => (Control::choice(limits), *limits),
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
            Control::Text if !property.readable || property.once => Control::Secret,
            control => control,
        };
        let hint = match (&control, limits.is_none()) {
            (Control::Instant, _) => "An instant with its zone, such as 2026-01-31T12:00:00Z.".to_owned(),
            (Control::Number, _) => "A whole number.".to_owned(),
            (Control::Lines, _) if !limits.one_of.is_empty() => format!("One a line: {}.", limits.one_of.join(", ")),
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
            several: None,
            choices: FilledFrom::class_of(property).or_else(|| by_name(property)),
            required: property.required && method != "PATCH",
            clearable: property.clearable,
            now: value.clone(),
            was: value.clone(),
            value,
            wrong: None,
            contested: false,
        })
    };
    class.properties.iter().filter_map(field).collect()
}
