//! Looking for descriptors.

use store::property_descriptor as rows;

use super::model::{Descriptor, is_named};
use crate::rights::function;
use crate::{Cx, Error, Result};

/// All descriptors, in the order of properties: by section, place in it, and key.
///
/// # Errors
/// [`Error::Forbidden`] if the actor may not look at descriptors.
pub async fn list(cx: &Cx<'_>) -> Result<Vec<Descriptor>> {
    function::permit(cx, &function::VIEW_DESCRIPTORS, None).await?;
    all(cx).await
}

/// The same for rules that look after permissions themselves.
pub(crate) async fn all(cx: &Cx<'_>) -> Result<Vec<Descriptor>> {
    rows::all(&cx.scope()).await?.into_iter().map(Descriptor::of).collect()
}

/// The descriptor with this identity or key.
///
/// # Errors
/// [`Error::NotFound`] if there is none, [`Error::Forbidden`] if the actor may not look at descriptors.
pub async fn find(cx: &Cx<'_>, uuid_or_key: &str) -> Result<Descriptor> {
    list(cx).await?.into_iter().find(|one| is_named(one, uuid_or_key)).ok_or(Error::NotFound)
}
