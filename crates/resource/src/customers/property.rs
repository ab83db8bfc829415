//! The properties of customers: values of their own, or else those of the descriptors.

use std::collections::BTreeMap;

use hydra::{Timestamp, Violation};
use serde_json::Value as Json;
use store::{Tenant, Transaction, customer_property as rows};
use vocab::value::{CustomerId, PropertyName};
use vocab::{CustomerProperty, CustomerPropertyKey};

use crate::changes::Watch;
use crate::customers::descriptor::{self, Descriptor, in_json};
use crate::customers::record;
use crate::instant::instant;
use crate::rights::function;
use crate::{Cx, Error, IfMatch, Result};

/// A property of a customer.
#[derive(Debug, Clone)]
pub struct Property {
    /// What is known of it, whoever has it.
    pub descriptor: Descriptor,
    /// The value that the customer has of its own; else the default is its value.
    pub own: Option<Own>,
}

/// A value that a customer has of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Own {
    /// The value.
    pub value: Json,
    /// When it was set.
    pub updated: Timestamp,
    /// Who set it.
    pub updated_by: Option<String>,
    /// Rises with each change.
    pub version: i64,
}

impl Property {
    /// Its value, if it has one.
    pub fn value(&self) -> Option<&Json> {
        self.own.as_ref().map(|own| &own.value).or(self.descriptor.default.as_ref())
    }

    /// Tells one state of its value from another: that of its own, or else that of the descriptor.
    pub fn version(&self) -> i64 {
        self.own.as_ref().map_or(self.descriptor.version, |own| own.version)
    }
}

/// Begins to write values, of which the caller knows these versions; until the transaction ends nobody else writes any.
async fn begin(
    cx: &Cx<'_>,
    customer: CustomerId,
    descriptors: impl Iterator<Item = &Descriptor>,
    on: &IfMatch,
) -> Result<Transaction> {
    let transaction = cx.scope().begin().await?;
    let tenant = Tenant::by(&record::locked(&transaction, customer, &IfMatch::Absent).await?);
    if *on == IfMatch::Absent {
        return Ok(transaction);
    }
    for descriptor in descriptors {
        let own = rows::version(&transaction, tenant, descriptor.id).await?;
        on.check(own.unwrap_or(descriptor.version))?;
    }
    Ok(transaction)
}

/// Which properties to list: all where a list is empty.
#[derive(Debug, Clone, Default)]
pub struct PropertyFilter {
    /// Keys.
    pub keys: Vec<String>,
    /// Sections.
    pub sections: Vec<String>,
    /// Whether those without any value are listed, too.
    pub include_unset: bool,
}

impl PropertyFilter {
    fn admits(&self, property: &Property) -> bool {
        let Descriptor { key, section, .. } = &property.descriptor;
        (self.keys.is_empty() || self.keys.contains(key))
            && (self.sections.is_empty() || self.sections.contains(section))
            && (self.include_unset || property.value().is_some())
    }
}

fn own(row: rows::CustomerProperty) -> Result<Own> {
    let value = serde_json::from_str(&row.value).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Own { value, updated: instant(row.updated_at), updated_by: row.updated_by, version: row.version })
}

/// The properties of a customer that the actor may read, by section, place in it and key.
///
/// # Errors
/// [`Error::NotFound`] if the customer is not theirs to see, [`Error::Forbidden`] if they may not look at customers.
pub async fn list(cx: &Cx<'_>, customer: CustomerId, filter: &PropertyFilter) -> Result<Vec<Property>> {
    function::permit(cx, &function::VIEW, Some(customer)).await?;
    let all = all_of(cx, cx.tenant(customer)?, descriptor::all(cx).await?).await?;
    let is_readable = |property: &Property| function::is_effective(cx, &property.descriptor.read_function);
    Ok(all.into_iter().filter(is_readable).filter(|property| filter.admits(property)).collect())
}

/// How many properties can be set at once.
const MOST: usize = 1000;

/// The descriptors of properties that the actor may write, by key.
///
/// # Errors
/// [`Error::Invalid`] with every key that no property has, [`Error::Forbidden`] if one may not be written.
fn writable<'a>(
    cx: &Cx<'_>,
    known: &'a [Descriptor],
    keys: impl Iterator<Item = &'a str>,
    path: impl Fn(&str) -> String,
) -> Result<Vec<&'a Descriptor>> {
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    for key in keys {
        // What may not be read is not there for them.
        let descriptor = known.iter().find(|one| one.key == key);
        match descriptor.filter(|one| {
            function::is_effective(cx, &one.read_function) || function::is_effective(cx, &one.write_function)
        }) {
            Some(descriptor) => found.push(descriptor),
            None => wrong.push(Violation::new(&path(key), "has no descriptor, so it is no property of customers")),
        }
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    match found.iter().all(|one| function::is_effective(cx, &one.write_function)) {
        true => Ok(found),
        false => Err(Error::Forbidden),
    }
}

