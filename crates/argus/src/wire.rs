//! The models, as they stand on the wire.

use serde::Serialize;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

/// A domain.
#[derive(Debug, Clone, Serialize)]
pub struct DomainInfo {
    pub id: i64,
    pub name: String,
}

/// A customer that something refers to.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerInfo {
    pub id: i64,
    pub name: String,
    pub short_name: String,
    pub domain: DomainInfo,
}

/// Somebody.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserInfo {
    pub id: i64,
    pub short_name: String,
    pub name: String,
    pub domain: DomainInfo,
    pub customer: Option<CustomerInfo>,
    pub r#type: &'static str,
}

/// A time zone.
#[derive(Debug, Clone, Serialize)]
pub struct TimeZone {
    pub name: String,
    pub description: String,
}

/// A customer, for those who administer.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AdminCustomer {
    pub id: i64,
    pub name: String,
    pub short_name: String,
    pub domain: DomainInfo,
    pub flags: Vec<&'static str>,
    pub r#type: &'static str,
    pub time_zone: TimeZone,
    pub created_by_user: Option<UserInfo>,
    pub created_timestamp: i64,
    pub last_updated_by_user: Option<UserInfo>,
    pub last_updated_timestamp: i64,
    pub deleted_timestamp: Option<i64>,
    pub deleted_by_user: Option<UserInfo>,
    pub language: &'static str,
    pub parent: Option<CustomerInfo>,
}

/// A customer, for those who look.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BasicCustomer {
    pub id: i64,
    pub name: String,
    pub short_name: String,
    pub domain: DomainInfo,
    pub flags: Vec<&'static str>,
    pub r#type: &'static str,
    pub language: &'static str,
}

/// A role that somebody has for a customer.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerUserRole {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerInfo>,
    pub role: String,
    pub user: UserInfo,
}

/// A property of a customer.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerProperty {
    pub key: String,
    pub value: Option<Json>,
    pub default_value: Option<Json>,
    pub default: bool,
    pub r#type: &'static str,
    pub section: String,
    pub last_updated_timestamp: Option<i64>,
    pub last_updated_by_user: Option<UserInfo>,
}

/// What is known of a property.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PropertyDescriptor {
    pub id: Uuid,
    pub key: String,
    pub name: String,
    pub description: Option<String>,
    pub localized_name: String,
    pub localized_description: Option<String>,
    pub localized_names: Map<String, Json>,
    pub localized_descriptions: Map<String, Json>,
    pub section: String,
    pub section_index: i64,
    pub r#type: &'static str,
    pub default_value: Option<Json>,
    pub schema: Option<Json>,
    pub ui_schema: Option<Json>,
    pub hidden: bool,
    pub externally_managed: bool,
    pub deprecated: bool,
    pub read_function: String,
    pub write_function: String,
    pub created_by_user: Option<UserInfo>,
    pub created_timestamp: i64,
    pub last_updated_by_user: Option<UserInfo>,
    pub last_updated_timestamp: i64,
}

/// A value that can be chosen.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EnumEntry {
    pub id: Uuid,
    pub value: String,
    pub localized_value: String,
    pub localized_values: Map<String, Json>,
    pub localized_description: Option<String>,
    pub localized_descriptions: Map<String, Json>,
}

/// Who is signed in.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    pub user: Option<UserInfo>,
    pub customer: Option<CustomerInfo>,
    pub functions: Vec<&'static str>,
    pub expiration_timestamp: Option<i64>,
}

/// An authorisation for one act.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Authorization {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization: Option<String>,
    pub operation: String,
    pub context: Map<String, Json>,
    pub expiration_timestamp: i64,
}
