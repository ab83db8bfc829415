//! What there is to fill in: a field for each property of a class that can be set.

use std::collections::BTreeSet;

use hydra::view::words::words;
use hydra::{ClassDef, Datatype, Limits, Method, PropertyDef, PropertyKind};
use serde_json::Value as Json;

use super::address::short;
use super::choices::FilledFrom;
use super::source::PageSource;
use super::submitted::{Form, lines};

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
    /// Whether a box is ticked that empties it.
    pub emptied: bool,
    /// What it was before somebody else has changed it, if that was while the form was filled in.
    pub before: Option<String>,
    /// Whether something else was typed there meanwhile.
    pub contested: bool,
}

/// What boxes are called that empty the field that is their value.
const EMPTY: &str = "_empty";

impl FormField {
    /// What was filled in: of a set the values that were ticked, and those that were typed, one a line.
    pub fn given(&self, form: &Form) -> String {
        if form.leaves(Some(self.name)) {
            return form.was(self.name);
        }
        match self.control.is_set() {
            true => lines(&form.all(self.name).join("\n")).join("\n"),
            false => form.typed(self.name),
        }
    }

    /// Whether that is something else than stood there before. The values of a set have no order.
    pub fn is_touched(&self, form: &Form) -> bool {
        let (given, was) = (self.given(form), form.was(self.name));
        let set = |text| lines(text).into_iter().collect::<BTreeSet<_>>();
        if self.control.is_set() { set(&given) != set(&was) } else { given != was }
    }

    /// Whether a box is ticked that empties it, where it cannot be seen what stands there.
    pub fn is_emptied(&self, form: &Form) -> bool {
        form.all(EMPTY).iter().any(|name| name == self.name)
    }

    /// Whether its values are ticked rather than typed, so that no one control is what it is called by.
    pub fn is_ticked(&self) -> bool {
        matches!(self.control, Control::Several(_)) || (self.control.is_set() && self.choices.is_some())
    }

    /// Whether a value is one of those that stand in it.
    pub fn has(&self, value: &str) -> bool {
        lines(&self.value).contains(&value)
    }

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
    /// As any of these.
    Several(Vec<(String, String)>),
    /// As JSON.
    Json,
    /// As one of these.
    Choice(Vec<(String, String)>),
}

impl Control {
    /// One of a few texts.
    pub fn choice(limits: &Limits) -> Self {
        Self::Choice(few(limits))
    }

    /// Whether what is entered is a set, whose values stand one a line.
    pub fn is_set(&self) -> bool {
        matches!(self, Self::Lines | Self::Several(_))
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

/// That a value is none of those that can be chosen.
fn no_choice(control: &Control, value: &str) -> Option<String> {
    let Control::Choice(choices) = control else { return None };
    let is_one = value.is_empty() || choices.iter().any(|(name, _)| name == value);
    (!is_one).then(|| format!("The address asks for {value:?}, which is no choice."))
}

/// The few texts that something can be, with what people call them.
fn few(limits: &Limits) -> Vec<(String, String)> {
    limits.one_of.iter().map(|name| ((*name).to_owned(), words(name))).collect()
}

/// Where an operation takes several resources of a class, they are written as what is sent.
pub fn list(member: &'static ClassDef) -> FormField {
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
        emptied: false,
        before: None,
        contested: false,
    }
}

/// Whether a resource that is there is put back by this method: by the one that changes least.
fn is_changed_by(class: &ClassDef, method: &str) -> bool {
    let changes = [Method::Patch, Method::Put].into_iter().find(|method| class.operation(*method).is_some());
    changes.is_some_and(|changes| changes.name() == method)
}

/// A value as it stands in a field.
fn written(control: &Control, value: &Json) -> String {
    match (control, value) {
        (_, Json::Null) => String::new(),
        (Control::Json, value) => format!("{value:#}"),
        (_, Json::String(text)) => text.clone(),
        (_, Json::Array(values)) => {
            let lines: Vec<_> = values.iter().map(|value| value.as_str().unwrap_or_default()).collect();
            lines.join("\n")
        }
        (_, other) => other.to_string(),
    }
}

/// What is to be filled in of a resource of a class: as the document of a page has it, or for a new one as the
/// address asks, or as it was before.
pub fn fields(source: PageSource<'_>, class: &'static ClassDef, method: &str) -> Vec<FormField> {
    let PageSource { document, asked, .. } = source;
    let creates = method == "POST";
    let put_back = source.back.filter(|_| is_changed_by(class, method));
    let target = short(source.api, source.text("@id"));
    let by_name = |property| if creates { FilledFrom::name_of(class, property, target) } else { None };
    let field = |property: &'static PropertyDef| {
        let (control, limits) = match &property.kind {
            PropertyKind::Value(_, limits) if limits.max_items.is_some() && !limits.one_of.is_empty() => {
                (Control::Several(few(limits)), *limits)
            }
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
            (Control::Lines, _) => "One a line.".to_owned(),
            (Control::Json, _) => "JSON; a text needs no quotes.".to_owned(),
            (Control::Text | Control::Secret, false) if limits.max_length < usize::MAX => {
                format!("{} to {} characters.", limits.min_length, limits.max_length)
            }
            _ => String::new(),
        };
        // What the address asks for was never there.
        let now = if creates { String::new() } else { written(&control, &document[property.name]) };
        let value = match put_back {
            _ if control == Control::Secret => now.clone(),
            _ if creates => {
                let asked = asked.iter().filter(|(name, _)| name == property.name);
                let most = if control.is_set() { usize::MAX } else { 1 };
                asked.map(|(_, value)| value.as_str()).take(most).collect::<Vec<_>>().join("\n")
            }
            Some(was) => written(&control, was.get(property.name).unwrap_or(&Json::Null)),
            None => now.clone(),
        };
        Some(FormField {
            name: property.name,
            label: words(property.name),
            help: property.description,
            hint,
            several: None,
            choices: FilledFrom::class_of(property).or_else(|| by_name(property)),
            required: property.required && method != "PATCH",
            clearable: property.clearable,
            wrong: no_choice(&control, &value).filter(|_| creates),
            was: now.clone(),
            now,
            value,
            emptied: false,
            before: None,
            contested: false,
            control,
        })
    };
    class.properties.iter().filter_map(field).collect()
}
