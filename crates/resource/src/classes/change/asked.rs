//! Which changes a query asks for, and a page of them.

use hydra::query::{Literal, Query};
use hydra::{Datatype, Page};
use store::RowPage;
use store::change::{self as rows, WhichChanges};
use vocab::Change;

use super::shown::{found, look_at, read};
use crate::{Cx, Error, Result, paging};

/// What a parameter gives; none where it was not sent.
pub(super) fn asked(query: &Query, name: &str, datatype: Datatype) -> Result<Option<i64>> {
    let Some((_, value)) = query.others.iter().rfind(|(other, _)| other == name) else { return Ok(None) };
    match Literal::parse(datatype, value) {
        Ok(Literal::Instant(instant)) => Ok(Some(instant.timestamp_micros())),
        Ok(Literal::Whole(number)) if number >= 0 => Ok(Some(number)),
        _ if datatype == Datatype::DateTime => {
            Err(Error::invalid(name, "must be an instant, as 2026-01-31T12:00:00Z is one"))
        }
        _ => Err(Error::invalid(name, "must be the number of a change, or 0")),
    }
}

/// Those of some changes that a query asks for, whichever page of them.
pub(super) fn narrowed(which: WhichChanges, query: &Query) -> Result<WhichChanges> {
    Ok(WhichChanges {
        since: asked(query, "since", Datatype::DateTime)?,
        until: asked(query, "until", Datatype::DateTime)?,
        after: asked(query, "afterNumber", Datatype::NonNegativeInteger)?,
        ..which
    })
}

/// A page of changes, the latest first unless another order is asked for.
pub(super) async fn list(cx: &Cx<'_>, which: WhichChanges, query: &Query) -> Result<Page<Change>> {
    let order = query.order.map_or(("number", true), |order| (order.property, order.descending));
    let listing = paging::listing_in::<Change>(query, vec![order])?;
    let which = narrowed(which, query)?;
    cx.number_changes().await?;
    let rows = rows::list(&cx.scope(), &which, &listing).await?;
    let RowPage { rows, total, next } = rows;
    let rows: Vec<_> = rows.into_iter().map(read).collect::<Result<_>>()?;
    look_at(cx, &rows, None).await?;
    paging::page(&listing, RowPage { rows, total, next }, |change| found(cx, change))
}
