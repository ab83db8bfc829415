//! Customers.

use actix_web::http::StatusCode;
use resource::customers::domain;
use resource::customers::record::{self, CustomerChange, CustomerDraft, Reach, Record, WhichCustomer};
use resource::customers::search::{self as rules, Attribute, Criteria, CustomerOrder};
use resource::rights::authorisation;
use resource::{CustomerNumber, Error, IfMatch};
use vocab::value::{Flag, Kind};

use super::criteria;
use super::lists::{direction, slice, unsortable};
use crate::body::JsonBody;
use crate::convert::Known;
use crate::exchange::{Exchange, identity};
use crate::fault::Fault;
use crate::operation::Act;
use crate::query::bounded;
use crate::reply::{Portion, Reply};
use crate::wire::DomainInfo;

/// What customers are ordered by.
const ORDERS: &[(&str, Attribute)] = &[
    ("id", Attribute::Id),
    ("name", Attribute::DisplayName),
    ("shortName", Attribute::Name),
    ("type", Attribute::Kind),
    ("createdTimestamp", Attribute::Created),
    ("lastUpdatedTimestamp", Attribute::Updated),
    ("deletedTimestamp", Attribute::Deleted),
];

fn order(keys: &[String]) -> Result<Vec<CustomerOrder>, Fault> {
    let mut order = Vec::new();
    for key in keys.iter().filter(|key| !key.trim().is_empty()) {
        let (name, descending) = direction(key);
        let (_, by) = ORDERS
            .iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| unsortable(key, ORDERS.iter().map(|(name, _)| *name)))?;
        order.push(CustomerOrder { by: *by, descending });
    }
    Ok(order)
}

/// GET customer
pub async fn list(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let query = exchange.query;
    let criteria =
        Criteria { parents: query.list(&["parent"])?, keywords: query.list(&["keywords"])?, ..Criteria::default() };
    let order = order(&query.list(&["sortBy", "sort"])?)?;
    found(exchange, &criteria, &order, query.limit()?, query.offset()?).await
}

/// POST customer/search
pub async fn search(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let mut body = exchange.body()?;
    let (limit, offset, keys) = (body.count("limit"), body.count("offset"), body.texts("sortBy"));
    let criteria = criteria::read(&mut body, 0);
    body.finish()?;
    found(exchange, &criteria, &order(&keys)?, limit, bounded(offset)?).await
}

async fn found(
    exchange: &Exchange<'_>,
    criteria: &Criteria,
    order: &[CustomerOrder],
    limit: Option<u64>,
    offset: u64,
) -> Result<Reply, Fault> {
    let found = rules::search(&exchange.cx, criteria, order, limit, offset).await?;
    let page = Portion { limit: found.limit, offset, count: found.total };
    let known = Known::of(&exchange.cx, &found.records).await?;
    match exchange.operation.is_basic() {
        true => Reply::many(&found.records.iter().map(|record| known.basic(record)).collect::<Vec<_>>(), page),
        false => Reply::many(&found.records.iter().map(|record| known.admin(record)).collect::<Vec<_>>(), page),
    }
}

/// The members that a new customer and a change have alike.
fn change(body: &mut JsonBody, flags: &[(&str, Flag)]) -> CustomerChange {
    CustomerChange {
        language: body.text("language").and_then(|text| {
            let parsed = text.trim().to_ascii_lowercase().parse();
            parsed.map_err(|what: String| body.refuse("language", what, Some(&text.into()))).ok()
        }),
        time_zone: body.parsed("timeZone"),
        flags: flags.iter().filter_map(|(name, flag)| Some((*flag, body.flag(name)?))).collect(),
        ..CustomerChange::default()
    }
}

/// POST customer
pub async fn create(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let mut body = exchange.body()?;
    let name = body.required_parsed("name");
    let short = body.required_parsed("shortName");
    let (parent, domain) = (body.required("parent"), body.text("domain"));
    let kind = body.text("type").and_then(|text| {
        let parsed = text.trim().to_ascii_lowercase().parse::<Kind>();
        parsed.map_err(|what| body.refuse("type", what, Some(&text.into()))).ok()
    });
    let rest = change(
        &mut body,
        &[
            ("excludeFromProduction", Flag::ExcludeFromProduction),
            ("networkBaseCustomer", Flag::NetworkBaseCustomer),
            ("singleNetworkDomain", Flag::SingleNetworkDomain),
        ],
    );
    body.finish()?;
    let (Some(display_name), Some(name), Some(parent)) = (name, short, parent) else {
        return Err(Error::Internal("a required member passed the check without being there".into()).into());
    };
    let parent = parent_of(exchange, &parent, domain.as_deref()).await?;
    let draft = CustomerDraft {
        parent: Some(parent),
        kind: kind.unwrap_or(Kind::Leaf),
        rest,
        ..CustomerDraft::new(name, display_name)
    };
    let record = record::create(&exchange.cx, draft).await?;
    one(exchange, StatusCode::CREATED, &record).await
}

