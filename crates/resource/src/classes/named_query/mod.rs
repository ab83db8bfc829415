//! Named queries: a customer's own are its to change; those shared with all are looked at by the others.

mod matches;
mod template;

use hydra::query::Query;
use hydra::{Address, Found, Link, Page};
use store::Transaction;
use store::named_query as rows;
use vocab::value::{CustomerId, NamedQueryId, QueryName, QueryTemplate};
use vocab::{Customer, CustomerKey, NamedQuery, NamedQueryInput, NamedQueryKey};

pub use matches::{MOST, Matches, NamedImages, matches};

use crate::classes::kept::{self, Kept, Subject, verbs};
use crate::columns::required;
use crate::cx::instant;
use crate::number::Named;
use crate::{Created, Cx, Error, Members, New, Result};

impl Kept for NamedQuery {
    type Row = rows::NamedQuery;

    fn customer(key: &NamedQueryKey) -> CustomerId {
        key.customer
    }

    fn identity(key: &NamedQueryKey) -> uuid::Uuid {
        key.named_query.0
    }

    async fn row(cx: &Cx<'_>, key: &NamedQueryKey) -> Result<Option<rows::NamedQuery>> {
        let tenant = cx.tenant(key.customer)?;
        Ok(rows::find(&cx.scope(), tenant, key.named_query.0).await?)
    }

    fn found(_: &Cx<'_>, customer: CustomerId, row: rows::NamedQuery) -> Result<Found<Self>> {
        Ok(Found {
            key: NamedQueryKey { customer, named_query: NamedQueryId(row.uuid) },
            version: row.version,
            value: Self {
                name: QueryName::trusted(row.name),
                global: row.shared,
                template: QueryTemplate::trusted(row.template),
                created: instant(row.created_at),
                manifest: Address::default(),
                images: Link::default(),
                customer: Link::default(),
                foreign: row.customer != customer.number(),
            },
        })
    }

    async fn state(
        cx: &Cx<'_>,
        _: &Transaction,
        subject: Subject<'_, Self>,
        input: NamedQueryInput,
    ) -> Result<rows::State> {
        let kept = subject.kept();
        let shared = input.global.value().unwrap_or(kept.is_some_and(|row| row.shared));
        let was_shared = subject.old.is_some_and(|row| row.shared);
        if shared != was_shared && !cx.actor.everything {
            return Err(Error::Forbidden);
        }
        Ok(rows::State {
            name: required(input.name.value().map(String::from).or(kept.map(|row| row.name.clone())), "name")?,
            shared,
            template: required(
                input.template.value().map(String::from).or(kept.map(|row| row.template.clone())),
                "template",
            )?,
        })
    }

    fn check_writable(customer: CustomerId, row: &rows::NamedQuery) -> Result<()> {
        if row.customer == customer.number() { Ok(()) } else { Err(Error::Forbidden) }
    }
}

verbs!(NamedQuery);

/// The named queries that a customer can use.
#[derive(Debug)]
pub struct NamedQueries;

impl Members for NamedQueries {
    type Owner = Customer;
    type Member = NamedQuery;
    const LINK: &'static str = "namedQueries";

    async fn list(cx: &Cx<'_>, owner: &CustomerKey, query: &Query) -> Result<Page<NamedQuery>> {
        kept::list(cx, owner.customer, query).await
    }

    async fn create(cx: &Cx<'_>, owner: &CustomerKey, new: New<NamedQuery>) -> Result<Created<NamedQuery>> {
        let key = NamedQueryKey { customer: owner.customer, named_query: NamedQueryId(cx.uuid()) };
        NamedQuery::make(cx, &key, new.input).await
    }
}
