//! Portal users of whichever customer, for those who administer more than one.
//!
//! The caller of these functions has asked whether the actor may do this.

use store::person as rows;
pub use store::person::{Person, WhichPerson};

use crate::{Cx, Error, Result};

/// The portal user who has the first of these identities that anybody has.
///
/// # Errors
/// [`Error::NotFound`] if nobody has any, or several have that one.
pub async fn find(cx: &Cx<'_>, identities: &[WhichPerson]) -> Result<Person> {
    for identity in identities {
        if let Some(row) = rows::find(&cx.scope(), identity).await? {
            return Ok(row);
        }
    }
    Err(Error::NotFound)
}
