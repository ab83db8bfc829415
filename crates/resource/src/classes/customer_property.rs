//! The properties of customers, as a class.

use std::collections::BTreeMap;

use hydra::query::{Literal, Query};
use hydra::{Found, JsonLiteral, Page, Reference};
use vocab::value::{CustomerId, PropertyName};
use vocab::{
    Customer, CustomerKey, CustomerProperty, CustomerPropertyFields, CustomerPropertyInput, CustomerPropertyKey,
    PropertyDescriptorKey,
};

use crate::columns::required;
use crate::customers::property::{self, Property, PropertyFilter};
use crate::rights::function;
use crate::{Created, Cx, Error, IfMatch, Members, Resource, Result, paging};

fn found(cx: &Cx<'_>, customer: CustomerId, property: Property) -> Found<CustomerProperty> {
    let (value, version) = (property.value().cloned().map(JsonLiteral), property.version());
    let Property { descriptor, own } = property;
    let key = PropertyName::trusted(descriptor.key);
    Found {
        key: CustomerPropertyKey { customer, property: key.clone() },
        version,
        value: CustomerProperty::from(CustomerPropertyFields {
            key: key.clone(),
            value,
            own: own.is_some(),
            section: descriptor.section,
            updated: own.as_ref().map(|own| own.updated),
            updated_by: own.and_then(|own| own.updated_by),
            descriptor: Reference(PropertyDescriptorKey { property: key }),
            writable: function::is_effective(cx, &descriptor.write_function),
        }),
    }
}

async fn one(cx: &Cx<'_>, key: &CustomerPropertyKey) -> Result<Found<CustomerProperty>> {
    cx.customer(key.customer).await?;
    let filter =
        PropertyFilter { keys: vec![key.property.to_string()], include_unset: true, ..PropertyFilter::default() };
    let found_one = property::list(cx, key.customer, &filter).await?.pop();
    Ok(found(cx, key.customer, found_one.ok_or(Error::NotFound)?))
}

impl Resource for CustomerProperty {
    async fn fetch(cx: &Cx<'_>, key: &CustomerPropertyKey) -> Result<Found<Self>> {
        one(cx, key).await
    }

    async fn replace(
        cx: &Cx<'_>,
        key: &CustomerPropertyKey,
        new: CustomerPropertyInput,
        on: &IfMatch,
    ) -> Result<Created<Self>> {
        on.check(one(cx, key).await?.version)?;
        let value = required(new.value.value(), "value")?;
        let name = key.property.to_string();
        let set = property::set(cx, key.customer, &BTreeMap::from([(name.clone(), value.0)]), on).await;
        let set = set.map_err(|error| error.named(&[(&format!("properties.{name}"), "value")]))?.pop();
        Ok(Created { found: found(cx, key.customer, set.ok_or(Error::Changed)?), new: false })
    }

    async fn remove(cx: &Cx<'_>, key: &CustomerPropertyKey, on: &IfMatch) -> Result<()> {
        on.check(one(cx, key).await?.version)?;
        property::reset(cx, key.customer, &[key.property.to_string()], on).await?;
        Ok(())
    }
}

/// The properties of a customer.
#[derive(Debug)]
pub struct CustomerProperties;

impl Members for CustomerProperties {
    type Owner = Customer;
    type Member = CustomerProperty;
    const LINK: &'static str = "properties";

    async fn list(cx: &Cx<'_>, owner: &CustomerKey, query: &Query) -> Result<Page<CustomerProperty>> {
        cx.customer(owner.customer).await?;
        let asked = |name: &'static str| {
            let values = query.filters.iter().filter(move |(filter, _)| *filter == name);
            values.filter_map(|(_, value)| match value {
                Literal::Text(text) => Some(text.clone()),
                _ => None,
            })
        };
        let filter = PropertyFilter {
            keys: asked("key").collect(),
            sections: asked("section").collect(),
            include_unset: paging::flag(query, "includeUnset")?.unwrap_or(false),
        };
        let all = property::list(cx, owner.customer, &filter).await?;
        paging::slice(query, all, |property| property.descriptor.rank(), |property| found(cx, owner.customer, property))
    }
}
