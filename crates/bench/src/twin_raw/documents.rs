//! The documents, as structs that serde writes. What is the same in every document is kept as text, taken at the start
//! from Portico's own answers: it is Portico's to word.

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::queries::{CustomerRow, UserRow};
use crate::capture::{self, Captured};

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

impl Constants {
    /// Takes them from Portico's answers.
    pub fn new(captured: &[Captured], base: &str) -> Result<Self> {
        let mut page: Pages = serde_json::from_str(&capture::of(captured, "first-page")?.body)?;
        let member = page.member.pop().context("a page has members")?.types;
        page.member.clear();
        let variables = page.search.template.find('{').context("a search has variables")?;
        Ok(Self {
            base: base.to_owned(),
            customer: serde_json::from_str(&capture::of(captured, "customer")?.body)?,
            user: serde_json::from_str(&capture::of(captured, "portal-user")?.body)?,
            variables: page.search.template[variables..].to_owned(),
            page,
            member,
        })
    }

    /// A customer as a document.
    pub fn customer<'a>(&'a self, row: &'a CustomerRow) -> Customer<'a> {
        let (id, name, display_name, administrator, created, _version, kind, parent) = row;
        let iri = format!("{}/customers/{id}", self.base);
        Customer {
            context: &self.customer.context,
            types: &self.customer.types,
            name,
            display_name,
            portal_users: format!("{iri}/portalUsers"),
            named_queries: format!("{iri}/namedQueries"),
            origin_strategies: format!("{iri}/originStrategies"),
            auth_services: format!("{iri}/authServices"),
            roles: format!("{iri}/roles"),
            queue: format!("{iri}/queue"),
            spaces: format!("{iri}/spaces"),
            keys: format!("{iri}/keys"),
            storage: format!("{iri}/storage"),
            all_images: format!("{iri}/allImages"),
            delete_images: format!("{iri}/deleteImages"),
            retry_images: format!("{iri}/retryImages"),
            kind,
            parent: parent.map(|parent| format!("{}/customers/{parent}", self.base)),
            children: format!("{iri}/children"),
            administration: format!("{iri}/administration"),
            activation: format!("{iri}/activation"),
            r#move: format!("{iri}/move"),
            disable: format!("{iri}/disable"),
            entitlements: format!("{iri}/entitlements"),
            effective_entitlements: format!("{iri}/effectiveEntitlements"),
            entitlement_groups: format!("{iri}/entitlementGroups"),
            effective_entitlement_groups: format!("{iri}/effectiveEntitlementGroups"),
            eula: format!("{iri}/eula"),
            user_roles: format!("{iri}/userRoles"),
            logo: format!("{iri}/logo"),
            properties: format!("{iri}/properties"),
            data: format!("{iri}/data"),
            created: instant(*created),
            administrator: administrator.then_some(true),
            collection: self.customer.collection.iter().map(|kind| kind.of(&iri)).collect(),
            operation: &self.customer.operation,
            iri,
        }
    }

    /// A portal user as a document.
    pub fn portal_user<'a>(&'a self, customer: i64, row: &'a UserRow) -> PortalUser<'a> {
        let (_id, uuid, email, enabled, uid, mobile, created, _version) = row;
        let customer = format!("{}/customers/{customer}", self.base);
        let iri = format!("{customer}/portalUsers/{uuid}");
        PortalUser {
            context: &self.user.context,
            types: &self.user.types,
            email,
            created: instant(*created),
            roles: format!("{iri}/roles"),
            enabled: *enabled,
            uid: uid.as_deref(),
            mobile: mobile.as_deref(),
            customer,
            keys: format!("{iri}/keys"),
            sessions: format!("{iri}/sessions"),
            customers: format!("{iri}/customers"),
            collection: self.user.collection.iter().map(|kind| kind.of(&iri)).collect(),
            operation: &self.user.operation,
            iri,
        }
    }

    /// The addresses that a page refers to.
    pub fn owned(&self, customer: i64) -> Owned {
        let customer = format!("{}/customers/{customer}", self.base);
        Owned { iri: format!("{customer}/portalUsers"), customer }
    }

    /// A page as a document.
    pub fn page<'a>(&'a self, owned: &'a Owned, view: &PageView<'_>, rows: &'a [UserRow]) -> Page<'a> {
        let iri = owned.iri.as_str();
        let at = |page: u64| format!("{iri}?page={page}");
        let pages = view.total.div_ceil(view.size).max(1);
        let next = view.next.as_ref().map(|after| format!("{iri}?page={}&after={after}", view.page + 1));
        let bare = !view.request.contains('?');
        Page {
            context: &self.page.context,
            iri,
            types: &self.page.types,
            total_items: view.total,
            member: rows.iter().map(|row| self.member(owned, row)).collect(),
            next: next.clone().filter(|_| bare),
            view: View {
                iri: if bare { at(1) } else { format!("{}{}", self.base, view.request) },
                class: "PartialCollectionView",
                first: at(1),
                previous: (view.page > 1).then(|| at(view.page - 1)),
                next,
                last: at(pages),
                page: view.page,
                page_size: view.size,
                total_pages: pages,
            },
            search: Search {
                class: "IriTemplate",
                template: format!("{iri}{}", self.variables),
                variable_representation: "BasicRepresentation",
                mapping: &self.page.search.mapping,
            },
            manages: &self.page.manages,
            member_assertion: &self.page.member_assertion,
            operation: &self.page.operation,
        }
    }

    /// A portal user on a page.
    fn member<'a>(&'a self, owned: &'a Owned, row: &'a UserRow) -> Member<'a> {
        let (_id, uuid, email, enabled, uid, mobile, created, _version) = row;
        let iri = format!("{}/{uuid}", owned.iri);
        Member {
            types: &self.member,
            email,
            created: instant(*created),
            roles: format!("{iri}/roles"),
            enabled: *enabled,
            uid: uid.as_deref(),
            mobile: mobile.as_deref(),
            customer: &owned.customer,
            keys: format!("{iri}/keys"),
            sessions: format!("{iri}/sessions"),
            customers: format!("{iri}/customers"),
            iri,
        }
    }
}

fn instant(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}
