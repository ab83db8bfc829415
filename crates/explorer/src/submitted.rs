//! A form of a page as somebody has sent it, and what is wrong with it.

use bytes::Bytes;
use hydra::Method;
use serde_json::Value as Json;

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
        let method = Method::ALL.into_iter().find(|one| one.name() == method && (is_written || *one != Method::Get))?;
        let is_tag = |tag: &String| tag.starts_with(['"', 'W']) && !tag.contains(|letter: char| letter.is_control());
        let tag = given("_tag").filter(is_tag);
        if tag.is_none() && method != Method::Post && !is_written {
            return None;
        }
        let shows = given("_show").is_some();
        Some(Self { method, tag: tag.unwrap_or_default(), shows, raw, file, fields })
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

    /// What stood there before.
    pub(super) fn was(&self, name: &str) -> String {
        self.typed(&format!("_was.{name}"))
    }
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
        let violations = problem["violations"].as_array().map_or(&[][..], Vec::as_slice);
        Self {
            title: text(problem, "title"),
            detail: text(problem, "detail"),
            status: problem["status"].as_u64().unwrap_or_default(),
            violations: violations.iter().map(|node| (text(node, "propertyPath"), text(node, "message"))).collect(),
        }
    }
}
