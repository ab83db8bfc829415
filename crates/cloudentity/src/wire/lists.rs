//! Lists, and what is told of grants.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::query::Paging;

/// Part of a list.
#[derive(Debug, Serialize)]
pub struct ListPart<T> {
    /// The members.
    pub data: Vec<T>,
    /// Where in the list they are.
    pub paging: Paging,
}

/// The name of a customer.
#[derive(Debug, Serialize)]
pub struct Identified<'a> {
    /// The name in addresses.
    pub cid: &'a str,
}

/// The entitlements of a customer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnEntitlements {
    /// Those that it was granted by themselves.
    pub entitlements: Vec<String>,
    /// Those that have effect, groups unwrapped.
    pub complete_entitlements: Vec<String>,
}

/// The entitlement groups of a customer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnGroups {
    /// Those that it was granted.
    pub groups: Vec<String>,
    /// Those that have effect.
    pub complete_groups: BTreeSet<String>,
}
