//! Named queries: a customer's own are its to change; those shared with all are looked at by the others.

mod matches;
mod parameters;
mod template;

use store::Transaction;
use store::named_query::SEEN;
use vocab::value::CustomerId;
use vocab::{NamedQuery, NamedQueryInput};

pub use matches::{MOST, Matches, NamedImages, matches};

use crate::classes::kept::{ClassRow, Draft, Rules, Subject, kept};
use crate::number::Named as _;
use crate::{Cx, Error, Result};

kept! {
    NamedQuery,
    Names { seen: SEEN, columns: &[("global", "shared")], ..Names::PLAIN }
}

impl Rules for NamedQuery {
    async fn check(
        cx: &Cx<'_>,
        _: &Transaction,
        subject: &Subject<'_, Self>,
        _: &NamedQueryInput,
        draft: &mut Draft<Self>,
    ) -> Result<()> {
        let was_shared = subject.old.is_some_and(|row| row.value.global);
        if draft.value.global != was_shared && !cx.actor.everything {
            return Err(Error::Forbidden);
        }
        Ok(())
    }

    fn show(customer: CustomerId, row: &mut ClassRow<Self>) {
        row.value.foreign = row.customer != customer.number();
    }
}
