//! Criteria as JSON: those of a search and those within them are alike.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::SearchedField;
use vocab::value::{KeywordField, KeywordMatch, Kind, Mark};

use super::criteria::{Criteria, Wanted};

/// Criteria with all that lies within them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct CriteriaJson {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub customer: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parent: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ancestor: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub domain: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kind: Vec<Kind>,
    #[serde(skip_serializing_if = "is_false")]
    pub include_deleted: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub include_flags: Vec<Mark>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exclude_flags: Vec<Mark>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keyword_match: Option<KeywordMatch>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keyword_fields: Vec<KeywordField>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sub_criteria: Vec<Self>,
    #[serde(skip_serializing_if = "is_false")]
    pub exclude: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub required: bool,
}

/// A property that customers have, with one of these values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Property {
    pub key: String,
    pub values: Vec<Json>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "it is called with a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl From<CriteriaJson> for Criteria {
    fn from(part: CriteriaJson) -> Self {
        let field = |field: KeywordField| match field {
            KeywordField::Id => SearchedField::Id,
            KeywordField::Name => SearchedField::ShortName,
            KeywordField::DisplayName => SearchedField::Name,
        };
        let wanted = |Property { key, values }| Wanted { key, values };
        Self {
            customers: part.customer,
            parents: part.parent,
            ancestors: part.ancestor,
            domains: part.domain,
            kinds: part.kind,
            include_deleted: part.include_deleted,
            include_flags: part.include_flags,
            exclude_flags: part.exclude_flags,
            keywords: part.keywords,
            any_keyword: part.keyword_match == Some(KeywordMatch::Any),
            fields: part.keyword_fields.into_iter().map(field).collect(),
            properties: part.properties.into_iter().map(wanted).collect(),
            sub: part.sub_criteria.into_iter().map(Self::from).collect(),
            exclude: part.exclude,
            required: part.required,
        }
    }
}
