//! The attributes of a customer that lists are filtered and sorted by, as clients call them.

use resource::customers::listed::Attribute;

/// Those that have one value.
const SCALARS: &[(&str, Attribute)] = &[
    ("cid", Attribute::Name),
    ("uuid", Attribute::Uuid),
    ("customerAlias", Attribute::Alias),
    ("customerName", Attribute::DisplayName),
    ("status", Attribute::Status),
    ("mfaMethod", Attribute::MfaMethod),
    ("allowPublicRegistration", Attribute::AllowPublicRegistration),
    ("eulaAutomaticApproval", Attribute::EulaAutomaticApproval),
    ("eulaRevision", Attribute::EulaRevision),
    ("eulaOrgRequiredRevision", Attribute::EulaRequired),
    ("eulaOrgApprovedRevision", Attribute::EulaApproved),
    ("eulaOrgApprovedBy", Attribute::EulaApprovedBy),
    ("eulaOrgApprovedDate", Attribute::EulaApprovedAt),
    ("activationDate", Attribute::Activated),
    ("recordCreated", Attribute::Created),
    ("recordCreator", Attribute::CreatedBy),
    ("recordUpdated", Attribute::Updated),
    ("recordUpdater", Attribute::UpdatedBy),
];

/// Those that have several.
const ARRAYS: &[(&str, Attribute)] = &[
    ("adminEmails", Attribute::AdminEmails),
    ("customerDomains", Attribute::CustomerDomains),
    ("entitlements", Attribute::Entitlements),
];

/// The attribute of this name that has one value.
pub fn scalar(name: &str) -> Option<Attribute> {
    find(SCALARS, name)
}

/// The attribute of this name.
pub fn any(name: &str) -> Option<Attribute> {
    scalar(name).or_else(|| find(ARRAYS, name))
}

fn find(attributes: &[(&str, Attribute)], name: &str) -> Option<Attribute> {
    attributes.iter().find(|(known, _)| *known == name).map(|(_, attribute)| *attribute)
}
