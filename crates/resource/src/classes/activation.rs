//! How far a customer takes part, as classes whose operations change it.

use hydra::{Found, Link};
use vocab::value::CustomerId;
use vocab::{Activation, ActivationFields, Customer, CustomerDisabling, CustomerKey, CustomerReenabling};

use crate::classes::customer::of_record;
use crate::customers::record::{self, Reach, Record, WhichCustomer};
use crate::number::Named;
use crate::{Created, Cx, IfMatch, Resource, Result, Several, Submit};

async fn record(cx: &Cx<'_>, customer: CustomerId) -> Result<Record> {
    record::find(cx, &WhichCustomer::Number(customer.number()), Reach::Tree).await
}

fn activation(key: &CustomerKey, record: &Record) -> Found<Activation> {
    let value = Activation::from(ActivationFields {
        status: record.lifecycle,
        activated: record.activated,
        administrator: record.administrator,
    });
    Found { key: key.clone(), value, version: record.version }
}

impl Resource for Activation {
    async fn fetch(cx: &Cx<'_>, key: &CustomerKey) -> Result<Found<Self>> {
        Ok(activation(key, &record(cx, key.customer).await?))
    }

    async fn remove(cx: &Cx<'_>, key: &CustomerKey, on: &IfMatch) -> Result<()> {
        record::deactivate(cx, key.customer, on).await?;
        Ok(())
    }
}

impl Submit for Activation {
    type Member = Self;
    type Outcome = Self;

    async fn submit(cx: &Cx<'_>, key: &CustomerKey, _: Several<Self>) -> Result<Created<Self>> {
        let record = record::activate(cx, key.customer, &IfMatch::Absent).await?;
        Ok(Created { found: activation(key, &record), new: false })
    }
}

/// Writes the two ways between in use and disabled.
macro_rules! way {
    ($class:ident, $turn:path) => {
        impl Resource for $class {
            async fn fetch(cx: &Cx<'_>, key: &CustomerKey) -> Result<Found<Self>> {
                let record = record(cx, key.customer).await?;
                let value = Self { disabled: record.deleted, customer: Link::default() };
                Ok(Found { key: key.clone(), value, version: record.version })
            }
        }

        impl Submit for $class {
            type Member = Self;
            type Outcome = Customer;

            async fn submit(cx: &Cx<'_>, key: &CustomerKey, _: Several<Self>) -> Result<Created<Customer>> {
                let record = $turn(cx, key.customer, &IfMatch::Absent).await?;
                Ok(Created { found: of_record(cx, &record).await?, new: false })
            }
        }
    };
}

way!(CustomerDisabling, record::disable);
way!(CustomerReenabling, record::reenable);
