//! The customer that an operator names.

use store::record::WhichCustomer;
use store::{CustomerNumber, Scope, customer};

use crate::{Error, Result};

/// The number of the customer of this name.
///
/// # Errors
/// There is none.
pub(super) async fn customer_number(scope: &Scope<'_>, name: &str) -> Result<CustomerNumber> {
    let number = customer::number_of(scope, &WhichCustomer::Name(name.to_owned())).await?;
    number.ok_or_else(|| Error::invalid("customer", format_args!("'{name}' does not exist")))
}
