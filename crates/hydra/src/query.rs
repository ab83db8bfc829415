//! Search, order and paging: the query string of a collection, typed by the class of its members.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use crate::addressee::Addressee;
use crate::class::{ClassDef, Datatype, PropertyKind};
use crate::identifier::Identifier;
use crate::input::Violation;
use crate::value::{Timestamp, Value, whole};

/// Members on a page when the client does not say.
pub const DEFAULT_PAGE_SIZE: u64 = 100;
/// Members on a page at the most; more is cut to this, and the view says so.
pub const MAX_PAGE_SIZE: u64 = 500;

/// The names of the parameter that says how many members a page has.
pub(crate) const PAGE_SIZE: [&str; 2] = ["pageSize", "itemsPerPage"];

/// What a client wants to see of a collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Free text.
    pub text: Option<String>,
    /// Properties and the values they must have, or one of theirs must be where they have several; parameters that name
    /// resources, too.
    pub filters: Vec<(&'static str, Literal)>,
    /// What to order by, when not by age.
    pub order: Option<Order>,
    /// The page, from 1.
    pub page: u64,
    /// Members on a page.
    pub page_size: u64,
    /// Where the page before ended; opaque to clients.
    pub after: Option<String>,
    /// The parameters that mean nothing to the class, in order, for rules that know more.
    pub others: Vec<(String, String)>,
}

/// An order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The property.
    pub property: &'static str,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// A value to search for.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `xsd:string`
    Text(String),
    /// `xsd:boolean`
    Flag(bool),
    /// `xsd:integer` and `xsd:nonNegativeInteger`
    Whole(i64),
    /// `xsd:dateTime`
    Instant(DateTime<Utc>),
    /// A resource by its address. By what else it goes is a text, which the rules understand.
    Resource(Identifier),
}

impl Literal {
    /// The value that a lexical form stands for.
    ///
    /// # Errors
    /// A sentence that goes on from the name of the property.
    pub fn parse(datatype: Datatype, lexical: &str) -> Result<Self, String> {
        match datatype {
            Datatype::String => crate::value::text(&Json::from(lexical), crate::class::Limits::NONE)
                .map(|text| Self::Text(text.to_owned())),
            Datatype::Boolean => match lexical {
                "true" | "1" => Ok(Self::Flag(true)),
                "false" | "0" => Ok(Self::Flag(false)),
                _ => Err("must be true or false".into()),
            },
            Datatype::Integer | Datatype::NonNegativeInteger => {
                lexical.parse().map(Self::Whole).map_err(|_| "must be a whole number".into())
            }
            Datatype::Json => Err("cannot be searched by".into()),
            Datatype::DateTime => Timestamp::parse(&Json::from(lexical)).map(|at| Self::Instant(at.instant())),
        }
    }

    /// What names a resource: an IRI, or a path below the base URL; or a text that only the rules understand.
    ///
    /// # Errors
    /// A sentence that goes on from the name of the property.
    fn reference(base: &str, lexical: &str) -> Result<Self, String> {
        let text = Self::parse(Datatype::String, lexical)?;
        let is_address = lexical.starts_with('/') || lexical.contains("://");
        Ok(if is_address {
            Self::Resource(Identifier::new(base, Addressee::at(base).canonical(lexical)))
        } else {
            text
        })
    }
}

impl Query {
    /// Everything, from the first page.
    pub fn all() -> Self {
        Self {
            text: None,
            filters: Vec::new(),
            order: None,
            page: 1,
            page_size: DEFAULT_PAGE_SIZE,
            after: None,
            others: Vec::new(),
        }
    }

    /// Reads a query string below a public base URL. Empty parameters count as not sent; those that are not known are kept
    /// apart.
    ///
    /// # Errors
    /// Every parameter that is known and wrong.
    pub fn parse(class: &ClassDef, base: &str, raw: &str) -> Result<Self, Vec<Violation>> {
        let mut reading = Reading { class, base, query: Self::all() };
        let mut violations = Vec::new();
        let mut pairs = pairs(raw);
        pairs.retain(|(_, value)| !value.is_empty());
        // First of all, so that a parameter of its own wins over the same key in `q`, wherever it stands.
        if class.json_query {
            if let Some((_, text)) = pairs.iter().rfind(|(name, _)| name == "q") {
                reading.set_all(text, &mut violations);
            }
            pairs.retain(|(name, _)| name != "q");
        }
        for (name, value) in pairs {
            if let Err(violation) = reading.set(&name, value) {
                violations.push(violation);
            }
        }
        if violations.is_empty() { Ok(reading.query) } else { Err(violations) }
    }
}

/// A query on the way from its text.
struct Reading<'a> {
    class: &'a ClassDef,
    base: &'a str,
    query: Query,
}

