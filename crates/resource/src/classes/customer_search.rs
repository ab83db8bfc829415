//! Searches for customers by criteria within criteria: an address holds all of one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hydra::query::Query;
use hydra::{Found, Given, Page, Set};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use vocab::value::{JsonObjects, KeywordMatch, SearchCode, Text};
use vocab::{
    Customer, CustomerSearch, CustomerSearchFields, CustomerSearchInput, CustomerSearchKey, EntryPoint, EntryPointKey,
};

use crate::classes::customer;
use crate::customers::search::{self, Criteria, CriteriaJson};
use crate::{Created, Cx, Error, Members, New, Resource, Result, paging};

/// The criteria that an address holds.
fn part(key: &CustomerSearchKey) -> Result<CriteriaJson> {
    let json = URL_SAFE_NO_PAD.decode(key.search.as_str()).map_err(|_| Error::NotFound)?;
    serde_json::from_slice(&json).map_err(|_| Error::NotFound)
}

fn code(part: &CriteriaJson) -> Result<SearchCode> {
    let json = serde_json::to_vec(part).map_err(|error| Error::Internal(error.to_string()))?;
    let code = URL_SAFE_NO_PAD.encode(json);
    code.parse().map_err(|_| Error::invalid("subCriteria", "and the rest are too long together to stand in an address"))
}

/// What a body gives of a set.
fn all<T>(given: Given<Set<T>>) -> Vec<T> {
    given.value().map_or_else(Vec::new, |set| set.0)
}

fn texts<const MOST: usize>(texts: Vec<String>) -> Set<Text<MOST>> {
    Set(texts.into_iter().map(Text::trusted).collect())
}

/// Objects of a body as what they are of, or the other way round.
fn within<T: DeserializeOwned>(property: &str, objects: Option<JsonObjects>) -> Result<Vec<T>> {
    let objects = objects.map_or_else(Vec::new, |objects| objects.0).into_iter().enumerate();
    let one = |(index, object)| {
        serde_json::from_value(object)
            .map_err(|error| Error::invalid(property, format_args!("is not understood at {index}: {error}")))
    };
    objects.map(one).collect()
}

fn without<T: Serialize>(parts: &[T]) -> Result<Option<JsonObjects>> {
    let objects: Vec<Json> = parts
        .iter()
        .map(serde_json::to_value)
        .collect::<std::result::Result<_, _>>()
        .map_err(|error| Error::Internal(error.to_string()))?;
    Ok((!objects.is_empty()).then_some(JsonObjects(objects)))
}

fn found(part: CriteriaJson) -> Result<Found<CustomerSearch>> {
    let key = CustomerSearchKey { search: code(&part)? };
    let value = CustomerSearch::from(CustomerSearchFields {
        customer: texts(part.customer),
        parent: texts(part.parent),
        ancestor: texts(part.ancestor),
        domain: texts(part.domain),
        kind: Set(part.kind),
        include_deleted: part.include_deleted,
        include_flags: Set(part.include_flags),
        exclude_flags: Set(part.exclude_flags),
        keywords: texts(part.keywords),
        keyword_match: part.keyword_match.unwrap_or(KeywordMatch::All),
        keyword_fields: Set(part.keyword_fields),
        properties: without(&part.properties)?,
        sub_criteria: without(&part.sub_criteria)?,
    });
    Ok(Found::as_shown(key, value))
}

impl Resource for CustomerSearch {
    async fn fetch(_: &Cx<'_>, key: &CustomerSearchKey) -> Result<Found<Self>> {
        found(part(key)?)
    }
}

/// Searches. None is kept; to begin from there is the one that asks for nothing.
#[derive(Debug)]
pub struct CustomerSearches;

impl Members for CustomerSearches {
    type Owner = EntryPoint;
    type Member = CustomerSearch;
    const LINK: &'static str = "customerSearches";

    async fn list(_: &Cx<'_>, _: &EntryPointKey, query: &Query) -> Result<Page<CustomerSearch>> {
        let for_all = found(CriteriaJson::default())?;
        paging::slice(query, vec![for_all], |_| (), |found| found)
    }

    async fn create(cx: &Cx<'_>, _: &EntryPointKey, new: New<CustomerSearch>) -> Result<Created<CustomerSearch>> {
        let CustomerSearchInput {
            customer,
            parent,
            ancestor,
            domain,
            kind,
            include_deleted,
            include_flags,
            exclude_flags,
            keywords,
            keyword_match,
            keyword_fields,
            properties,
            sub_criteria,
        } = new.input;
        let list = |given| all::<Text<255>>(given).into_iter().map(String::from).collect();
        let part = CriteriaJson {
            customer: list(customer),
            parent: list(parent),
            ancestor: list(ancestor),
            domain: list(domain),
            kind: all(kind),
            include_deleted: include_deleted.value().unwrap_or(false),
            include_flags: all(include_flags),
            exclude_flags: all(exclude_flags),
            keywords: list(keywords),
            keyword_match: keyword_match.value().filter(|chosen| *chosen != KeywordMatch::All),
            keyword_fields: all(keyword_fields),
            properties: within("properties", properties.value())?,
            sub_criteria: within("subCriteria", sub_criteria.value())?,
            exclude: false,
            required: false,
        };
        // What it refers to has to be there when it is made; whether it still is, is seen when it is followed.
        search::condition(cx, &Criteria::from(part.clone())).await?;
        Ok(Created { found: found(part)?, new: true })
    }
}

/// What a search finds.
#[derive(Debug)]
pub struct SearchResults;

impl Members for SearchResults {
    type Owner = CustomerSearch;
    type Member = Customer;
    const LINK: &'static str = "results";

    async fn list(cx: &Cx<'_>, owner: &CustomerSearchKey, query: &Query) -> Result<Page<Customer>> {
        customer::results(cx, query, part(owner)?.into()).await
    }
}
