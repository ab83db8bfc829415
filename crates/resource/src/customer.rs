//! Customers: the name is fixed, the display name is theirs to change.

use hydra::query::Query;
use hydra::{Found, Given, Link, Page};
use store::customer::{self as rows, Eyes};
use store::{Operand, Tenant};
use vocab::value::{CustomerId, DisplayName, Name};
use vocab::{Customer, CustomerInput, CustomerKey, EntryPoint, EntryPointKey};

use crate::cx::instant;
use crate::record::{self, Draft};
use crate::{Created, Cx, Error, IfMatch, Members, New, Resource, Result, paging};

/// A customer as its class.
pub(crate) fn found(row: rows::Customer) -> Found<Customer> {
    Found {
        key: CustomerKey { customer: CustomerId(row.id) },
        version: row.version,
        value: Customer {
            name: Name::trusted(row.name),
            display_name: DisplayName::trusted(row.display_name),
            portal_users: Link::default(),
            named_queries: Link::default(),
            origin_strategies: Link::default(),
            auth_services: Link::default(),
            roles: Link::default(),
            queue: Link::default(),
            spaces: Link::default(),
            keys: Link::default(),
            storage: Link::default(),
            all_images: Link::default(),
            delete_images: Link::default(),
            created: instant(row.created_at),
            administrator: row.administrator.then_some(true),
        },
    }
}

async fn row(cx: &Cx<'_>, key: &CustomerKey) -> Result<rows::Customer> {
    let tenant = cx.tenant(key.customer)?;
    rows::find(&cx.scope(), tenant).await?.ok_or(Error::NotFound)
}

/// Writes a customer as a change makes it; begins again when somebody else was faster.
async fn write(cx: &Cx<'_>, key: &CustomerKey, input: &CustomerInput, on: &IfMatch) -> Result<Found<Customer>> {
    loop {
        let mut row = row(cx, key).await?;
        on.check(row.version)?;
        if let Given::Value(name) = &input.name
            && name.as_str() != row.name
        {
            return Err(Error::invalid("name", "is fixed once the customer exists; only displayName can be changed"));
        }
        if let Given::Value(display_name) = &input.display_name {
            display_name.as_str().clone_into(&mut row.display_name);
        }
        let transaction = cx.scope().begin().await?;
        if let Some(row) = rows::update(&transaction, &row, cx.micros()).await? {
            transaction.commit().await?;
            return Ok(found(row));
        }
    }
}

impl Resource for Customer {
    async fn fetch(cx: &Cx<'_>, key: &CustomerKey) -> Result<Found<Self>> {
        row(cx, key).await.map(found)
    }

    /// There is nothing to create here: numbers are given by the service.
    async fn replace(cx: &Cx<'_>, key: &CustomerKey, new: CustomerInput, on: &IfMatch) -> Result<Created<Self>> {
        Ok(Created { found: write(cx, key, &new, on).await?, new: false })
    }

    async fn update(cx: &Cx<'_>, key: &CustomerKey, change: CustomerInput, on: &IfMatch) -> Result<Found<Self>> {
        write(cx, key, &change, on).await
    }
}

/// The customers that the caller may see.
#[derive(Debug)]
pub struct Customers;

impl Members for Customers {
    type Owner = EntryPoint;
    type Member = Customer;
    const LINK: &'static str = "customers";

    async fn list(cx: &Cx<'_>, _owner: &EntryPointKey, query: &Query) -> Result<Page<Customer>> {
        let eyes = match (cx.actor.user, cx.actor.home) {
            _ if cx.actor.sees_all() => Eyes::All,
            (Some(user), _) => Eyes::User(user.id),
            // A service without a user sees none; no customer has the number 0.
            (None, home) => Eyes::Customer(home.map_or(0, |home| home.0)),
        };
        let rows = rows::list(&cx.scope(), eyes, &paging::listing::<Customer>(query)?).await?;
        paging::page(query, rows, place, |row| Ok(found(row)))
    }

    async fn create(cx: &Cx<'_>, _owner: &EntryPointKey, new: New<Customer>) -> Result<Created<Customer>> {
        let CustomerInput { name: Given::Value(name), display_name: Given::Value(display_name) } = new.input else {
            return Err(Error::Internal("a required member passed the check without being there".into()));
        };
        let record = record::create(cx, Draft::new(name, display_name)).await?;
        // Whoever makes a customer is listed for it, so it is theirs to see from now on.
        let row = rows::find(&cx.public_scope(), Tenant::proven(record.id.0)).await?.ok_or(Error::NotFound)?;
        Ok(Created { found: found(row), new: true })
    }
}

fn place(row: &rows::Customer, order: Option<&str>) -> (i64, Option<Operand>) {
    let value = match order {
        Some("name") => Some(Operand::Text(row.name.to_lowercase())),
        Some("displayName") => Some(Operand::Text(row.display_name.clone())),
        Some("created") => Some(Operand::Whole(row.created_at)),
        _ => None,
    };
    (row.id, value)
}
