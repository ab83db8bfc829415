//! Customers: as they are told, as they are made and changed.

use hydra::Given;
use resource::customers::record::{CustomerChange, CustomerDraft, Record};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use vocab::value::{MfaMethod, Name};

use super::{JsonMembers, flag, instant};
use crate::error::Fault;

/// A customer, whole.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Retrieved<'a> {
    cid: &'a str,
    uuid: String,
    customer_alias: &'a str,
    customer_name: &'a str,
    eula_revision: &'a str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mfa_method: Option<MfaMethod>,
    allow_public_registration: &'static str,
    eula_automatic_approval: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    admin_emails: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    customer_domains: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Map<String, Json>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    entitlements: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    activation_date: Option<String>,
    record_created: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    record_creator: Option<&'a str>,
    record_updated: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    record_updater: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    eula_org_approved_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    eula_org_approved_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    eula_org_approved_revision: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    eula_org_required_revision: Option<&'a str>,
}

/// Whether it is active; there is nothing between yes and no here.
fn status(record: &Record) -> &'static str {
    if record.is_active() { "active" } else { "inactive" }
}

impl<'a> Retrieved<'a> {
    /// A customer with the entitlements that it was granted.
    pub fn new(record: &'a Record, entitlements: &'a [String]) -> Self {
        Self {
            cid: &record.name,
            uuid: record.uuid.to_string(),
            customer_alias: &record.alias,
            customer_name: &record.display_name,
            eula_revision: &record.eula_revision,
            status: status(record),
            mfa_method: record.mfa_method,
            allow_public_registration: flag(record.allow_public_registration),
            eula_automatic_approval: flag(record.eula_automatic_approval),
            admin_emails: &record.admin_emails,
            customer_domains: &record.customer_domains,
            metadata: record.metadata.as_ref().map(vocab::value::Metadata::object),
            entitlements,
            activation_date: record.activated.map(instant),
            record_created: instant(record.created),
            record_creator: record.created_by.as_deref(),
            record_updated: instant(record.updated),
            record_updater: record.updated_by.as_deref(),
            eula_org_approved_by: record.eula_approved_by.as_deref(),
            eula_org_approved_date: record.eula_approved_at.map(instant),
            eula_org_approved_revision: record.eula_approved.as_deref(),
            eula_org_required_revision: record.eula_required.as_deref(),
        }
    }
}

/// A customer in a list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListItem<'a> {
    cid: &'a str,
    uuid: String,
    customer_alias: &'a str,
    customer_name: &'a str,
    eula_revision: &'a str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mfa_method: Option<MfaMethod>,
}

impl<'a> From<&'a Record> for ListItem<'a> {
    fn from(record: &'a Record) -> Self {
        Self {
            cid: &record.name,
            uuid: record.uuid.to_string(),
            customer_alias: &record.alias,
            customer_name: &record.display_name,
            eula_revision: &record.eula_revision,
            status: status(record),
            mfa_method: record.mfa_method,
        }
    }
}

/// What a customer is called.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerNames<'a> {
    /// The name in addresses.
    pub cid: &'a str,
    /// The other unique name.
    pub customer_alias: &'a str,
    /// The name for people.
    pub customer_name: &'a str,
}

/// The new customer that a body describes.
///
/// # Errors
/// Every attribute that is missing or wrong.
pub fn creation(object: Map<String, Json>) -> Result<CustomerDraft, Fault> {
    let mut body = JsonMembers::new(object);
    let name: Option<Name> = body.required("cid");
    let alias = body.required("customerAlias");
    let display_name = body.required("customerName");
    let eula_revision = body.required("eulaRevision");
    let is_active = match body.given("status") {
        Given::Value(Json::String(status)) if status == "active" => true,
        Given::Value(Json::String(status)) if status == "inactive" => false,
        Given::Absent | Given::Null => false,
        Given::Value(_) => {
            body.refuse("status", "must be one of: active, inactive");
            false
        }
    };
    let rest = CustomerChange { alias, eula_revision, ..rest(&mut body) };
    match (name, display_name) {
        (Some(name), Some(display_name)) => {
            body.check()?;
            Ok(CustomerDraft { is_active, rest, ..CustomerDraft::new(name, display_name) })
        }
        _ => Err(body.fault()),
    }
}

/// The change that a body describes of a customer.
///
/// # Errors
/// Every attribute that cannot be removed or is wrong.
pub fn update(object: Map<String, Json>, record: &Record) -> Result<CustomerChange, Fault> {
    let mut body = JsonMembers::new(object);
    let same: Option<String> = body.kept("cid");
    if same.is_some_and(|name| !name.eq_ignore_ascii_case(&record.name)) {
        body.refuse("cid", "cannot be changed");
    }
    let change = CustomerChange {
        alias: body.kept("customerAlias"),
        display_name: body.kept("customerName"),
        eula_revision: body.kept("eulaRevision"),
        ..rest(&mut body)
    };
    body.check()?;
    Ok(change)
}

/// The attributes that need not be there.
fn rest(body: &mut JsonMembers) -> CustomerChange {
    CustomerChange {
        mfa_method: body.optional("mfaMethod"),
        allow_public_registration: body.flag("allowPublicRegistration"),
        eula_automatic_approval: body.flag("eulaAutomaticApproval"),
        admin_emails: body.array("adminEmails"),
        customer_domains: body.array("customerDomains"),
        metadata: body.metadata("metadata"),
        ..CustomerChange::default()
    }
}
