//! Domains, as a class.

use hydra::query::Query;
use hydra::{Found, Page};
use vocab::{Domain, DomainKey, EntryPoint, EntryPointKey};

use crate::customers::domain;
use crate::{Cx, Error, Members, Resource, Result, paging};

fn found(row: domain::Domain) -> Found<Domain> {
    Found::as_shown(DomainKey { domain: row.id }, Domain { name: row.name })
}

impl Resource for Domain {
    async fn fetch(cx: &Cx<'_>, key: &DomainKey) -> Result<Found<Self>> {
        let theirs = domain::list(cx).await?;
        theirs.into_iter().find(|domain| domain.id == key.domain).map(found).ok_or(Error::NotFound)
    }
}

/// The domains of the customers that the caller sees.
#[derive(Debug)]
pub struct Domains;

impl Members for Domains {
    type Owner = EntryPoint;
    type Member = Domain;
    const LINK: &'static str = "domains";

    async fn list(cx: &Cx<'_>, _: &EntryPointKey, query: &Query) -> Result<Page<Domain>> {
        paging::slice(query, domain::list(cx).await?, |domain| domain.id.0, found)
    }
}
