//! What the faces say of the same thing in their own words: one row for each field that two of them share.
//!
//! What no row names is told by one face alone, or is by contract another thing there:
//! - The state of a customer is one of four. Argus tells of `disabled` and no other (its contract, §3), Cloudentity of
//!   `active` and no other (its contract, §2): so there are two rows for it.
//! - Who wrote is, in Argus, a user who is still there (its contract, §3: `UserInfo|null`); elsewhere it is their
//!   identity, for good.
//! - A portal user's groups are in hypermedia portal roles alone (decision 0005).

use chrono::DateTime;
use serde_json::{Value, json};

/// Where something is in a representation, and how it becomes what all faces mean by it.
pub type Place = Option<(&'static str, fn(&Value) -> Value)>;

/// A field that faces share.
pub struct Field {
    /// What the model calls it.
    pub name: &'static str,
    /// Where it is: in hypermedia, in Argus, in Cloudentity.
    places: [Place; 3],
}

impl Field {
    /// What each face that has it says.
    pub fn read(&self, faces: &[Option<Value>; 3]) -> Vec<(usize, Value)> {
        let told = self.places.iter().zip(faces).enumerate();
        told.filter_map(|(face, (place, seen))| {
            let ((pointer, convert), seen) = (place.as_ref()?, seen.as_ref()?);
            Some((face, convert(seen.pointer(pointer).unwrap_or(&Value::Null))))
        })
        .collect()
    }
}

const fn at(pointer: &'static str) -> Place {
    Some((pointer, Value::clone))
}

const fn via(pointer: &'static str, convert: fn(&Value) -> Value) -> Place {
    Some((pointer, convert))
}

const NOWHERE: Place = None;

const fn field(name: &'static str, hydra: Place, argus: Place, cloudentity: Place) -> Field {
    Field { name, places: [hydra, argus, cloudentity] }
}

/// The fields of a customer.
#[rustfmt::skip]
pub const OF_CUSTOMER: &[Field] = &[
    field("id", via("/customer/@id", number), at("/customer/id"), NOWHERE),
    field("uuid", at("/administration/uuid"), NOWHERE, at("/customer/uuid")),
    field("name", at("/customer/name"), at("/customer/shortName"), at("/customer/cid")),
    field("displayName", at("/customer/displayName"), at("/customer/name"), at("/customer/customerName")),
    field("alias", at("/administration/alias"), NOWHERE, at("/customer/customerAlias")),
    field("active", via("/administration/status", is_active), NOWHERE, via("/customer/status", is_active)),
    field("disabled", via("/administration/status", is_disabled), via("/customer/flags", has_disabled), NOWHERE),
    field("activeToo", via("/activation/status", is_active), NOWHERE, via("/customer/status", is_active)),
    field("activated", via("/activation/activated", instant), NOWHERE, via("/customer/activationDate", instant)),
    field("disabledAt", via("/administration/disabled", instant), at("/customer/deletedTimestamp"), NOWHERE),
    field("disabledBy", at("/present/disabledBy"), at("/writers/deletedByUser"), NOWHERE),
    field("kind", at("/customer/kind"), at("/customer/type"), NOWHERE),
    field("parent", via("/customer/parent", number), at("/customer/parent/id"), NOWHERE),
    field("children", via("/children/member", numbers), via("/children", set), NOWHERE),
    field("domain", via("/administration/domain", number), at("/customer/domain/id"), NOWHERE),
    field("language", at("/administration/language"), at("/customer/language"), NOWHERE),
    field("timeZone", at("/administration/timeZone"), at("/customer/timeZone/name"), NOWHERE),
    field("flags", via("/administration/flags", set), via("/customer/flags", flags), NOWHERE),
    field("metadata", at("/administration/metadata"), NOWHERE, at("/customer/metadata")),
    field("adminEmails", via("/administration/adminEmails", set), NOWHERE, via("/customer/adminEmails", set)),
    field("customerDomains", via("/administration/customerDomains", set), NOWHERE, via("/customer/customerDomains", set)),
    field("mfaMethod", at("/administration/mfaMethod"), NOWHERE, at("/customer/mfaMethod")),
    field("allowPublicRegistration", at("/administration/allowPublicRegistration"), NOWHERE, via("/customer/allowPublicRegistration", parsed)),
    field("eulaAutomaticApproval", at("/administration/eulaAutomaticApproval"), NOWHERE, via("/customer/eulaAutomaticApproval", parsed)),
    field("eulaRevision", at("/administration/eulaRevision"), NOWHERE, at("/customer/eulaRevision")),
    field("eulaRequired", at("/eula/revision"), NOWHERE, at("/customer/eulaOrgRequiredRevision")),
    field("eulaApproved", at("/eula/approvedRevision"), NOWHERE, at("/customer/eulaOrgApprovedRevision")),
    field("created", via("/customer/created", instant), at("/customer/createdTimestamp"), via("/customer/recordCreated", instant)),
    field("createdBy", at("/administration/createdBy"), NOWHERE, at("/customer/recordCreator")),
    field("createdByUser", at("/present/createdBy"), at("/writers/createdByUser"), NOWHERE),
    field("updated", via("/administration/updated", instant), at("/customer/lastUpdatedTimestamp"), via("/customer/recordUpdated", instant)),
    field("updatedBy", at("/administration/updatedBy"), NOWHERE, at("/customer/recordUpdater")),
    field("updatedByUser", at("/present/updatedBy"), at("/writers/lastUpdatedByUser"), NOWHERE),
    field("entitlements", via("/entitlements/member", names), NOWHERE, via("/entitlements/entitlements", set)),
    field("entitlementsToo", via("/entitlements/member", names), NOWHERE, via("/customer/entitlements", set)),
    field("effectiveEntitlements", via("/effectiveEntitlements/member", names), NOWHERE, via("/entitlements/completeEntitlements", set)),
    field("entitlementGroups", via("/entitlementGroups/member", names), NOWHERE, via("/groups/groups", set)),
    field("effectiveEntitlementGroups", via("/effectiveEntitlementGroups/member", names), NOWHERE, via("/groups/completeGroups", set)),
    field("userRoles", at("/roles"), at("/roles"), NOWHERE),
];

/// The fields of a portal user. Argus tells of those alone who are signed in.
#[rustfmt::skip]
pub const OF_PERSON: &[Field] = &[
    field("uuid", via("/user/@id", last), NOWHERE, at("/user/uuid")),
    field("email", at("/user/email"), NOWHERE, at("/user/defaultEmail")),
    field("emailToo", at("/user/email"), NOWHERE, at("/user/identifierEmails/0")),
    field("uid", at("/user/uid"), NOWHERE, at("/user/uid")),
    field("mobile", at("/user/mobile"), NOWHERE, at("/user/defaultMobile")),
    field("enabled", at("/user/enabled"), NOWHERE, via("/user/status", is_active)),
    field("shortName", at("/shortName"), at("/user/shortName"), NOWHERE),
    field("home", at("/home"), at("/user/customer/shortName"), at("/user/customer")),
    field("roles", via("/roles/member", names), NOWHERE, via("/user/entitlementGroups", portal_roles)),
    field("customers", via("/customers/member", names), NOWHERE, via("/user/customers", set)),
    field("customersWhole", via("/customers/member", hydra_customers), NOWHERE, via("/customers/data", cloudentity_customers)),
    field("approvedRevision", at("/eula/approvedRevision"), NOWHERE, at("/eula/approvedRevision")),
    field("requiredRevision", at("/eula/requiredRevision"), NOWHERE, at("/eula/requiredRevision")),
    field("eulaRequired", at("/eula/eulaRequired"), NOWHERE, at("/eula/eulaRequired")),
];

/// Members in order; none where there is no list.
pub fn set(seen: &Value) -> Value {
    let mut members = seen.as_array().cloned().unwrap_or_default();
    members.sort_by_key(|member| member.as_i64().map_or_else(|| member.to_string(), |number| format!("{number:020}")));
    members.into()
}

fn mapped(seen: &Value, convert: impl Fn(&Value) -> Value) -> Value {
    set(&seen.as_array().into_iter().flatten().map(convert).collect())
}

fn names(seen: &Value) -> Value {
    mapped(seen, |member| member["name"].clone())
}

fn numbers(seen: &Value) -> Value {
    mapped(seen, |member| number(&member["@id"]))
}

/// The last part of an address.
pub fn last(seen: &Value) -> Value {
    seen.as_str().and_then(|text| text.rsplit('/').next()).into()
}

fn number(seen: &Value) -> Value {
    last(seen).as_str().and_then(|text| text.parse::<i64>().ok()).into()
}

/// An instant in milliseconds, the finest that all faces tell.
fn instant(seen: &Value) -> Value {
    let text = seen.as_str().map(|text| DateTime::parse_from_rfc3339(text).expect("it is an instant"));
    text.map(|instant| instant.timestamp_millis()).into()
}

/// What a text of JSON says.
fn parsed(seen: &Value) -> Value {
    seen.as_str().map_or(Value::Null, |text| serde_json::from_str(text).expect("it is JSON"))
}

fn is_active(seen: &Value) -> Value {
    json!(seen == "active")
}

fn is_disabled(seen: &Value) -> Value {
    json!(seen == "disabled")
}

fn has_disabled(seen: &Value) -> Value {
    json!(seen.as_array().is_some_and(|flags| flags.iter().any(|flag| flag == "disabled")))
}

fn flags(seen: &Value) -> Value {
    set(&seen.as_array().into_iter().flatten().filter(|flag| *flag != "disabled").cloned().collect())
}

fn portal_roles(seen: &Value) -> Value {
    set(&seen
        .as_array()
        .into_iter()
        .flatten()
        .filter(|group| *group == "admin" || *group == "readonly")
        .cloned()
        .collect())
}

fn hydra_customers(seen: &Value) -> Value {
    mapped(seen, |member| json!([member["name"], member["alias"], member["displayName"]]))
}

fn cloudentity_customers(seen: &Value) -> Value {
    mapped(seen, |member| json!([member["cid"], member["customerAlias"], member["customerName"]]))
}
