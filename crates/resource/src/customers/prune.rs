//! Deleting the data of a customer: its images, with their files, and its batches. The customer stays, and so does what lies
//! below it.

use store::{Tenant, Transaction, prune as rows, storage};
use vocab::value::CustomerId;

use crate::images::files::Files;
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
    discard(&transaction, tenant).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Deletes the images of a customer, with their files, and its batches, among other writes.
pub(crate) async fn discard(transaction: &Transaction, tenant: Tenant) -> Result<()> {
    // Nobody registers images meanwhile.
    storage::lock(transaction, tenant).await?.ok_or(Error::NotFound)?;
    rows::hold(transaction, tenant).await?;
    loop {
        let going = rows::next(transaction, tenant).await?;
        if going.is_empty() {
            break;
        }
        let numbers: Vec<_> = going.iter().map(|image| image.id).collect();
        let files = going.into_iter().map(|image| {
            let rows::Going { id: _, space, name, object } = image;
            Files { customer: tenant.id(), space, image: name, version: object.unwrap_or_default() }
        });
        let objects: Vec<_> = files.map(|files| files.in_json()).collect::<Result<_>>()?;
        rows::images(transaction, tenant, &numbers, objects).await?;
    }
    Ok(rows::batches(transaction, tenant).await?)
}
