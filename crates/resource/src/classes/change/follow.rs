//! Changes that follow others, in order: read once for all who are told of them as they are made, or for one who was not.

use store::change::{self as rows, LogEnds, WhichChanges};
use vocab::Change;

use super::asked::narrowed;
use super::shown::{found, look_at, read};
use crate::following::{FollowedChanges, Following};
use crate::instant::instant;
use crate::{Cx, Error, Identities, Result, paging};

/// Changes that follow a number, of those that an owner has; which the actor may look at is asked only where there are any.
pub(super) async fn follow(
    cx: &Cx<'_>,
    which: WhichChanges,
    classes: impl AsyncFnOnce() -> Result<Vec<&'static str>>,
    following: Following<'_>,
) -> Result<FollowedChanges> {
    let Following { query, after, news, most } = following;
    let filters = paging::listing_in::<Change>(query, Vec::new())?.filters;
    let which = WhichChanges { filters, ..narrowed(which, query)? };
    let asked = which.after;
    let which = WhichChanges { after: asked.max(Some(after)), ..which };
    // Who was told of news is shown them as who they are now.
    if news.is_some_and(|news| cx.actor.epoch < news.epoch) {
        return Err(Error::Stale);
    }
    let at_hand = news.and_then(|news| Some((news.after(after)?, news.last)));
    let (rows, reached, is_full) = match at_hand {
        Some((later, last)) => (later.filter(|change| which.is_of(change)).cloned().collect(), last.max(after), false),
        None => {
            cx.number_changes().await?;
            let last = rows::ends(&cx.scope()).await?.last;
            let rows = rows::following(&cx.scope(), &which, most).await?;
            let is_full = rows.len() as u64 == most;
            let reached = rows.last().map(|change| change.number);
            let reached = if is_full { reached } else { reached.max(Some(last)) };
            (rows, reached.unwrap_or(last), is_full)
        }
    };
    let until = rows.last().map(|change| instant(change.made_at));
    let classes = if rows.is_empty() && news.is_some() { Vec::new() } else { classes().await? };
    let which = WhichChanges { classes, ..which };
    let rows: Vec<_> = rows.into_iter().filter(|change| which.has(change)).map(read).collect::<Result<_>>()?;
    look_at(cx, &rows, None).await?;
    let changes = rows.into_iter().map(|change| found(cx, change)).collect::<Result<_>>()?;
    Ok(FollowedChanges { changes, reached, until, is_full, after: asked })
}

/// The greatest number that a change has: for whoever is told of what follows.
///
/// # Errors
/// The database does not answer.
pub async fn last_change(identities: &Identities) -> Result<i64> {
    identities.store().number_changes().await?;
    Ok(rows::ends(&identities.store().operator()).await?.last)
}

/// Where the log begins and ends, as it is now.
pub async fn log_ends(cx: &Cx<'_>) -> Result<LogEnds> {
    cx.number_changes().await?;
    Ok(rows::ends(&cx.scope()).await?)
}
