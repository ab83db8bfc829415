//! The one function that permits. It drives what is refused, what is advertised and what `Allow` says, so the three
//! cannot part.

use hydra::OperationDef;
use vocab::value::CustomerId;

use crate::{Actor, Error, Result, Sight};

/// The policy's word that somebody may do what they ask for. Only the functions that ask it give one, and without one there
/// is no way in ([`crate::Identities::admit`]).
#[derive(Debug)]
pub struct Permitted(pub(crate) ());

/// Whether an actor may invoke an operation on something that belongs to a customer, of which they see this much, or to none.
///
/// # Errors
/// [`Error::NotFound`] where the customer is not theirs to see, so that nothing is said of what they cannot see;
/// [`Error::Forbidden`] where it is and they lack the entitlement, or it is decided elsewhere than where they are.
pub fn permit(actor: &Actor, operation: &OperationDef, sight: Option<Sight>) -> Result<Permitted> {
    if sight.is_some_and(|sight| !sight.itself()) {
        return Err(Error::NotFound);
    }
    entitled(actor, operation.needs)?;
    let customer = sight.map(|sight| sight.customer());
    let is_own = customer.is_some() && actor.home == customer;
    if operation.own && !is_own || operation.parental && sight.is_some_and(|sight| !sight.parent()) {
        return Err(Error::Forbidden);
    }
    // Whoever may write in a customer must not thereby come to administer the service, and whoever only sees another
    // customer must not come to act as it.
    if operation.bestows && !actor.everything && (actor.of_administrator || actor.home != customer) {
        return Err(Error::Forbidden);
    }
    Ok(Permitted(()))
}

/// Whether entitlements are all effective for an actor, where what they may be used on is decided by what is found.
///
/// # Errors
/// [`Error::Forbidden`] where one is not.
pub fn entitled(actor: &Actor, needs: &[&str]) -> Result<Permitted> {
    match needs.iter().all(|entitlement| actor.is_entitled(entitlement)) {
        true => Ok(Permitted(())),
        false => Err(Error::Forbidden),
    }
}

/// Whether an actor is a service, for which the issuer of its token answers: no entitlement is asked of it.
///
/// # Errors
/// [`Error::Forbidden`] where it is somebody else.
pub fn vouched(actor: &Actor) -> Result<Permitted> {
    match actor.user.is_none() && actor.issuer.is_some() {
        true => Ok(Permitted(())),
        false => Err(Error::Forbidden),
    }
}

/// Whether an operation is offered to an actor: the same as a yes or no, as far as it has been looked up what they see. What was
/// not looked at is not offered.
pub fn allowed(actor: &Actor, operation: &OperationDef, customer: Option<CustomerId>) -> bool {
    permit(actor, operation, customer.map(|customer| actor.sight(customer))).is_ok()
}
