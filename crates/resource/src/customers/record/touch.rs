//! Changes beside the record of a customer.

use store::Transaction;
use vocab::value::CustomerId;

use super::Record;
use super::change::{locked, write};
use crate::{Cx, IfMatch, Result};

/// Notes that something beside the record of a customer has changed: by whom, and when.
pub(crate) async fn touch(
    cx: &Cx<'_>,
    transaction: &Transaction,
    customer: CustomerId,
    on: &IfMatch,
) -> Result<Record> {
    let record = locked(transaction, customer, on).await?;
    write(cx, transaction, record).await
}
