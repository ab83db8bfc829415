//! Origin strategies: patterns are checked when they are written, credentials are kept encrypted.

use hydra::query::Query;
use hydra::{Chosen, Found, Given, Page};
use store::origin_strategy as rows;
use store::{Scope, Tenant, Transaction};
use vocab::value::GlobalName;
use vocab::{
    CustomerOriginStrategy, CustomerOriginStrategyInput, EntryPoint, EntryPointKey, OriginStrategy, OriginStrategyKey,
};

use crate::classes::kept::{ClassRow, Draft, Kept as _, Rules, Subject, beside, kept};
use crate::{Cx, Error, Members, Resource, Result, paging};

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

beside! {
    /// What is kept of a choice and never shown.
    Sealed {
        /// What the strategy signs in with, encrypted.
        credentials: Option<Vec<u8>> = "credentials",
    }
}

kept! {
    CustomerOriginStrategy,
    Names {
        columns: &[("origin_strategy", "strategy"), ("order", "precedence")],
        ..Names::PLAIN
    },
    beside Sealed
}

impl Rules for CustomerOriginStrategy {
    async fn check(
        cx: &Cx<'_>,
        transaction: &Transaction,
        subject: &Subject<'_, Self>,
        input: &CustomerOriginStrategyInput,
        draft: &mut Draft<Self>,
    ) -> Result<()> {
        let pattern = pattern::compile(draft.value.regex.as_str());
        pattern.map_err(|error| Error::invalid("regex", format_args!("cannot be used: {error}")))?;
        let Chosen(OriginStrategyKey { name }) = &draft.value.origin_strategy;
        let strategy = rows::find_within(transaction, name.as_str()).await?;
        let strategy = strategy.filter(|strategy| strategy.name != DEFAULT).ok_or_else(|| {
            let what = "must be one of /originStrategies, other than default, which is used where no pattern matches";
            Error::invalid("originStrategy", what)
        })?;
        // Credentials go with their strategy: those of another are not kept.
        let same = subject.old.filter(|row| row.value.origin_strategy.0.name == *name);
        draft.beside.credentials = match &input.credentials {
            Given::Value(_) if !strategy.requires_credentials => {
                return Err(Error::invalid("credentials", format_args!("must be left out: {name} takes none")));
            }
            Given::Value(credentials) => Some(cx.seal(credentials.reveal())?),
            Given::Null => None,
            Given::Absent => same.and_then(|row| row.beside.credentials.clone()),
        };
        if strategy.requires_credentials && draft.beside.credentials.is_none() {
            return Err(Error::invalid("credentials", format_args!("is required by {name}")));
        }
        // What was kept went with the strategy that was there.
        draft.value.optimised &= input.optimised.as_value().is_some() || name.as_str() == AMBIENT;
        if draft.value.optimised && name.as_str() != AMBIENT {
            return Err(Error::invalid("optimised", format_args!("must be false with {name}; only {AMBIENT} can be")));
        }
        Ok(())
    }
}

/// A strategy that a customer chose for some origins.
pub(crate) struct ChosenStrategy {
    /// The pattern of the origins.
    pub regex: String,
    /// The name of the strategy.
    pub strategy: String,
    /// What it signs in with, encrypted.
    pub credentials: Option<Vec<u8>>,
}

/// What a customer chose, in the order in which it is tried.
pub(crate) async fn chosen(scope: &Scope<'_>, tenant: Tenant) -> Result<Vec<ChosenStrategy>> {
    let rows =
        rows::in_order::<ClassRow<CustomerOriginStrategy>>(CustomerOriginStrategy::table(), scope, tenant).await?;
    let choices = rows.into_iter().map(|stored| ChosenStrategy {
        regex: stored.row.value.regex.into(),
        strategy: stored.row.value.origin_strategy.0.name.into(),
        credentials: stored.row.beside.credentials,
    });
    Ok(choices.collect())
}
