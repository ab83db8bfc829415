//! What was done, said on the page that somebody is led to after it, and how that is undone.

use askama::Template;

use super::field::Control;
use super::form::operations;
use super::source::PageSource;
use super::submitted::{Form, is_tag};

/// What was done, in words of ours.
#[derive(Debug, Template)]
#[template(path = "notice.html")]
pub struct NoticeBar<'a> {
    /// The words.
    pub words: &'a str,
    /// The form that undoes it, if it can be undone.
    pub undo: Option<UndoForm>,
}

/// A form that puts back what was there before.
#[derive(Debug)]
pub struct UndoForm {
    /// Where it is sent.
    pub action: String,
    /// Its fields, as [`undoing`] has them.
    pub fields: Vec<(String, String)>,
}

/// The fields of a form that undoes what another has changed: the entity tag of what it made, what stood there, and what stands there in its
/// place. None where that is not known, because it is never shown, or where the form is not of fields. The source is of what stood there.
pub fn undoing(source: PageSource<'_>, form: &Form, made: &str) -> Option<Vec<(String, String)>> {
    let operation = operations(source).into_iter().find(|operation| operation.method == form.method.name())?;
    if !operation.changes() || operation.file.is_some() {
        return None;
    }
    let mut fields = vec![("_method".to_owned(), operation.method.clone()), ("_tag".to_owned(), made.to_owned())];
    for field in operation.fields {
        let given = field.given(form);
        let is_touched = field.is_touched(form);
        if field.control == Control::Secret && !given.is_empty() {
            return None;
        }
        // What is replaced is replaced by all that was there.
        if is_touched || operation.method == "PUT" {
            fields.push((format!("_was.{}", field.name), given));
            fields.push((field.name.to_owned(), field.now));
        }
    }
    (fields.len() > 2).then_some(fields)
}

/// Whether these are the fields of such a form, whoever has sent them: it changes, and is of nothing but fields.
pub fn undoes(fields: &[(String, String)]) -> bool {
    let is_right = |(name, value): &(String, String)| match name.as_str() {
        "_method" => ["PATCH", "PUT"].contains(&value.as_str()),
        "_tag" => is_tag(value),
        name => name.starts_with("_was.") || !name.starts_with('_'),
    };
    let has = |wanted: &str| fields.iter().filter(|(name, _)| name == wanted).count() == 1;
    fields.iter().all(is_right) && has("_method") && has("_tag")
}
