//! The one function that permits. It drives what is refused, what is advertised and what `Allow` says, so the three
//! cannot part.

use hydra::OperationDef;
use vocab::value::CustomerId;

use crate::{Actor, Error, Result, Sight};

/// Whether an actor may invoke an operation on something that belongs to a customer, or to none. What the actor sees of
/// the customer has been looked up ([`crate::Cx::sees`]).
///
/// # Errors
/// [`Error::NotFound`] where the customer is not theirs to see, so that nothing is said of what they cannot see;
/// [`Error::Forbidden`] where it is and they lack the entitlement, or it is decided elsewhere than where they are.
pub fn permit(actor: &Actor, operation: &OperationDef, customer: Option<CustomerId>) -> Result<()> {
    let sight = customer.map_or(Sight::ALL, |customer| actor.sight(customer));
    if !sight.itself {
        return Err(Error::NotFound);
    }
    if !operation.needs.iter().all(|entitlement| actor.is_entitled(entitlement)) {
        return Err(Error::Forbidden);
    }
    if operation.own && (customer.is_none() || actor.home != customer) || operation.parental && !sight.parent {
        return Err(Error::Forbidden);
    }
    // Whoever may write in a customer must not thereby come to administer the service, and whoever only sees another
    // customer must not come to act as it.
    if operation.bestows && !actor.everything && (actor.of_administrator || actor.home != customer) {
        return Err(Error::Forbidden);
    }
    Ok(())
}

/// The same as a yes or no.
pub fn allowed(actor: &Actor, operation: &OperationDef, customer: Option<CustomerId>) -> bool {
    permit(actor, operation, customer).is_ok()
}