/// The number of the customer that another is to lie below.
async fn parent_of(
    exchange: &Exchange<'_>,
    name: &str,
    domain: Option<&str>,
) -> Result<vocab::value::CustomerId, Fault> {
    let unknown = || Fault::field("parent", "must be a customer that there is and that you see");
    let record = match record::find(&exchange.cx, &identity(name).ok_or_else(unknown)?, Reach::Tree).await {
        Err(Error::NotFound) => return Err(unknown()),
        found => found?,
    };
    if let Some(domain) = domain.filter(|domain| !domain.trim().is_empty()) {
        let found = match domain::find(&exchange.cx, domain).await {
            Err(Error::NotFound) => return Err(Fault::field("domain", "must be a domain that there is")),
            found => found?,
        };
        if found.id != record.domain {
            return Err(unknown());
        }
    }
    Ok(record.id)
}

/// PUT customer/…
pub async fn update(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let record = exchange.record()?;
    let mut body = exchange.body()?;
    let display_name = body.parsed("name");
    let name = body.parsed("shortName");
    let rest = change(
        &mut body,
        &[
            ("denySubmitForAnonymousUser", Flag::DenySubmitForAnonymousUser),
            ("allowGlobalData", Flag::AllowGlobalData),
            ("excludeFromProduction", Flag::ExcludeFromProduction),
            ("networkBaseCustomer", Flag::NetworkBaseCustomer),
            ("singleNetworkDomain", Flag::SingleNetworkDomain),
            ("dataDeleted", Flag::CustomerDataDeleted),
        ],
    );
    body.finish()?;
    let says_something = display_name.is_some()
        || name.is_some()
        || rest.language.is_some()
        || rest.time_zone.is_some()
        || !rest.flags.is_empty();
    if !says_something {
        return one(exchange, StatusCode::OK, record).await;
    }
    let change = CustomerChange { name, display_name, ..rest };
    let record = record::change(&exchange.cx, record.id, change, &IfMatch::Absent).await?;
    one(exchange, StatusCode::OK, &record).await
}

/// PUT customer/…/disable, PUT customer/…/reenable
pub async fn turn(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let customer = exchange.record()?.id;
    let record = match exchange.operation.act {
        Act::Disable => record::disable(&exchange.cx, customer, &IfMatch::Absent).await?,
        _ => record::reenable(&exchange.cx, customer, &IfMatch::Absent).await?,
    };
    one(exchange, StatusCode::OK, &record).await
}

/// PUT customer/…/move
pub async fn relocate(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let mut body = exchange.body()?;
    let parent = body.required("parent");
    body.finish()?;
    let parent = parent_of(exchange, &parent.unwrap_or_default(), None).await?;
    let moved = record::relocate(&exchange.cx, exchange.record()?.id, parent, &IfMatch::Absent).await;
    let record = moved.map_err(|error| match error {
        error @ Error::Conflict(_) => Fault::from(error).templated("customer.move.grants.privileges"),
        error => error.into(),
    })?;
    one(exchange, StatusCode::OK, &record).await
}

/// DELETE customer/…/data
pub async fn prune(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let record = exchange.record()?;
    let token = exchange.query.text("token").ok_or_else(Fault::unauthorised)?;
    let authorised = authorisation::read(&exchange.cx, token, false).ok_or_else(Fault::unauthorised)?;
    match resource::customers::prune::prune(&exchange.cx, record.id, &authorised).await? {
        true => one(exchange, StatusCode::OK, record).await,
        false => Err(Fault::unauthorised()),
    }
}

/// GET domain
pub async fn domains(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let domains = domain::list(&exchange.cx).await?;
    let (domains, page) = slice(domains, exchange.query.limit()?, exchange.query.offset()?);
    let models = domains.into_iter().map(|domain| DomainInfo { id: domain.id.0, name: domain.name });
    Reply::many(&models.collect::<Vec<_>>(), page)
}

/// A number that another model refers to a customer by.
pub(super) async fn named(exchange: &Exchange<'_>, number: CustomerNumber) -> Result<record::Record, Fault> {
    Ok(record::find(&exchange.cx, &WhichCustomer::Number(number), Reach::Tree).await?)
}

/// A customer as an answer. What it refers to is looked up whatever was done to it.
pub async fn one(exchange: &Exchange<'_>, status: StatusCode, record: &Record) -> Result<Reply, Fault> {
    let known = Known::of(&exchange.cx.having_written(), std::slice::from_ref(record)).await?;
    match exchange.operation.is_basic() {
        true if exchange.operation.act == Act::Find => Reply::one(status, exchange.single(), &known.basic(record)),
        _ => Reply::one(status, exchange.single(), &known.admin(record)),
    }
}
