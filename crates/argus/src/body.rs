//! The members of a body, each read once. Everything that is wrong is collected, unknown members among it.

use std::collections::BTreeMap;

use hydra::Given;
use resource::customers::descriptor::Localised;
use serde_json::{Map, Value as Json};
use vocab::value::Language;

use crate::fault::Fault;
use crate::message::Message;

/// How many entries a list may have.
const MOST: usize = 1000;

/// An object of a body, whose members are taken out one after the other.
#[derive(Debug)]
pub struct JsonBody {
    members: Map<String, Json>,
    path: String,
    wrong: Vec<Message>,
}

impl JsonBody {
    /// The object that bytes are.
    ///
    /// # Errors
    /// They are no JSON, or no object.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let json: Json = serde_json::from_slice(hydra::body::unmarked(bytes)).map_err(|error| {
            let message = format!("The body is not JSON: {error}.");
            Fault::action(actix_web::http::StatusCode::BAD_REQUEST, "invalid.json.request", message)
        })?;
        match json {
            Json::Object(members) => Ok(Self::of(members, String::new())),
            _ => Err(Message::action("invalid.json.field.type", "The body must be a JSON object.").into()),
        }
    }

    /// The object at a place in a body.
    pub fn of(members: Map<String, Json>, path: String) -> Self {
        // Whoever sends null says nothing of a member.
        Self { members: members.into_iter().collect(), path, wrong: Vec::new() }
    }

    /// Where a member stands.
    pub fn at(&self, name: &str) -> String {
        format!("{}{name}", self.path)
    }

    /// Notes what is wrong with a member.
    pub fn refuse(&mut self, name: &str, what: impl std::fmt::Display, given: Option<&Json>) {
        let message = Message::field("invalid.json.field.value", self.at(name), what);
        self.wrong.push(match given {
            Some(given) => message.with(written(given)),
            None => message,
        });
    }

    fn mistyped(&mut self, name: &str, what: &str, given: &Json) {
        self.wrong.push(Message::field("invalid.json.field.type", self.at(name), what).with(written(given)));
    }

    /// A member as it is; none where it is null.
    pub fn any(&mut self, name: &str) -> Option<Json> {
        self.members.shift_remove(name).filter(|json| !json.is_null())
    }

    /// A member that can be cleared with null.
    pub fn given(&mut self, name: &str) -> Given<Json> {
        match self.members.shift_remove(name) {
            None => Given::Absent,
            Some(Json::Null) => Given::Null,
            Some(json) => Given::Value(json),
        }
    }

    /// A text. Whoever names something by its number may send a number.
    pub fn text(&mut self, name: &str) -> Option<String> {
        match self.any(name)? {
            Json::String(text) => Some(text),
            Json::Number(number) => Some(number.to_string()),
            other => {
                self.mistyped(name, "must be a text", &other);
                None
            }
        }
    }

    /// A text that must be there, and not blank.
    pub fn required(&mut self, name: &str) -> Option<String> {
        let before = self.wrong.len();
        let text = self.text(name).filter(|text| !text.trim().is_empty());
        if text.is_none() && self.wrong.len() == before {
            self.refuse(name, "is required", None);
        }
        text
    }

    /// A text that has a form.
    pub fn parsed<T: std::str::FromStr<Err = String>>(&mut self, name: &str) -> Option<T> {
        let text = self.text(name)?;
        self.form(name, &text)
    }

    /// A text that must be there and has a form.
    pub fn required_parsed<T: std::str::FromStr<Err = String>>(&mut self, name: &str) -> Option<T> {
        let text = self.required(name)?;
        self.form(name, &text)
    }

    fn form<T: std::str::FromStr<Err = String>>(&mut self, name: &str, text: &str) -> Option<T> {
        match text.parse() {
            Ok(value) => Some(value),
            Err(what) => {
                self.refuse(name, what, Some(&text.into()));
                None
            }
        }
    }

    /// A truth.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        match self.any(name)? {
            Json::Bool(flag) => Some(flag),
            other => {
                self.mistyped(name, "must be true or false", &other);
                None
            }
        }
    }

    /// A whole number.
    pub fn whole(&mut self, name: &str) -> Option<i64> {
        let given = self.any(name)?;
        let number = given.as_number().and_then(hydra::whole).and_then(|number| i64::try_from(number).ok());
        if number.is_none() {
            self.mistyped(name, "must be a whole number", &given);
        }
        number
    }

    /// A whole number, zero or more.
    pub fn count(&mut self, name: &str) -> Option<u64> {
        let given = self.any(name)?;
        if given.as_u64().is_none() {
            self.mistyped(name, "must be a whole number, zero or more", &given);
        }
        given.as_u64()
    }

    /// A list; a single value stands for a list of one.
    pub fn list(&mut self, name: &str) -> Vec<Json> {
        let items = match self.any(name) {
            None => Vec::new(),
            Some(Json::Array(items)) => items,
            Some(single @ (Json::String(_) | Json::Number(_))) => vec![single],
            Some(other) => {
                self.mistyped(name, "must be a list", &other);
                Vec::new()
            }
        };
        if items.len() > MOST {
            self.refuse(name, format_args!("must have at most {MOST} entries"), None);
            return Vec::new();
        }
        items
    }

    /// A list of texts, or of the numbers of things.
    pub fn texts(&mut self, name: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for item in self.list(name) {
            match item {
                Json::String(text) => texts.push(text),
                Json::Number(number) => texts.push(number.to_string()),
                other => self.mistyped(name, "must be a list of texts", &other),
            }
        }
        texts.retain(|text| !text.trim().is_empty());
        texts
    }

    /// A list of texts, each of which stands for something.
    pub fn each<T>(&mut self, name: &str, of: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
        let mut values = Vec::new();
        for text in self.texts(name) {
            match of(text.trim()) {
                Ok(value) => values.push(value),
                Err(what) => self.refuse(name, what, Some(&text.into())),
            }
        }
        values
    }

    /// An object.
    pub fn object(&mut self, name: &str) -> Option<Map<String, Json>> {
        match self.any(name)? {
            Json::Object(members) => Some(members),
            other => {
                self.mistyped(name, "must be an object", &other);
                None
            }
        }
    }

    /// A list of objects.
    pub fn objects(&mut self, name: &str) -> Vec<Self> {
        let mut objects = Vec::new();
        for (index, item) in self.list(name).into_iter().enumerate() {
            match item {
                Json::Object(members) => {
                    objects.push(Self::of(members, format!("{}[{index}].", self.at(name))));
                }
                other => self.mistyped(&format!("{name}[{index}]"), "must be an object", &other),
            }
        }
        objects
    }

    /// Texts by language.
    pub fn localised(&mut self, name: &str) -> Option<Localised> {
        let mut texts = BTreeMap::new();
        for (language, text) in self.object(name)? {
            let member = format!("{name}.{language}");
            match (language.to_ascii_lowercase().parse::<Language>(), text) {
                (_, Json::Null) => {}
                (Ok(language), Json::String(text)) => _ = texts.insert(language, text),
                (Ok(_), other) => self.mistyped(&member, "must be a text", &other),
                (Err(_), _) => self.refuse(&member, "is no language: english and norwegian are", None),
            }
        }
        Some(texts)
    }

    /// Takes over what is wrong within.
    pub fn absorb(&mut self, within: Self) {
        self.wrong.extend(within.refusals());
    }

    fn refusals(mut self) -> Vec<Message> {
        for name in std::mem::take(&mut self.members).keys() {
            self.wrong.push(Message::field("unknown.json.field", self.at(name), "is not a member of this object"));
        }
        self.wrong
    }

    /// Whether nothing is wrong.
    ///
    /// # Errors
    /// Everything that is.
    pub fn finish(self) -> Result<(), Fault> {
        let wrong = self.refusals();
        if wrong.is_empty() { Ok(()) } else { Err(Fault::invalid(wrong.into_iter().take(100).collect())) }
    }
}

/// What stands at a place in a body, as a text; nothing of what is secret, or long.
pub fn standing(body: &Json, path: &str) -> Option<String> {
    const SECRET: [&str; 4] = ["password", "authorization", "image", "data"];
    let mut at = body;
    for part in path.split('.') {
        if SECRET.contains(&part) {
            return None;
        }
        let (name, index) = match part.strip_suffix(']').and_then(|part| part.split_once('[')) {
            Some((name, index)) => (name, index.parse::<usize>().ok()),
            None => (part, None),
        };
        at = at.get(name)?;
        at = match index {
            Some(index) => at.get(index)?,
            None => at,
        };
    }
    Some(written(at)).filter(|text| !at.is_null() && text.len() <= 200)
}

/// What stands somewhere, as a text.
fn written(given: &Json) -> String {
    given.as_str().map_or_else(|| given.to_string(), str::to_owned)
}
