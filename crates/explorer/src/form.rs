//! The operations that a document offers, as forms.

use hydra::terms::iri;
use hydra::{ClassDef, Method};
use serde_json::Value as Json;

use super::address::{documented, short};
use super::document::{class_of, listed};
use super::field::{Control, FormField, fields, list};
use super::frame::{REMOVAL, about};
use super::source::PageSource;
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
    /// Whether the address asks for something to be filled in.
    pub asked: bool,
    /// What it is done to, one after another, where that is not what the page is about: their paths, and their tags.
    pub picked: Vec<(String, String)>,
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

/// What is said of a secret that was typed.
const AGAIN: &str = "It is not shown again. Type it once more.";

impl OperationForm {
    /// The form as it came: with what was typed, and what is wrong with that. It goes on to be about what was shown when it was drawn,
    /// until somebody has been told what has changed since: then what was not touched is as it is now.
    pub(super) fn again(&mut self, typed: &Form, said: &Said) {
        let is_told = said.status == CONFLICT;
        if !is_told {
            self.tag.clone_from(&typed.tag);
        }
        for field in &mut self.fields {
            let (given, was) = (field.given(typed), typed.was(field.name));
            let is_touched = field.is_touched(typed);
            field.emptied = field.is_emptied(typed);
            let is_changed = is_told && field.now != was;
            field.before = is_changed.then(|| was.clone());
            field.contested = is_changed && is_touched && field.now != given;
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
            if field.wrong.is_none() && field.control == Control::Secret && !typed.all(field.name).join("").is_empty() {
                field.wrong = Some(AGAIN.to_owned());
            }
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

    /// Whether it is to be seen what there is to fill in.
    pub fn is_open(&self) -> bool {
        self.wrong.is_some() || self.asked
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
        // What is made here may be begun by an address; the query of a collection says which of its members are shown.
        let asked = if source.document["member"].is_array() { &[][..] } else { source.asked };
        let begun = PageSource { asked, ..source };
        let fields = match (class, listed) {
            (Some(class), _) => fields(begun, class, &method),
            (None, Some(site)) => vec![list(site.member)],
            (None, None) => Vec::new(),
        };
        let mut form = OperationForm {
            asked: fields.iter().any(|field| field.value != field.now || field.wrong.is_some()),
            fields,
            picked: Vec::new(),
            // Whatever name of this host the page was asked for by.
            action: format!("{}{}", source.api.prefix(), short(source.api, source.text("@id"))),
            file: of_file(source, &method),
            tag: source.tag.to_owned(),
            wrong: None,
            href: documented(source.api, &iri(text("@id"), source.api.vocab())),
            words: worded(&method, text("title"), source, class.copied()),
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
    let mut forms: Vec<_> = listed(source.document, "operation").iter().map(operation).collect();
    // What was done already is said last.
    forms.sort_by_key(OperationForm::reads);
    forms
}

/// What people call an operation: in a word where its method says what it does, otherwise as it is documented.
fn worded(method: &str, title: &str, source: PageSource<'_>, taken: Option<&ClassDef>) -> String {
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
