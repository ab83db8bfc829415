//! Portal users, as they are told after their list has changed.

use resource::people::person::Person;
use resource::rights::grants::OwnGrants;
use serde::Serialize;

use super::flag;

/// A portal user. Of the attributes that this interface knows, those that are kept here.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WireUser<'a> {
    uuid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    customers: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    entitlements: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    entitlement_groups: &'a [String],
    default_email: &'a str,
    identifier_emails: [&'a str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    default_mobile: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifier_mobiles: Option<[&'a str; 1]>,
    status: &'static str,
    eula_approval: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    eula_revision: Option<&'a str>,
}

impl<'a> WireUser<'a> {
    /// A portal user with what they were granted and the names of the customers that they can switch to.
    pub fn new(person: &'a Person, owned: &'a OwnGrants, customers: &'a [String]) -> Self {
        let mobile = person.mobile.as_deref();
        Self {
            uuid: person.uuid.to_string(),
            uid: person.uid.as_deref(),
            customer: person.customer.as_deref(),
            customers,
            entitlements: &owned.entitlements,
            entitlement_groups: &owned.groups,
            default_email: &person.email,
            identifier_emails: [&person.email],
            default_mobile: mobile,
            identifier_mobiles: mobile.map(|mobile| [mobile]),
            status: if person.enabled { "active" } else { "inactive" },
            eula_approval: flag(person.eula_approval),
            eula_revision: person.eula_revision.as_deref(),
        }
    }
}
