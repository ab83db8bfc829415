//! Who somebody is that has signed in, as people would say it.

use hydra::{Class as _, expand};
use store::person;
use vocab::value::CustomerId;
use vocab::{Customer, CustomerKey};

use crate::number::Named;
use crate::{Actor, Identities, Result};

/// Somebody, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introduced {
    /// An e-mail address, or what the log calls them.
    pub name: String,
    /// The customer that they belong to: its path and its name; none of a system user's.
    pub customer: Option<(String, String)>,
}

/// Who an actor is.
///
/// # Errors
/// The database does not answer.
pub async fn introduce(identities: &Identities, actor: &Actor) -> Result<Introduced> {
    let (user, home) = (actor.user.map(|user| user.id), actor.home.map(Named::number));
    let found = person::introduction(&identities.store().operator(), user, home).await?;
    let path = |customer: CustomerId| expand(Customer::CLASS.path, &CustomerKey { customer });
    Ok(Introduced {
        name: found.email.unwrap_or_else(|| actor.name.clone()),
        customer: actor.home.map(path).zip(found.customer),
    })
}