impl Reading<'_> {
    fn set(&mut self, name: &str, value: String) -> Result<(), Violation> {
        let violation = |what: String| Violation::new(name, what);
        let (class, query) = (self.class, &mut self.query);
        match name {
            "q" if class.free_text => {
                let Literal::Text(text) = Literal::parse(Datatype::String, &value).map_err(violation)? else {
                    return Ok(());
                };
                query.text = Some(text);
            }
            "page" => query.page = counted(&value).map_err(violation)?,
            name if PAGE_SIZE.contains(&name) => {
                query.page_size = Ord::min(counted(&value).map_err(violation)?, MAX_PAGE_SIZE);
            }
            "after" => query.after = Some(value),
            "orderBy" | "orderByDescending" => {
                let property = class.properties.iter().find(|property| property.sort && property.name == value);
                let Some(property) = property else {
                    let known: Vec<_> = class.properties.iter().filter(|p| p.sort).map(|p| p.name).collect();
                    return Err(violation(match known.as_slice() {
                        [] => "is not offered by this collection".into(),
                        known => format!("must be one of: {}", known.join(", ")),
                    }));
                };
                // Both given: orderBy wins.
                if name == "orderBy" || query.order.is_none_or(|order| order.descending) {
                    query.order = Some(Order { property: property.name, descending: name == "orderByDescending" });
                }
            }
            _ => match filters(class).chain(references(class)).find(|filter| filter.name == name) {
                Some(filter) => self.filter(filter, &value).map_err(violation)?,
                None => query.others.push((name.to_owned(), value)),
            },
        }
        Ok(())
    }

    /// Searches by a property: by each of its values where it has several, otherwise by the last that was given.
    fn filter(&mut self, filter: Filter, lexical: &str) -> Result<(), String> {
        let literal = match filter.datatype {
            Some(datatype) => Literal::parse(datatype, lexical)?,
            None => Literal::reference(self.base, lexical)?,
        };
        let filters = &mut self.query.filters;
        if !filter.several {
            filters.retain(|(name, _)| *name != filter.name);
        }
        filters.push((filter.name, literal));
        Ok(())
    }

    /// Searches by every member of a JSON object.
    fn set_all(&mut self, text: &str, violations: &mut Vec<Violation>) {
        let Ok(Json::Object(members)) = serde_json::from_str(text) else {
            let what = "could not be parsed: must be the text of a JSON object such as {\"string1\": \"x\"}";
            return violations.push(Violation::new("q", what));
        };
        for (name, value) in members.into_iter().filter(|(_, value)| !value.is_null()) {
            if let Err(what) = self.set_member(&name, &value) {
                violations.push(Violation::new("q", what));
            }
        }
    }

    fn set_member(&mut self, name: &str, value: &Json) -> Result<(), String> {
        let Some(filter) = filters(self.class).find(|filter| filter.name == name) else {
            let known: Vec<_> = filters(self.class).map(|filter| filter.name).collect();
            return Err(format!("cannot search by {name}; its keys are: {}", known.join(", ")));
        };
        let values = match value {
            Json::Array(values) if filter.several => values.as_slice(),
            one => std::slice::from_ref(one),
        };
        for value in values {
            let lexical = match value {
                Json::String(text) => text.clone(),
                Json::Number(number) => whole(number).map_or_else(|| number.to_string(), |number| number.to_string()),
                Json::Bool(_) => value.to_string(),
                _ if filter.several => {
                    return Err(format!(
                        "has a wrong value: {name} must be a text, a number, true or false, or an array of these"
                    ));
                }
                _ => return Err(format!("has a wrong value: {name} must be a text, a number, true or false")),
            };
            self.filter(filter, &lexical).map_err(|what| format!("has a wrong value: {name} {what}"))?;
        }
        Ok(())
    }
}

/// A property that a collection can be searched by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter {
    pub name: &'static str,
    /// What its values are, where they are not resources.
    datatype: Option<Datatype>,
    /// Whether it has several values, each of which may be asked for.
    pub several: bool,
}

/// What collections of a class can be searched by.
pub(crate) fn filters(class: &ClassDef) -> impl Iterator<Item = Filter> {
    class.properties.iter().filter(|property| property.filter).filter_map(|property| {
        let (datatype, several) = match &property.kind {
            PropertyKind::Value(datatype, limits) => (Some(*datatype), limits.max_items.is_some()),
            PropertyKind::One(link) => (None, link.many),
            PropertyKind::Many(_) => return None,
        };
        Some(Filter { name: property.name, datatype, several })
    })
}

/// The parameters that name resources beside those that are properties.
fn references(class: &ClassDef) -> impl Iterator<Item = Filter> {
    let parameters = class.parameters.iter().filter(|parameter| parameter.names.is_some());
    parameters.map(|parameter| Filter { name: parameter.name, datatype: None, several: parameter.many })
}

fn counted(value: &str) -> Result<u64, String> {
    match value.parse::<u32>() {
        Ok(number) if number > 0 => Ok(number.into()),
        _ => Err(format!("must be a whole number from 1 to {}", u32::MAX)),
    }
}

/// The parameters of a query string, decoded.
pub fn pairs(raw: &str) -> Vec<(String, String)> {
    // Reading pairs of strings cannot fail: what is not UTF-8 is replaced.
    serde_urlencoded::from_str(raw).unwrap_or_default()
}

#[cfg(test)]
mod tests;
