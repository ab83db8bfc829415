//! What entitlements and the groups that they come in have in common, as they are defined and as a customer is granted them: a
//! definition is granted by POST of it, and revoked by DELETE of the grant.

use hydra::{Class, Given, Identifier};
use vocab::value::{CustomerId, Description, EntitlementName};

use crate::{Cx, Error, Result, columns};

/// A description as its class: there is none where nothing was said.
pub(super) fn described(text: String) -> Option<Description> {
    (!text.is_empty()).then(|| Description::trusted(text))
}

/// What a body makes of a description.
pub(super) fn description(given: Given<Description>, kept: String) -> String {
    columns::text(given, Some(kept)).unwrap_or_default()
}

/// Whether there is a customer of this number for the actor.
pub(super) async fn known(cx: &Cx<'_>, customer: CustomerId) -> Result<()> {
    cx.customer(customer).await.map(drop)
}

/// The definition that a body means: by `@id`, by `name`, or by both if they agree.
pub(super) fn named<C: Class>(
    id: Option<&Identifier>,
    by_name: Option<EntitlementName>,
    name: impl Fn(C::Key) -> EntitlementName,
) -> Result<EntitlementName> {
    let place = C::CLASS.path.split_once("/{").map_or(C::CLASS.path, |(place, _)| place);
    let by_id = match id {
        None => None,
        Some(id) => {
            let key = id.key::<C>().ok_or_else(|| Error::invalid("@id", format_args!("{id} is not one of {place}")))?;
            Some(name(key))
        }
    };
    match (by_id, by_name) {
        (Some(id), Some(name)) if id != name => Err(Error::invalid("name", "does not name the same as @id")),
        (Some(name), _) | (None, Some(name)) => Ok(name),
        (None, None) => Err(Error::invalid("name", format_args!("is required, or @id of one of {place}"))),
    }
}

/// What a body names and is not defined is a fault of the body.
pub(super) fn defined(name: &EntitlementName, place: &str, granted: Result<()>) -> Result<()> {
    match granted {
        Err(Error::Undefined(_)) => {
            Err(Error::invalid("name", format_args!("'{name}' is not defined; {place} lists what is")))
        }
        granted => granted,
    }
}
