//! Search, order and paging: the query string of a collection, typed by the class of its members.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use crate::class::{ClassDef, Datatype, Kind};
use crate::input::Violation;
use crate::value::{Timestamp, Value};

/// Members on a page when the client does not say.
pub const DEFAULT_PAGE_SIZE: u64 = 100;
/// Members on a page at the most; more is cut to this, and the view says so.
pub const MAX_PAGE_SIZE: u64 = 500;

/// What a client wants to see of a collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Free text.
    pub text: Option<String>,
    /// Properties and the values they must have.
    pub filters: Vec<(&'static str, Literal)>,
    /// What to order by, when not by age.
    pub order: Option<Order>,
    /// The page, from 1.
    pub page: u64,
    /// Members on a page.
    pub page_size: u64,
    /// Where the page before ended; opaque to clients.
    pub after: Option<String>,
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
            Datatype::DateTime => Timestamp::parse(&Json::from(lexical)).map(|at| Self::Instant(at.instant())),
        }
    }
}

impl Query {
    /// Everything, from the first page.
    pub fn all() -> Self {
        Self { text: None, filters: Vec::new(), order: None, page: 1, page_size: DEFAULT_PAGE_SIZE, after: None }
    }

    /// Reads a query string. Parameters that are not known are ignored; empty ones count as not sent.
    ///
    /// # Errors
    /// Every parameter that is known and wrong.
    pub fn parse(class: &ClassDef, raw: &str) -> Result<Self, Vec<Violation>> {
        let mut query = Self::all();
        let mut violations = Vec::new();
        for (name, value) in pairs(raw) {
            if value.is_empty() {
                continue;
            }
            if let Err(violation) = query.set(class, &name, &value) {
                violations.push(violation);
            }
        }
        if violations.is_empty() { Ok(query) } else { Err(violations) }
    }

    fn set(&mut self, class: &ClassDef, name: &str, value: &str) -> Result<(), Violation> {
        let violation = |what: String| Violation::new(name, what);
        match name {
            "q" if class.free_text => {
                let Literal::Text(text) = Literal::parse(Datatype::String, value).map_err(violation)? else {
                    return Ok(());
                };
                self.text = Some(text);
            }
            "page" => self.page = counted(value).map_err(violation)?,
            "pageSize" | "itemsPerPage" => self.page_size = Ord::min(counted(value).map_err(violation)?, MAX_PAGE_SIZE),
            "after" => self.after = Some(value.to_owned()),
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
                if name == "orderBy" || self.order.is_none_or(|order| order.descending) {
                    self.order = Some(Order { property: property.name, descending: name == "orderByDescending" });
                }
            }
            _ => {
                let property = class.properties.iter().find(|property| property.filter && property.name == name);
                if let Some(property) = property
                    && let Kind::Value(datatype, _) = property.kind
                {
                    self.filters.push((property.name, Literal::parse(datatype, value).map_err(violation)?));
                }
            }
        }
        Ok(())
    }
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
