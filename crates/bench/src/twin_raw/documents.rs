//! The documents, as structs that serde writes. What is the same in every document is kept as text, taken at the start
//! from Portico's own answers: it is Portico's to word.

mod made;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// One of a resource's collections, but for its address.
#[derive(Debug, Deserialize)]
struct Kind {
    #[serde(rename = "@id")]
    iri: String,
    #[serde(rename = "@type")]
    types: Box<RawValue>,
    title: Box<RawValue>,
    manages: Box<RawValue>,
    #[serde(rename = "memberAssertion")]
    member_assertion: Box<RawValue>,
}

impl Kind {
    /// The last segment of the address.
    fn name(&self) -> &str {
        self.iri.rsplit_once('/').map_or("", |(_, name)| name)
    }

    fn of<'a>(&'a self, owner: &str) -> Collection<'a> {
        Collection {
            iri: format!("{owner}/{}", self.name()),
            types: &self.types,
            title: &self.title,
            manages: &self.manages,
            member_assertion: &self.member_assertion,
        }
    }
}

/// What is the same in every customer, or in every portal user.
#[derive(Debug, Deserialize)]
struct Item {
    #[serde(rename = "@context")]
    context: String,
    #[serde(rename = "@type")]
    types: Box<RawValue>,
    collection: Vec<Kind>,
    operation: Box<RawValue>,
}

/// What is the same in every page.
#[derive(Debug, Deserialize)]
struct Pages {
    #[serde(rename = "@context")]
    context: String,
    #[serde(rename = "@type")]
    types: Box<RawValue>,
    member: Vec<MemberPart>,
    search: SearchPart,
    manages: Box<RawValue>,
    #[serde(rename = "memberAssertion")]
    member_assertion: Box<RawValue>,
    operation: Box<RawValue>,
}

#[derive(Debug, Deserialize)]
struct MemberPart {
    #[serde(rename = "@type")]
    types: Box<RawValue>,
}

#[derive(Debug, Deserialize)]
struct SearchPart {
    template: String,
    mapping: Box<RawValue>,
}

/// What is the same in every document.
#[derive(Debug)]
pub struct Constants {
    base: String,
    customer: Item,
    user: Item,
    page: Pages,
    member: Box<RawValue>,
    variables: String,
}

#[derive(Debug, Serialize)]
struct Collection<'a> {
    #[serde(rename = "@id")]
    iri: String,
    #[serde(rename = "@type")]
    types: &'a RawValue,
    title: &'a RawValue,
    manages: &'a RawValue,
    #[serde(rename = "memberAssertion")]
    member_assertion: &'a RawValue,
}

/// A customer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Customer<'a> {
    #[serde(rename = "@context")]
    context: &'a str,
    #[serde(rename = "@id")]
    iri: String,
    #[serde(rename = "@type")]
    types: &'a RawValue,
    name: &'a str,
    display_name: &'a str,
    portal_users: String,
    named_queries: String,
    origin_strategies: String,
    auth_services: String,
    roles: String,
    queue: String,
    spaces: String,
    keys: String,
    storage: String,
    all_images: String,
    delete_images: String,
    retry_images: String,
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    children: String,
    administration: String,
    activation: String,
    r#move: String,
    disable: String,
    entitlements: String,
    effective_entitlements: String,
    entitlement_groups: String,
    effective_entitlement_groups: String,
    eula: String,
    user_roles: String,
    logo: String,
    properties: String,
    data: String,
    created: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    administrator: Option<bool>,
    collection: Vec<Collection<'a>>,
    operation: &'a RawValue,
}

/// A portal user by itself.
#[derive(Debug, Serialize)]
pub struct PortalUser<'a> {
    #[serde(rename = "@context")]
    context: &'a str,
    #[serde(rename = "@id")]
    iri: String,
    #[serde(rename = "@type")]
    types: &'a RawValue,
    email: &'a str,
    created: DateTime<Utc>,
    roles: String,
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mobile: Option<&'a str>,
    customer: String,
    keys: String,
    sessions: String,
    customers: String,
    collection: Vec<Collection<'a>>,
    operation: &'a RawValue,
}

impl PortalUser<'_> {
    /// Its address.
    pub fn iri(&self) -> &str {
        &self.iri
    }
}

/// A portal user on a page.
#[derive(Debug, Serialize)]
struct Member<'a> {
    #[serde(rename = "@id")]
    iri: String,
    #[serde(rename = "@type")]
    types: &'a RawValue,
    email: &'a str,
    created: DateTime<Utc>,
    roles: String,
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mobile: Option<&'a str>,
    customer: &'a str,
    keys: String,
    sessions: String,
    customers: String,
}

/// A page of portal users.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<'a> {
    #[serde(rename = "@context")]
    context: &'a str,
    #[serde(rename = "@id")]
    iri: &'a str,
    #[serde(rename = "@type")]
    types: &'a RawValue,
    total_items: u64,
    member: Vec<Member<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    view: View,
    search: Search<'a>,
    manages: &'a RawValue,
    member_assertion: &'a RawValue,
    operation: &'a RawValue,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    #[serde(rename = "@id")]
    iri: String,
    #[serde(rename = "@type")]
    class: &'static str,
    first: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    last: String,
    page: u64,
    page_size: u64,
    total_pages: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Search<'a> {
    #[serde(rename = "@type")]
    class: &'static str,
    template: String,
    variable_representation: &'static str,
    mapping: &'a RawValue,
}

/// Which page is written.
#[derive(Debug)]
pub struct PageView<'a> {
    /// Path and query, as they came.
    pub request: &'a str,
    /// The number of the page.
    pub page: u64,
    /// How many portal users there are.
    pub total: u64,
    /// How many a page has.
    pub size: u64,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A page, with what its members refer to.
#[derive(Debug)]
pub struct Owned {
    customer: String,
    iri: String,
}
