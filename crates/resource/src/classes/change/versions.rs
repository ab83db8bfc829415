//! What a resource was, one version after the other: what each change made of it.

use hydra::{Found, expand};
use store::change::{self as rows, WhichVersion};
use vocab::{Change, ChangeKey};

use super::lists::ChangesOf;
use crate::following::{Version, Versions};
use crate::instant::instant;
use crate::{Cx, Error, Resource, Result};

fn known(row: rows::NumberedChange) -> Version {
    Version { number: row.number, made: instant(row.made_at) }
}

async fn versions(cx: &Cx<'_>, path: &str, this: Version) -> Result<Versions> {
    let beside = async |which| Ok::<_, Error>(rows::version(&cx.scope(), path, which).await?.map(known));
    Ok(Versions {
        this,
        first: beside(WhichVersion::First).await?.unwrap_or(this),
        last: beside(WhichVersion::Last).await?.unwrap_or(this),
        previous: beside(WhichVersion::Before { than: this.number }).await?,
        next: beside(WhichVersion::After { than: this.number }).await?,
    })
}

/// The version of a resource that there was before an instant, or else the first that is known.
pub(crate) async fn version_before<C: Resource>(cx: &Cx<'_>, key: &C::Key, until: i64) -> Result<Versions> {
    ChangesOf::<C>::look(cx, key).await?;
    cx.number_changes().await?;
    let path = expand(C::CLASS.path, key);
    let found = match rows::version(&cx.scope(), &path, WhichVersion::Until { instant: until }).await? {
        None => rows::version(&cx.scope(), &path, WhichVersion::First).await?,
        found => found,
    };
    versions(cx, &path, known(found.ok_or(Error::NotFound)?)).await
}

/// The versions of a resource, from after a number on, so many at the most.
pub(crate) async fn versions_after<C: Resource>(
    cx: &Cx<'_>,
    key: &C::Key,
    after: i64,
    most: u64,
) -> Result<Vec<Version>> {
    ChangesOf::<C>::look(cx, key).await?;
    cx.number_changes().await?;
    let found = rows::numbered(&cx.scope(), &expand(C::CLASS.path, key), after, most).await?;
    match found.is_empty() {
        true => Err(Error::NotFound),
        false => Ok(found.into_iter().map(known).collect()),
    }
}

/// A change, and its place among the versions of its resource.
///
/// # Errors
/// [`Error::NotFound`] if there is none, or it is not the actor's to see.
pub async fn version(cx: &Cx<'_>, key: &ChangeKey) -> Result<(Found<Change>, Versions)> {
    let found = Change::fetch(cx, key).await?;
    let this = Version { number: found.value.number, made: found.value.made };
    let versions = versions(cx, &found.value.resource.0, this).await?;
    Ok((found, versions))
}
