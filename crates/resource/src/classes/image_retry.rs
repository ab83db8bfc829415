//! Images that failed, tried again by their customer, as a class.

use hydra::{Chosen, ChosenSet, Found, Given};
use store::failed::{self, Which};
use store::{ImageNumber, SpaceNumber, Tenant, Transaction, batch, image};
use vocab::value::CustomerId;
use vocab::{CustomerKey, ImageKey, ImageRetry, ImageRetryFields};

use crate::changes::Changing;
use crate::classes::image as image_class;
use crate::number::Named;
use crate::{Created, Cx, Error, Resource, Result, Several, Submit};

fn found(key: CustomerKey, failed: i64, retried: Option<usize>) -> Found<ImageRetry> {
    let value = ImageRetry::from(ImageRetryFields {
        images: ChosenSet(Vec::new()),
        batch: None,
        error_kind: None,
        limit: failed::MOST as u64,
        failed: failed.cast_unsigned(),
        retried: retried.map(|retried| retried as u64),
    });
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
        let retried = retry(transaction, tenant, &which, cx.micros(), cx.changing()).await?.len();
        Ok(Created { found: found(key.clone(), failed(cx, tenant).await?, Some(retried)), new: false })
    }
}

/// Puts images that failed into the queue again, and makes that last; their numbers.
pub(crate) async fn retry(
    transaction: Transaction,
    tenant: Tenant,
    which: &Which,
    now: i64,
    mut changing: Changing,
) -> Result<Vec<ImageNumber>> {
    let failed = failed::choose(&transaction, tenant, which).await?;
    let numbers: Vec<_> = failed.iter().map(|image| image.id).collect();
    for (old, new) in failed.into_iter().zip(failed::retry(&transaction, tenant, &numbers, now).await?) {
        changing = changing.updated(&image_class::found(old)?, &image_class::found(new)?, &[])?;
    }
    transaction.commit(changing.finish()).await?;
    Ok(numbers)
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
