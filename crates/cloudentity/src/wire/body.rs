//! Members of bodies, read one by one, so that all that is wrong with them is told at once.

use hydra::{Given, Set, Value};
use serde_json::{Map, Value as Json};
use vocab::value::Metadata;

use crate::error::{Code, Fault, RuledField};

/// How many organisations a body may name.
const MOST: usize = 1000;

/// The members of a body.
#[derive(Debug)]
pub struct JsonMembers {
    object: Map<String, Json>,
    wrong: Vec<RuledField>,
}

impl JsonMembers {
    /// The members of an object.
    pub fn new(object: Map<String, Json>) -> Self {
        Self { object, wrong: Vec::new() }
    }

    /// A member, as it was sent.
    pub fn given(&self, name: &str) -> Given<Json> {
        match self.object.get(name) {
            None => Given::Absent,
            Some(Json::Null) => Given::Null,
            Some(value) => Given::Value(value.clone()),
        }
    }

    /// Notes that a member is wrong; the text goes on from its name.
    pub fn refuse(&mut self, name: &str, what: &str) {
        self.wrong.push(RuledField::invalid(name, what));
    }

    fn parse<T: Value>(&mut self, name: &str, json: &Json) -> Option<T> {
        T::parse(json).map_err(|what| self.refuse(name, &what)).ok()
    }

    /// A text that has to be there.
    pub fn required<T: Value>(&mut self, name: &str) -> Option<T> {
        match self.given(name) {
            Given::Value(json) if !is_blank(&json) => self.parse(name, &json),
            _ => {
                self.wrong.push(RuledField::required(name));
                None
            }
        }
    }

    /// A text that stays as it is where it is not sent, and cannot be removed.
    pub fn kept<T: Value>(&mut self, name: &str) -> Option<T> {
        match self.given(name) {
            Given::Absent => None,
            _ => self.required(name),
        }
    }

    /// A member that can be removed.
    pub fn optional<T: Value>(&mut self, name: &str) -> Given<T> {
        match self.given(name) {
            Given::Absent => Given::Absent,
            Given::Null => Given::Null,
            Given::Value(json) => self.parse(name, &json).map_or(Given::Absent, Given::Value),
        }
    }

    /// A truth, written as text; removed it is false.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        match self.given(name) {
            Given::Absent => None,
            Given::Null => Some(false),
            Given::Value(Json::String(text)) if text == "true" => Some(true),
            Given::Value(Json::String(text)) if text == "false" => Some(false),
            Given::Value(_) => {
                self.refuse(name, "must be the text \"true\" or the text \"false\"");
                None
            }
        }
    }

    /// Several texts; removed there are none.
    pub fn array<T: Value + PartialEq>(&mut self, name: &str) -> Option<Vec<T>> {
        match self.given(name) {
            Given::Absent => None,
            Given::Null => Some(Vec::new()),
            Given::Value(json @ Json::Array(_)) => self.parse(name, &json).map(|Set(values)| values),
            Given::Value(_) => {
                self.refuse(name, "must be an array of texts");
                None
            }
        }
    }

    /// An object of anything; removed there is none.
    pub fn metadata(&mut self, name: &str) -> Given<Metadata> {
        let what = match self.given(name) {
            Given::Absent => return Given::Absent,
            Given::Null => return Given::Null,
            Given::Value(Json::Object(object)) if object.is_empty() => return Given::Null,
            Given::Value(Json::Object(object)) => match Metadata::of(&object) {
                Ok(metadata) => return Given::Value(metadata),
                Err(what) => what,
            },
            Given::Value(_) => "must be an object".to_owned(),
        };
        self.refuse(name, &what);
        Given::Absent
    }

    /// Everything that is wrong.
    pub fn fault(self) -> Fault {
        self.wrong.into()
    }

    /// Whether nothing is wrong.
    ///
    /// # Errors
    /// Everything that is.
    pub fn check(self) -> Result<(), Fault> {
        if self.wrong.is_empty() { Ok(()) } else { Err(self.fault()) }
    }
}

fn is_blank(json: &Json) -> bool {
    json.as_str().is_some_and(|text| text.trim().is_empty())
}

/// The revision that a body names.
///
/// # Errors
/// It names none.
pub fn revision(object: &Map<String, Json>) -> Result<&str, Fault> {
    let revision = object.get("revision").and_then(Json::as_str);
    revision.filter(|text| !text.trim().is_empty()).ok_or_else(|| Code::Request.into())
}

/// The organisations that a body names.
///
/// # Errors
/// It names none, or too many, or what it names is no text.
pub fn organizations(object: &Map<String, Json>) -> Result<Vec<&str>, Fault> {
    let listed = object.get("organizations").and_then(Json::as_array).ok_or(Code::Request)?;
    if listed.is_empty() || listed.len() > MOST {
        return Err(Code::Request.into());
    }
    listed.iter().map(|name| name.as_str().ok_or_else(|| Code::Request.into())).collect()
}
