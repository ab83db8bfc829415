//! What was filled in, in JSON, read by the same table that the form was made by.

use hydra::Method;
use serde_json::Value as Json;

use super::field::{Control, FormField};
use super::form::operations;
use super::rows;
use super::source::PageSource;
use super::submitted::{Form, Said, lines};

/// What a form stands for.
#[derive(Debug)]
pub enum Filled {
    /// A body in JSON: what was filled in; of a form that changes, what was changed. Empty where nothing is taken.
    Body(String),
    /// The file that came with it.
    File,
    /// A change of nothing.
    Nothing,
    /// What cannot be said in JSON.
    Wrong(Said),
    /// What the page has no form for.
    Absent,
}

/// What a form of a page stands for.
pub fn filled(source: PageSource<'_>, form: &Form) -> Filled {
    let Some(operation) = operations(source).into_iter().find(|operation| operation.method == form.method.name())
    else {
        return Filled::Absent;
    };
    if operation.file.is_some() {
        return Filled::File;
    }
    body(&operation.fields, form)
}

/// What was filled in, as a body.
pub(super) fn body(fields: &[FormField], form: &Form) -> Filled {
    if fields.is_empty() {
        return Filled::Body(String::new());
    }
    let changes = form.method == Method::Patch;
    let (mut members, mut wrong) = (Vec::new(), Vec::new());
    for field in fields {
        match member(field, form, changes) {
            Ok(member) => members.extend(member),
            Err(what) => wrong.push((field.name.to_owned(), what)),
        }
    }
    match (wrong.is_empty(), changes && members.is_empty()) {
        (false, _) => Filled::Wrong(Said { title: "Bad Request".into(), violations: wrong, ..Said::default() }),
        (true, true) => Filled::Nothing,
        (true, false) => Filled::Body(format!("{{{}}}", members.join(","))),
    }
}

/// A member of that body.
fn member(field: &FormField, form: &Form, changes: bool) -> Result<Option<String>, String> {
    let typed = field.given(form);
    if changes && !field.is_touched(form) && !field.is_emptied(form) {
        return Ok(None);
    }
    if changes && field.is_emptied(form) && !typed.is_empty() {
        return Err("It is filled in, and is to be emptied; one of the two.".to_owned());
    }
    let value = match (typed.as_str(), &field.control) {
        ("", _) if !changes => return Ok(None),
        ("", control) if control.is_set() && !field.clearable => "[]".to_owned(),
        ("", Control::Text | Control::Secret) if !field.clearable => "\"\"".to_owned(),
        // What may be empty is cleared by null; for the rest the service says what is wrong with nothing.
        ("", _) => "null".to_owned(),
        (text, control) => match field.several {
            Some(member) if !text.trim_start_matches('\u{feff}').trim_start().starts_with(['[', '{']) => {
                rows::members(member, text)?.to_string()
            }
            _ => written(control, text)?,
        },
    };
    Ok(Some(format!("{}:{value}", Json::from(field.name))))
}

/// What was typed, in JSON. Numbers and JSON stand as they were typed: nothing rounds them. What is no number is a text, for the service to
/// say what is wrong with it.
fn written(control: &Control, text: &str) -> Result<String, String> {
    let json = || serde_json::from_str::<Json>(text);
    Ok(match control {
        Control::Flag if ["true", "false"].contains(&text) => text.to_owned(),
        Control::Number if text.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit()) && json().is_ok() => {
            text.to_owned()
        }
        Control::Json => match json() {
            Ok(_) => text.to_owned(),
            // A text needs no quotes; but what begins as something else is none.
            Err(error) if text.trim_start().starts_with(['{', '[', '"']) => {
                return Err(format!("This is not JSON: {error}."));
            }
            Err(_) => Json::from(text).to_string(),
        },
        Control::Lines | Control::Several(_) => Json::from(lines(text)).to_string(),
        _ => Json::from(text).to_string(),
    })
}
