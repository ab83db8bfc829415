//! What customers are searched by.

use serde_json::Value as Json;
use store::SearchedField;
use vocab::value::{Kind, Mark};

/// Values of a property, one of which a customer is to have.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The key of the property.
    pub key: String,
    /// The values.
    pub values: Vec<Json>,
}

/// What customers must meet: all of it, and in a list any of it. What is empty asks for nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Criteria {
    /// One of these, by number or name.
    pub customers: Vec<String>,
    /// Directly below one of these.
    pub parents: Vec<String>,
    /// Below one of these, however deep.
    pub ancestors: Vec<String>,
    /// In one of these domains, by number or name.
    pub domains: Vec<String>,
    /// Of one of these kinds.
    pub kinds: Vec<Kind>,
    /// Also what is disabled or deleted.
    pub include_deleted: bool,
    /// With all of these.
    pub include_flags: Vec<Mark>,
    /// With none of these.
    pub exclude_flags: Vec<Mark>,
    /// With these texts.
    pub keywords: Vec<String>,
    /// Whether one of the texts is enough.
    pub any_keyword: bool,
    /// Where the texts are looked for; everywhere where none is named.
    pub fields: Vec<SearchedField>,
    /// With these properties, all of them.
    pub properties: Vec<Wanted>,
    /// Criteria beside these, or within them.
    pub sub: Vec<Self>,
    /// As a part: customers that meet it are left out.
    pub exclude: bool,
    /// As a part: customers have to meet it.
    pub required: bool,
}
