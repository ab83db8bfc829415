//! What was filled in, in JSON, read by the same table that the form was made by.

use hydra::Method;
use serde::de::IgnoredAny;
use serde_json::Value as Json;

use super::form::{Control, FormField, operations};
use super::source::PageSource;
use super::submitted::Form;

/// The body that a form stands for, in JSON: what was filled in; of a form that changes, what was changed. None where nothing was.
pub fn said(source: PageSource<'_>, form: &Form) -> Option<String> {
    let changes = form.method == Method::Patch;
    let operation = operations(source).into_iter().find(|operation| operation.method == form.method.name());
    let fields = operation.map(|operation| operation.fields).unwrap_or_default();
    if fields.is_empty() {
        return Some(String::new());
    }
    let members: Vec<_> = fields.iter().filter_map(|field| member(field, form, changes)).collect();
    (!changes || !members.is_empty()).then(|| format!("{{{}}}", members.join(",")))
}

/// A member of that body.
fn member(field: &FormField, form: &Form, changes: bool) -> Option<String> {
    let typed = form.typed(field.name);
    if changes && typed == form.was(field.name) {
        return None;
    }
    let value = match (typed.as_str(), &field.control) {
        ("", _) if !changes => return None,
        // What may be empty is cleared by null; for the rest the service says what is wrong with nothing.
        ("", _) if field.clearable => "null".to_owned(),
        ("", Control::Lines) => "[]".to_owned(),
        ("", Control::Text | Control::Secret) => "\"\"".to_owned(),
        ("", _) => return None,
        (text, control) => written(control, text),
    };
    Some(format!("{}:{value}", Json::from(field.name)))
}

/// What was typed, in JSON. Numbers and JSON stand as they were typed: nothing rounds them. What is none is a text, for the service to say
/// what is wrong with it.
fn written(control: &Control, text: &str) -> String {
    let is_json = || serde_json::from_str::<IgnoredAny>(text).is_ok();
    match control {
        Control::Flag if ["true", "false"].contains(&text) => text.to_owned(),
        Control::Number if text.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit()) && is_json() => {
            text.to_owned()
        }
        Control::Json if is_json() => text.to_owned(),
        Control::Lines => {
            let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            Json::from(lines).to_string()
        }
        _ => Json::from(text).to_string(),
    }
}
