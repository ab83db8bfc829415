//! Entitlements: what there is to grant, by name.

use store::entitlement as rows;

pub use store::entitlement::Entitlement;

use crate::error::Defined;
use crate::{Cx, Error, Result};

/// The definition of an entitlement.
///
/// # Errors
/// [`Error::Undefined`] if there is none of this name.
pub async fn find(cx: &Cx<'_>, name: &str) -> Result<Entitlement> {
    rows::find(&cx.scope(), name).await?.ok_or(Error::Undefined(Defined::Entitlement))
}

/// All definitions, by name.
///
/// # Errors
/// As [`Error`].
pub async fn all(cx: &Cx<'_>) -> Result<Vec<Entitlement>> {
    let mut all = rows::all(&cx.scope()).await?;
    all.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    Ok(all)
}
