//! The customers that somebody is listed for, by any of their attributes.

use store::record_list as rows;

pub use store::record_list::{Attribute, Term};

use crate::customers::record::Record;
use crate::number::Named;
use crate::{Cx, Error, Result};

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// What all customers must be like. Where the list is restricted this is not looked at.
    pub terms: Vec<Term>,
    /// Attributes with one value, and whether the greatest comes first. Last comes the name, from the smallest.
    pub order: Vec<(Attribute, bool)>,
    /// How many to give at the most.
    pub limit: u64,
    /// How many to leave out at the front.
    pub offset: u64,
}

/// Whether the actor is shown those customers alone that they are listed for.
pub fn is_restricted(cx: &Cx<'_>) -> bool {
    cx.rules().restrict_customer_access && !cx.actor.sees_all()
}

/// Some of the customers, and how many there are without paging.
///
/// # Errors
/// [`Error::Stale`] if the actor's authority has changed.
pub async fn list(cx: &Cx<'_>, query: Query) -> Result<(Vec<Record>, u64)> {
    let within = match (is_restricted(cx), cx.actor.user, cx.actor.home) {
        (false, ..) => rows::Within::All,
        (true, Some(user), _) => rows::Within::ListOf(user.id),
        // A customer that signs its requests is listed for itself.
        (true, None, Some(customer)) => rows::Within::Only(customer.number()),
        (true, None, None) => return Err(Error::Forbidden),
    };
    let bound = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let query = rows::Query {
        terms: if within == rows::Within::All { query.terms } else { Vec::new() },
        within,
        order: query.order,
        limit: bound(query.limit),
        offset: bound(query.offset),
    };
    let (rows, total) = rows::list(&cx.scope(), &query).await?;
    Ok((rows.into_iter().map(Record::of).collect::<Result<_>>()?, total))
}