fn in_body(key: &str) -> String {
    format!("properties.{key}")
}

/// Sets properties of a customer: all of them, or none. The answer is those that were set.
///
/// # Errors
/// [`Error::NotFound`] if the customer is not the actor's to see, [`Error::Forbidden`] if they may not write one of the
/// properties, [`Error::Invalid`] with everything that is wrong, [`Error::Changed`] if one has another version.
pub async fn set(
    cx: &Cx<'_>,
    customer: CustomerId,
    given: &BTreeMap<String, Json>,
    on: &IfMatch,
) -> Result<Vec<Property>> {
    function::permit(cx, &function::VIEW, Some(customer)).await?;
    let tenant = cx.tenant(customer)?;
    if given.len() > MOST {
        return Err(Error::invalid("properties", format_args!("must be at most {MOST} at once")));
    }
    let known = descriptor::all(cx).await?;
    let found = writable(cx, &known, given.keys().map(String::as_str), in_body)?;
    let (values, wrong): (Vec<_>, Vec<_>) = fitting(found, given).await?;
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let transaction = begin(cx, customer, values.iter().map(|(descriptor, _)| descriptor), on).await?;
    let watch = watch(cx, &transaction, customer, values.iter().map(|(descriptor, _)| descriptor)).await?;
    for (descriptor, value) in &values {
        let row = rows::CustomerProperty {
            descriptor: descriptor.id,
            value: in_json(value),
            updated_at: cx.micros(),
            updated_by: cx.actor.writer(),
            version: cx.birth().version,
        };
        // Customer and descriptor were there a moment ago.
        if !rows::set(&transaction, tenant, &row).await? {
            return Err(Error::Changed);
        }
    }
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    let set: Vec<_> = values.into_iter().map(|(descriptor, _)| descriptor.key).collect();
    let all = all_of(&cx.having_written(), tenant, known).await?;
    Ok(all.into_iter().filter(|property| set.contains(&property.descriptor.key)).collect())
}

/// Watches what a customer has of its own.
async fn watch<'a>(
    cx: &Cx<'a>,
    transaction: &'a Transaction,
    customer: CustomerId,
    descriptors: impl Iterator<Item = &Descriptor>,
) -> Result<Watch<'a>> {
    let mut watch = cx.watch(transaction);
    for descriptor in descriptors {
        let key = CustomerPropertyKey { customer, property: PropertyName::trusted(descriptor.key.clone()) };
        watch.on_if::<CustomerProperty>(&key, |property| property.own).await?;
    }
    Ok(watch)
}

/// Values in the form of their properties, and what is wrong with the others. Schemas can take their time, so they have it
/// elsewhere.
async fn fitting(
    found: Vec<&Descriptor>,
    given: &BTreeMap<String, Json>,
) -> Result<(Vec<(Descriptor, Json)>, Vec<Violation>)> {
    let pairs: Vec<_> =
        found.into_iter().map(|descriptor| (descriptor.clone(), given[&descriptor.key].clone())).collect();
    let work = move || {
        let (mut values, mut wrong) = (Vec::new(), Vec::new());
        for (descriptor, given) in pairs {
            match descriptor.form().value(&given) {
                Ok(value) => values.push((descriptor, value)),
                Err(what) => wrong.push(Violation::new(&in_body(&descriptor.key), what)),
            }
        }
        (values, wrong)
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))
}

async fn all_of(cx: &Cx<'_>, tenant: Tenant, known: Vec<Descriptor>) -> Result<Vec<Property>> {
    let mut values: BTreeMap<_, rows::CustomerProperty> =
        rows::of(&cx.scope(), tenant).await?.into_iter().map(|row| (row.descriptor, row)).collect();
    known
        .into_iter()
        .map(|descriptor| Ok(Property { own: values.remove(&descriptor.id).map(own).transpose()?, descriptor }))
        .collect()
}

/// Takes a customer's own values away, so that the defaults show again. The answer is all properties that now have a value.
///
/// # Errors
/// As [`set`]; [`Error::Invalid`] also if no key is given.
pub async fn reset(cx: &Cx<'_>, customer: CustomerId, keys: &[String], on: &IfMatch) -> Result<Vec<Property>> {
    function::permit(cx, &function::VIEW, Some(customer)).await?;
    let tenant = cx.tenant(customer)?;
    if keys.is_empty() {
        return Err(Error::invalid("key", "is required: the properties to reset"));
    }
    let known = descriptor::all(cx).await?;
    let found = writable(cx, &known, keys.iter().map(String::as_str), |_| "key".to_owned())?;
    let numbers: Vec<_> = found.iter().map(|descriptor| descriptor.id).collect();
    let transaction = begin(cx, customer, found.iter().copied(), on).await?;
    let watch = watch(cx, &transaction, customer, found.into_iter()).await?;
    rows::reset(&transaction, tenant, &numbers).await?;
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    list(&cx.having_written(), customer, &PropertyFilter::default()).await
}
