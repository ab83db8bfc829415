//! Images that failed, tried again by whoever operates the service.

use store::failed::{self, Which};
use store::{Tenant, customer};
use vocab::ImageKey;
use vocab::value::{BatchId, ErrorKind};

use super::acting::changing;
use crate::classes::image_retry;
use crate::instant::micros;
use crate::number::Named;
use crate::{Error, Identities, Result};

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
            let images =
                image_retry::retry(transaction, Tenant::of_operator(customer), &which, now, changing(now)).await?;
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
