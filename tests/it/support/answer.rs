use reqwest::header::HeaderMap;
use serde_json::Value;

/// What has this tag is shown to whoever asks for that, by `If-Match`, and not to whoever asks for another.
pub async fn heeds_what_is_asked_for(tag: &str, ask: impl AsyncFn(&str) -> Answer) {
    for same in [tag.to_owned(), "*".to_owned(), format!("\"other\", {tag}")] {
        ask(&same).await.expect(200);
    }
    for other in ["\"other\"".to_owned(), "nonsense".to_owned(), format!("{}x\"", tag.trim_end_matches('"'))] {
        ask(&other).await.expect(412);
    }
}

/// An answer, whole.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
    /// What was asked, for messages.
    pub request: String,
}

impl Answer {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {self}"))
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("headers are text"))
    }

    /// The body as text, but for which request it is an answer to.
    pub fn of_any_request(&self) -> String {
        let request = self.header("x-request-id").map(|request| format!("#{request}")).unwrap_or_default();
        String::from_utf8_lossy(&self.body).replace(&request, "")
    }

    /// The answer, which must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }

    /// The `@id` of the resource.
    #[track_caller]
    pub fn id(&self) -> String {
        self.json()["@id"].as_str().unwrap_or_else(|| panic!("no @id in {self}")).to_owned()
    }

    /// The problem, which every failure must be.
    #[track_caller]
    pub fn problem(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{self}");
        assert_eq!(problem["@type"], "Error", "{self}");
        for member in ["type", "title", "detail", "description", "instance", "@context"] {
            assert!(problem[member].is_string(), "{member} is missing in {self}");
        }
        problem
    }

    /// What the problem blames, by where it stands.
    #[track_caller]
    pub fn wrong(&self) -> Vec<String> {
        let problem = self.problem();
        let violations = problem["violations"].as_array().unwrap_or_else(|| panic!("no violations in {self}"));
        violations.iter().map(|violation| super::link(violation, "propertyPath").to_owned()).collect()
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = String::from_utf8_lossy(&self.body);
        let text: String = text.chars().take(2000).collect();
        write!(f, "{} → {}\n{:?}\n{text}", self.request, self.status, self.headers)
    }
}
