//! The customers that somebody is listed for, by any of their attributes.

use store::customer_list::{self as rows, Absent, Slice};
use store::{Condition, Visible};
use vocab::value::Lifecycle;

pub use store::customer_list::CustomerOrder;
pub use store::{Attribute, Likeness};

use crate::customers::record::Record;
use crate::number::Named;
use crate::{Cx, Error, Result};

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct ListQuery {
    /// What all customers must be like. Where the list is restricted this is not looked at.
    pub likenesses: Vec<Likeness>,
    /// What comes first. Last comes the name, from the smallest.
    pub order: Vec<CustomerOrder>,
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
pub async fn list(cx: &Cx<'_>, asked: ListQuery) -> Result<(Vec<Record>, u64)> {
    let visible = match (is_restricted(cx), cx.actor.user, cx.actor.home) {
        (false, ..) => Visible::All,
        (true, Some(user), _) => Visible::ListedFor(user.id),
        // A customer that signs its requests is listed for itself.
        (true, None, Some(customer)) => Visible::Only(customer.number()),
        (true, None, None) => return Err(Error::Forbidden),
    };
    let is_there = Condition::Not(Box::new(Condition::Lifecycle(Lifecycle::Deleted.as_str())));
    let likenesses = asked.likenesses.into_iter().filter(|_| visible == Visible::All).map(Condition::Like);
    let condition = Condition::All([is_there].into_iter().chain(likenesses).collect());
    let scope = cx.scope();
    let found = rows::find(&scope, &visible, condition).await?;
    if asked.limit == 0 || asked.offset >= found.total {
        return Ok((Vec::new(), found.total));
    }
    let mut order = asked.order;
    order.push(CustomerOrder { by: Attribute::Name, descending: false });
    let slice = Slice { order: &order, absent: Absent::Last, limit: asked.limit, offset: asked.offset };
    let rows = found.slice(slice).await?;
    Ok((rows.into_iter().map(Record::of).collect::<Result<_>>()?, found.total))
}
