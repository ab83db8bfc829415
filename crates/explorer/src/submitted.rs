//! A form of a page as somebody has sent it, and what is wrong with it.

use bytes::Bytes;
use hydra::Method;
use serde_json::Value as Json;

use super::document::listed;

/// What boxes are called that leave the field that is their value as it is.
const LEAVE: &str = "_leave";

/// A form, as it came.
#[derive(Debug)]
pub struct Form {
    /// The method that it is for.
    pub method: Method,
    /// The entity tag of what was shown.
    pub tag: String,
    /// Whether what it stands for is to be shown, and not done.
    pub shows: bool,
    /// The body that was written by hand, for a request that is sent as it is.
    pub raw: Option<String>,
    /// A file, and the media type that the browser says it is of.
    pub file: Option<(String, Bytes)>,
    fields: Vec<(String, String)>,
}

impl Form {
    /// None where it does not say what it is for, or what was shown to whoever changes something.
    pub fn new(fields: Vec<(String, String)>, file: Option<(String, Bytes)>) -> Option<Self> {
        let given = |name: &str| fields.iter().find(|(given, _)| given == name).map(|(_, value)| value.clone());
        let method = given("_method")?;
        let raw = given("_raw").map(|text| text.replace("\r\n", "\n"));
        let is_written = raw.is_some();
        let method = Method::ALL.into_iter().find(|one| one.name() == method)?;
        let tag = given("_tag");
        let is_right = match (&tag, is_written) {
            // What is written by hand is sent as it is written, or not at all.
            (tag, true) => !tag.as_ref().is_some_and(|tag| tag.contains(|letter: char| letter.is_control())),
            (Some(tag), false) => is_tag(tag) || method == Method::Post,
            (None, false) => matches!(method, Method::Post | Method::Get),
        };
        if !is_right {
            return None;
        }
        let shows = given("_show").is_some();
        Some(Self { method, tag: tag.map(|tag| tag.trim().to_owned()).unwrap_or_default(), shows, raw, file, fields })
    }

    /// What was typed; lines end as they do everywhere but in forms.
    pub(super) fn typed(&self, name: &str) -> String {
        let given = self.fields.iter().find(|(given, _)| given == name);
        given.map(|(_, value)| value.replace("\r\n", "\n")).unwrap_or_default()
    }

    /// All that was given by this name, in order.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.fields.iter().filter(|(given, _)| given == name).map(|(_, value)| value.replace("\r\n", "\n")).collect()
    }

    /// Whether a box is ticked that leaves a field as it is; any field, where none is named.
    pub fn leaves(&self, name: Option<&str>) -> bool {
        self.fields.iter().any(|(given, field)| given == LEAVE && name.is_none_or(|name| name == field))
    }

    /// What stood there before.
    pub(super) fn was(&self, name: &str) -> String {
        self.typed(&format!("_was.{name}"))
    }
}

/// Whether a text is an entity tag as a page has it, which is of one state.
pub fn is_tag(text: &str) -> bool {
    text.starts_with(['"', 'W']) && !text.contains(|letter: char| letter.is_control())
}

/// The values of a set that stand one a line.
pub(super) fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// What is wrong with a form.
#[derive(Debug, Default)]
pub struct Said {
    /// In short.
    pub title: String,
    /// In full.
    pub detail: String,
    /// What it was answered with.
    pub status: u64,
    /// What is wrong, with the member that it is about.
    pub violations: Vec<(String, String)>,
}

impl Said {
    /// What a problem document says.
    pub fn of(problem: &Json) -> Self {
        let text = |node: &Json, name: &str| node[name].as_str().unwrap_or_default().to_owned();
        let violations = listed(problem, "violations");
        Self {
            title: text(problem, "title"),
            detail: text(problem, "detail"),
            status: problem["status"].as_u64().unwrap_or_default(),
            violations: violations.iter().map(|node| (text(node, "propertyPath"), text(node, "message"))).collect(),
        }
    }
}
