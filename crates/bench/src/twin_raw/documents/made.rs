//! The documents, made of rows and of what is the same in all.

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};

use super::super::statements::{CustomerRow, UserRow};
use super::*;
use crate::capture::{self, Captured};

impl Constants {
    /// Takes them from Portico's answers.
    pub fn new(captured: &[Captured], base: &str) -> Result<Self> {
        let mut page: Pages = serde_json::from_slice(&capture::of(captured, "first-page")?.body)?;
        let member = page.member.pop().context("a page has members")?.types;
        page.member.clear();
        let variables = page.search.template.find('{').context("a search has variables")?;
        Ok(Self {
            base: base.to_owned(),
            customer: serde_json::from_slice(&capture::of(captured, "customer")?.body)?,
            user: serde_json::from_slice(&capture::of(captured, "portal-user")?.body)?,
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
