//! Entitlement groups: names under which several entitlements are granted together.

use store::entitlement_group as rows;

use crate::error::Defined;
use crate::grants::names;
use crate::{Cx, Error, Result};

/// The definition of an entitlement group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The names of the entitlements that it brings, in order. One that is not defined brings nothing.
    pub members: Vec<String>,
    /// Whether core entitlements may be members; such a group is not granted to customers.
    pub allow_core: bool,
    /// Whether it is a portal role, which whoever may write in a customer can give to its portal users.
    pub portal: bool,
    /// Whether it came with the service, and so stays as it is.
    pub built_in: bool,
    /// Rises with each change.
    pub version: i64,
}

impl From<rows::Group> for Group {
    fn from(row: rows::Group) -> Self {
        let rows::Group { name, description, allow_core, portal, built_in, version, members } = row;
        Self { name, description, members: names(members), allow_core, portal, built_in, version }
    }
}

/// The definition of an entitlement group.
///
/// # Errors
/// [`Error::Undefined`] if there is none of this name.
pub async fn find(cx: &Cx<'_>, name: &str) -> Result<Group> {
    let row = rows::find(&cx.scope(), name).await?;
    row.map(Group::from).ok_or(Error::Undefined(Defined::Group))
}

/// All definitions, by name.
///
/// # Errors
/// As [`Error`].
pub async fn all(cx: &Cx<'_>) -> Result<Vec<Group>> {
    let mut all: Vec<Group> = rows::all(&cx.scope()).await?.into_iter().map(Group::from).collect();
    all.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    Ok(all)
}
