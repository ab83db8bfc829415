//! Images that failed, tried again: by their customer, or by whoever operates the service.

use hydra::{Chosen, ChosenSet, Found, Given, Link};
use store::failed::{self, Which};
use store::{SpaceNumber, Tenant, batch, customer, image};
use vocab::value::{BatchId, CustomerId, ErrorKind};
use vocab::{CustomerKey, ImageKey, ImageRetry};

use crate::cx::micros;
use crate::number::Named;
use crate::{Created, Cx, Error, Identities, Resource, Result, Several, Submit};

fn found(key: CustomerKey, failed: i64, retried: Option<usize>) -> Found<ImageRetry> {
    let value = ImageRetry {
        images: ChosenSet(Vec::new()),
        batch: None,
        error_kind: None,
        limit: failed::MOST as u64,
        failed: failed.cast_unsigned(),
        retried: retried.map(|retried| retried as u64),
        customer: Link::default(),
    };
    Found { key, value, version: 1 }
}

async fn failed(cx: &Cx<'_>, tenant: Tenant) -> Result<i64> {
    failed::count(&cx.scope(), tenant).await?.ok_or(Error::NotFound)
}

impl Resource for ImageRetry {
    async fn fetch(cx: &Cx<'_>, key: &CustomerKey) -> Result<Found<Self>> {
        Ok(found(key.clone(), failed(cx, cx.tenant(key.customer)?).await?, None))
    }
}

impl Submit for ImageRetry {
    type Member = Self;
    type Outcome = Self;

    async fn submit(cx: &Cx<'_>, key: &CustomerKey, mut listed: Several<Self>) -> Result<Created<Self>> {
        listed.check()?;
        let tenant = cx.tenant(key.customer)?;
        failed(cx, tenant).await?;
        let mut which = Which::default();
        if let Some(input) = listed.members.pop().map(|member| member.input) {
            if let Given::Value(ChosenSet(images)) = input.images {
                which.images = named(cx, tenant, key.customer, images).await?;
            }
            if let Given::Value(Chosen(chosen)) = input.batch {
                let of_customer = chosen.customer == key.customer;
                let row =
                    if of_customer { batch::find(&cx.scope(), tenant, chosen.batch.number()).await? } else { None };
                let row = row.ok_or_else(|| Error::invalid("batch", "must be the IRI of a batch of this customer"))?;
                which.batch = Some(row.id);
            }
            if let Given::Value(kind) = input.error_kind {
                which.kind = Some(kind.as_str().to_owned());
            }
        }
        let transaction = cx.scope().begin().await?;
        let retried = failed::retry(&transaction, tenant, &which, cx.micros()).await?.len();
        transaction.commit().await?;
        Ok(Created { found: found(key.clone(), failed(cx, tenant).await?, Some(retried)), new: false })
    }
}

/// The places of images that a body names, each of which must be there.
async fn named(
    cx: &Cx<'_>,
    tenant: Tenant,
    customer: CustomerId,
    keys: impl IntoIterator<Item = ImageKey>,
) -> Result<Vec<(SpaceNumber, String)>> {
    let mut named = Vec::new();
    for ImageKey { customer: whose, space, image: name } in keys {
        let row = match whose == customer {
            true => image::find(&cx.scope(), tenant, space.number(), name.as_str()).await?,
            false => None,
        };
        let row = row.ok_or_else(|| Error::invalid("images", "must be the IRIs of images of this customer"))?;
        named.push((row.space, row.name));
    }
    Ok(named)
}

/// What an operator has tried again: all that failed, or what of it is described.
#[derive(Debug, Clone, Default)]
pub struct Failures {
    /// Of this customer alone, by its name.
    pub customer: Option<String>,
    /// These images alone.
    pub images: Vec<ImageKey>,
    /// Those alone that failed in this batch.
    pub batch: Option<BatchId>,
    /// Those alone whose error is of this kind.
    pub kind: Option<ErrorKind>,
}

/// Tries images again as an operator; how many.
///
/// # Errors
/// There is no such customer, or the database does not answer.
pub async fn retry(identities: &Identities, failures: Failures) -> Result<u64> {
    let (store, now) = (identities.store(), micros(identities.world().now()));
    let mut customers = match &failures.customer {
        None => failed::customers(&store.operator()).await?,
        Some(name) => {
            let transaction = store.operator().begin().await?;
            let found = customer::by_name(&transaction, name).await?;
            vec![found.ok_or_else(|| Error::invalid("customer", "is not the name of a customer"))?.id]
        }
    };
    if !failures.images.is_empty() {
        customers.retain(|customer| failures.images.iter().any(|image| image.customer.number() == *customer));
    }
    let mut retried = 0;
    for customer in customers {
        let images = failures.images.iter().filter(|image| image.customer.number() == customer);
        let mut which = Which {
            images: images.map(|image| (image.space.number(), image.image.as_str().to_owned())).collect(),
            batch: failures.batch.map(Named::number),
            kind: failures.kind.map(|kind| kind.as_str().to_owned()),
            after: None,
        };
        loop {
            let transaction = store.operator().begin().await?;
            let images = failed::retry(&transaction, Tenant::of_operator(customer), &which, now).await?;
            transaction.commit().await?;
            retried += images.len() as u64;
            match images.last() {
                // What fails anew meanwhile is behind.
                Some(last) if images.len() == failed::MOST => which.after = Some(*last),
                _ => break,
            }
        }
    }
    Ok(retried)
}
