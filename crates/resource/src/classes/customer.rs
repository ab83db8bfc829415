//! Customers: name and kind are fixed, the display name is theirs to change.

use hydra::query::{Literal, Query};
use hydra::{Found, Given, Link, Page, Reference};
use store::Condition;
use store::customer::{self as rows, Eyes};
use store::{CustomerNumber, Listing, Tenant};
use vocab::value::{CustomerId, DisplayName, Kind, Name};
use vocab::{Customer, CustomerFields, CustomerInput, CustomerKey, EntryPoint, EntryPointKey};

use crate::customers::record::{self, CustomerChange, CustomerDraft, Record};
use crate::customers::search::{self, Criteria, Mark};
use crate::instant::instant;
use crate::number::{Named, Numbered};
use crate::{Created, Cx, Error, IfMatch, Members, New, Resource, Result, paging};

/// A customer as its class, for an actor who has looked at it.
pub(crate) fn found(cx: &Cx<'_>, row: rows::Customer) -> Result<Found<Customer>> {
    let customer = row.id.identity();
    let parent = row.parent.filter(|_| cx.actor.sight(customer).parent());
    Ok(Found {
        key: CustomerKey { customer },
        version: row.version,
        value: Customer::from(CustomerFields {
            name: Name::trusted(row.name),
            display_name: DisplayName::trusted(row.display_name),
            kind: row.kind.parse().map_err(Error::Internal)?,
            parent: parent.map(|parent| Reference(CustomerKey { customer: parent.identity() })),
            disable: (!row.disabled && !row.administrator).then(Link::default),
            reenable: row.disabled.then(Link::default),
            created: instant(row.created_at),
            administrator: row.administrator.then_some(true),
        }),
    })
}

/// The customer that a record is of.
pub(crate) async fn of_record(cx: &Cx<'_>, record: &Record) -> Result<Found<Customer>> {
    // What has just been changed may have changed what the actor may see: it is shown as they could see it before.
    let row = rows::find(&cx.public_scope(), Tenant::by(record)).await?;
    found(cx, row.ok_or(Error::NotFound)?)
}

/// Writes a customer as a change makes it; begins again when somebody else was faster.
async fn write(cx: &Cx<'_>, key: &CustomerKey, input: &CustomerInput, on: &IfMatch) -> Result<Found<Customer>> {
    loop {
        let row = cx.customer(key.customer).await?;
        on.check(row.version)?;
        if let Given::Value(name) = &input.name
            && name.as_str() != row.name
        {
            return Err(Error::invalid("name", "is fixed once the customer exists; only displayName can be changed"));
        }
        if let Given::Value(kind) = &input.kind
            && kind.as_str() != row.kind
        {
            return Err(Error::invalid("kind", "is fixed once the customer exists"));
        }
        let display_name = input.display_name.as_value().cloned();
        let change = CustomerChange { display_name, ..CustomerChange::default() };
        let record = match record::change(cx, key.customer, change, &IfMatch::Version(row.version)).await {
            Err(Error::Changed) => continue,
            changed => changed?,
        };
        return of_record(cx, &record).await;
    }
}

impl Resource for Customer {
    async fn fetch(cx: &Cx<'_>, key: &CustomerKey) -> Result<Found<Self>> {
        found(cx, cx.customer(key.customer).await?)
    }

    /// There is nothing to create here: numbers are given by the service.
    async fn replace(cx: &Cx<'_>, key: &CustomerKey, new: CustomerInput, on: &IfMatch) -> Result<Created<Self>> {
        Ok(Created { found: write(cx, key, &new, on).await?, new: false })
    }

    async fn update(cx: &Cx<'_>, key: &CustomerKey, change: CustomerInput, on: &IfMatch) -> Result<Found<Self>> {
        write(cx, key, &change, on).await
    }

    async fn remove(cx: &Cx<'_>, key: &CustomerKey, on: &IfMatch) -> Result<()> {
        record::delete(cx, key.customer, on).await?;
        Ok(())
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
        search(cx, query, &[asked(query)?]).await
    }

    async fn create(cx: &Cx<'_>, _owner: &EntryPointKey, new: New<Customer>) -> Result<Created<Customer>> {
        make(cx, None, new).await
    }
}

/// What customers are searched by through criteria, because it names customers.
const PARENT: &str = "parent";
const ANCESTOR: &str = "ancestor";

