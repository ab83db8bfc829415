//! Deleting the data of a customer: its images, with their files, and its batches. The customer stays, and so does what lies
//! below it.

use hydra::Class as _;
use store::{Tenant, Transaction, prune as rows, storage};
use vocab::value::{CustomerId, ImageId};
use vocab::{Batch, BatchKey, Image, ImageKey};

use crate::images::files::Files;
use crate::number::Numbered as _;
use crate::rights::authorisation::{self, Authorised};
use crate::rights::function;
use crate::{Cx, Error, Result};

/// Deletes the data of a customer. False if the authorisation is for something else, or has been used; then nothing is.
///
/// # Errors
/// [`Error::NotFound`] if the customer is not the actor's to see, [`Error::Forbidden`] if they may not do it.
pub async fn prune(cx: &Cx<'_>, customer: CustomerId, authorised: &Authorised) -> Result<bool> {
    function::permit(cx, &function::PRUNE, Some(customer)).await?;
    if !authorised.is_for(authorisation::PRUNE, &authorisation::about(customer)) {
        return Ok(false);
    }
    let tenant = cx.tenant(customer)?;
    let transaction = cx.scope().begin().await?;
    if !authorisation::spend(cx, &transaction, authorised).await? {
        return Ok(false);
    }
    let mut changing = cx.changing();
    for image in discard(&transaction, tenant).await? {
        changing = changing.deleted::<Image>(&image);
    }
    for batch in batches(&transaction, tenant).await? {
        changing = changing.deleted::<Batch>(&batch);
    }
    let mut changes = changing.finish();
    changes.erase(tenant.id(), &[Image::NAME, Batch::NAME]);
    transaction.commit(changes).await?;
    Ok(true)
}

/// Deletes the images of a customer, with their files, among other writes; which they were.
pub(crate) async fn discard(transaction: &Transaction, tenant: Tenant) -> Result<Vec<ImageKey>> {
    // Nobody registers images meanwhile.
    storage::lock(transaction, tenant).await?.ok_or(Error::NotFound)?;
    rows::hold(transaction, tenant).await?;
    let mut gone = Vec::new();
    loop {
        let going = rows::next(transaction, tenant).await?;
        if going.is_empty() {
            return Ok(gone);
        }
        let numbers: Vec<_> = going.iter().map(|image| image.id).collect();
        gone.extend(going.iter().map(|image| ImageKey {
            customer: tenant.id().identity(),
            space: image.space.identity(),
            image: ImageId::trusted(image.name.clone()),
        }));
        let files = going.into_iter().map(|image| {
            let rows::Going { id: _, space, name, object } = image;
            Files { customer: tenant.id(), space, image: name, version: object.unwrap_or_default() }
        });
        let objects: Vec<_> = files.map(|files| files.in_json()).collect::<Result<_>>()?;
        rows::images(transaction, tenant, &numbers, objects).await?;
    }
}

/// Deletes the batches of a customer whose images are gone, among other writes; which they were.
pub(crate) async fn batches(transaction: &Transaction, tenant: Tenant) -> Result<Vec<BatchKey>> {
    let customer = tenant.id().identity();
    let gone = rows::batches(transaction, tenant).await?;
    Ok(gone.into_iter().map(|batch| BatchKey { customer, batch: batch.identity() }).collect())
}
