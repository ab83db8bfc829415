//! The page of several resources that somebody has picked from a list: what may be done to all of them, one after another.

use askama::Template;
use hydra::{Api, ClassDef, Method};
use serde_json::Value as Json;

use super::assets::Assets;
use super::document::offered;
use super::field::{Control, FormField, fields};
use super::filled::{Filled, body};
use super::form::{OperationForm, operations};
use super::frame::{PageFrame, SEVERAL, acts};
use super::name::called;
use super::prose::Prose;
use super::raw::Piece;
use super::source::PageSource;
use super::submitted::{Form, Said};

/// Something that was picked.
#[derive(Debug)]
pub struct Picked {
    /// Its path.
    pub path: String,
    /// Its document, and the entity tag of that, where it is seen.
    pub seen: Option<(Json, String)>,
    /// What came of what was to be done: that it is done, or why not.
    pub outcome: Option<Result<(), String>>,
}

/// What was picked, from which list.
#[derive(Debug, Clone, Copy)]
pub struct SeveralSource<'a> {
    /// What the document of one is made into a page with.
    pub source: PageSource<'a>,
    /// The path and the query of the list.
    pub list: &'a str,
    /// The class of all of them.
    pub class: &'static ClassDef,
    /// They.
    pub picked: &'a [Picked],
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "several.html")]
struct SeveralPage {
    frame: PageFrame,
    list: String,
    class: &'static ClassDef,
    rows: Vec<Row>,
    operations: Vec<OperationForm>,
}

/// One of them.
#[derive(Debug)]
struct Row {
    label: String,
    /// Where it is, unless it is not there.
    href: Option<String>,
    /// How it stands with it, if there is something to be said.
    said: Option<String>,
}

/// What can be done to several.
const METHODS: [Method; 2] = [Method::Patch, Method::Delete];

/// Whether there is something that can be done to several of a class.
pub fn is_picked_from(class: &ClassDef) -> bool {
    class.path.ends_with('}') && METHODS.iter().any(|method| class.operation(*method).is_some())
}

/// The page of what was picked, with a form for what may be done to all of that which is still to be done.
///
/// # Errors
/// The template does not take it: a fault of this service.
pub fn several_page(api: &Api, assets: &Assets, several: SeveralSource<'_>) -> Result<String, String> {
    let SeveralSource { list, class, picked, .. } = several;
    let row = |one: &Picked| {
        let said = match (&one.outcome, &one.seen) {
            (Some(Ok(())), _) => Some("done".to_owned()),
            (Some(Err(reason)), _) => Some(format!("not done. {reason}")),
            (None, None) => Some("not found".to_owned()),
            (None, Some(_)) => None,
        };
        Row {
            label: called(class, one.seen.as_ref().map_or(&Json::Null, |(document, _)| document), &one.path),
            href: one.seen.is_some().then(|| format!("{}{}", api.base(), one.path)),
            said,
        }
    };
    let page = SeveralPage {
        frame: PageFrame::bare(api, assets, format!("Several of {}", class.label)),
        list: format!("{}{list}", api.base()),
        class,
        rows: picked.iter().map(row).collect(),
        operations: METHODS.into_iter().filter_map(|method| form(several, method)).collect(),
    };
    page.render().map_err(|error| error.to_string())
}

/// The form by which something is done to all that is still to be done, if that is offered of each.
fn form(several: SeveralSource<'_>, method: Method) -> Option<OperationForm> {
    let SeveralSource { source, list, class, picked } = several;
    let left = picked.iter().filter(|one| !matches!(one.outcome, Some(Ok(()))));
    let left: Vec<(&str, &Json, &str)> =
        left.filter_map(|one| one.seen.as_ref().map(|(json, tag)| (one.path.as_str(), json, tag.as_str()))).collect();
    let (_, first, _) = left.first()?;
    if !left.iter().all(|(_, document, _)| offered(document).any(|one| one == method.name())) {
        return None;
    }
    let operations = operations(PageSource { document: first, again: None, ..source });
    let mut form = operations.into_iter().find(|operation| operation.method == method.name())?;
    if method == Method::Patch {
        form.fields = changes(source, class);
    }
    form.words = format!("{} {}", form.words, left.len());
    form.removal = None;
    form.action = acts(source.api, SEVERAL, list);
    form.picked = left.iter().map(|(path, _, tag)| ((*path).to_owned(), (*tag).to_owned())).collect();
    if let Some((typed, said)) = source.again
        && typed.method == method
    {
        form.again(typed, said);
    }
    Some(form)
}

/// What there is to fill in for all: nothing stands there, for each has something else.
fn changes(source: PageSource<'_>, class: &'static ClassDef) -> Vec<FormField> {
    let blank = PageSource { document: &Json::Null, asked: &[], ..source };
    let mut fields = fields(blank, class, Method::Patch.name());
    // What no two have the same of is not the same of several.
    fields.retain(|field| class.property(field.name).is_none_or(|property| !property.unique));
    fields
}

/// What is to be changed of each, as a body.
pub fn filled_for_each(source: PageSource<'_>, class: &'static ClassDef, form: &Form) -> Filled {
    match form.method {
        Method::Patch => body(&changes(source, class), form),
        _ => Filled::Body(String::new()),
    }
}

/// What is to be said on a page on which nothing was filled in.
pub fn nothing_said() -> Said {
    let detail = "Fill in what is to be the same for all of them; what is left empty stays as it is.";
    Said { title: "Nothing was changed.".into(), detail: detail.into(), ..Said::default() }
}