/// The customers that a parameter names: by number or name as criteria have them, one of ours by its number. What is
/// none of ours is left as it is, to be refused as what there is not.
fn named(query: &Query, parameter: &str) -> Vec<String> {
    let values = query.filters.iter().filter(|(name, _)| *name == parameter);
    let one = |value: &Literal| match value {
        Literal::Resource(named) => {
            named.key::<Customer>().map_or_else(|| named.to_string(), |key| key.customer.to_string())
        }
        Literal::Text(text) => text.clone(),
        other => unreachable!("a parameter that names resources has {other:?}"),
    };
    values.map(|(_, value)| one(value)).collect()
}

/// What the parameters of a search ask for beside properties.
fn asked(query: &Query) -> Result<Criteria> {
    let mut criteria =
        Criteria { parents: named(query, PARENT), ancestors: named(query, ANCESTOR), ..Criteria::default() };
    let mark = |name: &str, text: &str| text.parse::<Mark>().map_err(|what| Error::invalid(name, what));
    for (name, value) in &query.others {
        match name.as_str() {
            "keywords" => criteria.keywords.push(value.clone()),
            "includeFlags" => criteria.include_flags.push(mark(name, value)?),
            "excludeFlags" => criteria.exclude_flags.push(mark(name, value)?),
            _ => {}
        }
    }
    criteria.include_deleted = paging::flag(query, "includeDeleted")?.unwrap_or(false);
    Ok(criteria)
}

/// A page of what a search finds; what else is asked narrows it.
pub(crate) async fn results(cx: &Cx<'_>, query: &Query, criteria: Criteria) -> Result<Page<Customer>> {
    // Whether disabled ones are found is for the search to say.
    let narrowed = Criteria { include_deleted: true, ..asked(query)? };
    search(cx, query, &[criteria, narrowed]).await
}

/// A page of those customers that the caller sees and that meet all these criteria.
async fn search(cx: &Cx<'_>, query: &Query, criteria: &[Criteria]) -> Result<Page<Customer>> {
    let eyes = match (cx.actor.user, cx.actor.home) {
        _ if cx.actor.sees_all() => Eyes::All,
        (Some(user), _) => Eyes::User(user.id),
        // A service without a user sees none; no customer has the number 0.
        (None, home) => Eyes::Customer(home.map_or(CustomerNumber::new(0), Named::number)),
    };
    let listing = listing(cx, query, criteria).await?;
    shown(cx, &listing, rows::list(&cx.scope(), eyes, &listing).await?).await
}

/// What the store lists: what is asked of properties together with criteria.
async fn listing(cx: &Cx<'_>, query: &Query, criteria: &[Criteria]) -> Result<Listing> {
    let mut listing = paging::listing::<Customer>(query)?;
    // Those are among the criteria.
    listing.filters.retain(|(name, _)| ![PARENT, ANCESTOR].contains(name));
    let mut all = Vec::with_capacity(criteria.len());
    for one in criteria {
        all.push(search::condition(cx, one).await?);
    }
    listing.condition = Some(Condition::All(all)).filter(|condition| !condition.is_met_by_all());
    Ok(listing)
}

/// A page of customers, with what the caller sees of each.
async fn shown(cx: &Cx<'_>, listing: &Listing, rows: store::RowPage<rows::Customer>) -> Result<Page<Customer>> {
    cx.look_at(rows.rows.iter().map(|row| row.id.identity())).await?;
    paging::page(listing, rows, |row| found(cx, row))
}

async fn make(cx: &Cx<'_>, parent: Option<CustomerId>, new: New<Customer>) -> Result<Created<Customer>> {
    let CustomerInput { name: Given::Value(name), display_name: Given::Value(display_name), kind } = new.input else {
        return Err(Error::Internal("a required member passed the check without being there".into()));
    };
    let draft =
        CustomerDraft { parent, kind: kind.value().unwrap_or(Kind::Leaf), ..CustomerDraft::new(name, display_name) };
    let record = record::create(cx, draft).await?;
    Ok(Created { found: of_record(cx, &record).await?, new: true })
}

/// The customers that lie directly below one.
#[derive(Debug)]
pub struct Children;

impl Members for Children {
    type Owner = Customer;
    type Member = Customer;
    const LINK: &'static str = "children";

    async fn list(cx: &Cx<'_>, owner: &CustomerKey, query: &Query) -> Result<Page<Customer>> {
        let tenant = cx.tenant(owner.customer)?;
        // Those that are disabled are among the children anyway.
        let criteria = Criteria { include_deleted: true, ..asked(query)? };
        let listing = listing(cx, query, &[criteria]).await?;
        let rows = rows::children(&cx.scope(), tenant, &listing).await?;
        shown(cx, &listing, rows.ok_or(Error::NotFound)?).await
    }

    async fn create(cx: &Cx<'_>, owner: &CustomerKey, new: New<Customer>) -> Result<Created<Customer>> {
        make(cx, Some(owner.customer), new).await
    }
}
