//! Origin strategies: patterns are checked when they are written, credentials are kept encrypted.

use hydra::query::Query;
use hydra::{Chosen, Found, Given, Link, Page, WriteOnly};
use store::Transaction;
use store::origin_strategy as rows;
use vocab::value::{CustomerId, CustomerOriginStrategyId, GlobalName, OriginPattern};
use vocab::{
    Customer, CustomerKey, CustomerOriginStrategy, CustomerOriginStrategyInput, CustomerOriginStrategyKey, EntryPoint,
    EntryPointKey, OriginStrategy, OriginStrategyKey,
};

use crate::classes::kept::{self, Kept, Subject, verbs};
use crate::columns::required;
use crate::{Created, Cx, Error, Members, New, Resource, Result, paging};

/// The strategy that the platform's own identity fetches with; the only one that can be optimised.
const AMBIENT: &str = "s3-ambient";
/// What is used where no pattern matches; it cannot be chosen.
const DEFAULT: &str = "default";

fn strategy(row: rows::OriginStrategy) -> Found<OriginStrategy> {
    let name = GlobalName::trusted(row.name);
    let value = OriginStrategy { name: name.clone(), requires_credentials: row.requires_credentials };
    Found::as_shown(OriginStrategyKey { name }, value)
}

impl Resource for OriginStrategy {
    async fn fetch(cx: &Cx<'_>, key: &OriginStrategyKey) -> Result<Found<Self>> {
        rows::find(&cx.scope(), key.name.as_str()).await?.map(strategy).ok_or(Error::NotFound)
    }
}

/// All ways of fetching.
#[derive(Debug)]
pub struct OriginStrategies;

impl Members for OriginStrategies {
    type Owner = EntryPoint;
    type Member = OriginStrategy;
    const LINK: &'static str = "originStrategies";

    async fn list(cx: &Cx<'_>, _: &EntryPointKey, query: &Query) -> Result<Page<OriginStrategy>> {
        paging::slice(query, rows::all(&cx.scope()).await?, |row| row.name.clone(), strategy)
    }
}

impl Kept for CustomerOriginStrategy {
    type Row = rows::CustomerOriginStrategy;

    fn customer(key: &CustomerOriginStrategyKey) -> CustomerId {
        key.customer
    }

    fn identity(key: &CustomerOriginStrategyKey) -> uuid::Uuid {
        key.origin_strategy.0
    }

    fn found(_: &Cx<'_>, customer: CustomerId, row: rows::CustomerOriginStrategy) -> Result<Found<Self>> {
        Ok(Found {
            key: CustomerOriginStrategyKey { customer, origin_strategy: CustomerOriginStrategyId(row.uuid) },
            version: row.version,
            value: Self {
                regex: OriginPattern::trusted(row.regex),
                origin_strategy: Chosen(OriginStrategyKey { name: GlobalName::trusted(row.strategy) }),
                credentials: WriteOnly::default(),
                optimised: row.optimised,
                order: row.precedence,
                customer: Link::default(),
            },
        })
    }

    async fn state(
        cx: &Cx<'_>,
        transaction: &Transaction,
        subject: Subject<'_, Self>,
        input: CustomerOriginStrategyInput,
    ) -> Result<rows::State> {
        let kept = subject.kept();
        let regex = required(input.regex.value().map(String::from).or(kept.map(|row| row.regex.clone())), "regex")?;
        pattern::compile(&regex).map_err(|error| Error::invalid("regex", format_args!("cannot be used: {error}")))?;
        let chosen = input.origin_strategy.value().map(|Chosen(key)| String::from(key.name));
        let name = required(chosen.or(kept.map(|row| row.strategy.clone())), "originStrategy")?;
        let strategy = rows::find_within(transaction, &name).await?;
        let strategy = strategy.filter(|strategy| strategy.name != DEFAULT).ok_or_else(|| {
            let what = "must be one of /originStrategies, other than default, which is used where no pattern matches";
            Error::invalid("originStrategy", what)
        })?;
        // Credentials go with their strategy: those of another are not kept.
        let same = subject.old.filter(|row| row.strategy == name);
        let credentials = match input.credentials {
            Given::Value(_) if !strategy.requires_credentials => {
                return Err(Error::invalid("credentials", format_args!("must be left out: {name} takes none")));
            }
            Given::Value(credentials) => Some(cx.seal(credentials.reveal())?),
            Given::Null => None,
            Given::Absent => same.and_then(|row| row.credentials.clone()),
        };
        if strategy.requires_credentials && credentials.is_none() {
            return Err(Error::invalid("credentials", format_args!("is required by {name}")));
        }
        let optimised = match input.optimised.value() {
            Some(optimised) => optimised,
            None => kept.is_some_and(|row| row.optimised && name == AMBIENT),
        };
        if optimised && name != AMBIENT {
            return Err(Error::invalid("optimised", format_args!("must be false with {name}; only {AMBIENT} can be")));
        }
        let precedence = input.order.value().unwrap_or_else(|| kept.map_or(0, |row| row.precedence));
        Ok(rows::State { regex, strategy: name, credentials, optimised, precedence })
    }
}

verbs!(CustomerOriginStrategy);

/// What a customer chose for which origins.
#[derive(Debug)]
pub struct CustomerOriginStrategies;

impl Members for CustomerOriginStrategies {
    type Owner = Customer;
    type Member = CustomerOriginStrategy;
    const LINK: &'static str = "originStrategies";

    async fn list(cx: &Cx<'_>, owner: &CustomerKey, query: &Query) -> Result<Page<CustomerOriginStrategy>> {
        kept::list(cx, owner.customer, query).await
    }

    async fn create(
        cx: &Cx<'_>,
        owner: &CustomerKey,
        new: New<CustomerOriginStrategy>,
    ) -> Result<Created<CustomerOriginStrategy>> {
        let origin_strategy = CustomerOriginStrategyId(cx.uuid());
        let key = CustomerOriginStrategyKey { customer: owner.customer, origin_strategy };
        CustomerOriginStrategy::make(cx, &key, new.input).await
    }
}
