//! Portal users of whichever customer, for those who administer more than one.
//!
//! The caller of these functions has asked whether the actor may do this.

use store::{UserNumber, person as rows};
use uuid::Uuid;

pub use store::person::Identity;

use crate::{Cx, Error, Result};

/// A portal user, and where they belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The number that other tables refer to.
    pub id: UserNumber,
    /// The identity in addresses.
    pub uuid: Uuid,
    /// The name of the customer that they belong to; none of a system user.
    pub customer: Option<String>,
    /// The address that they sign in with.
    pub email: String,
    /// A sign-in name.
    pub uid: Option<String>,
    /// A mobile number.
    pub mobile: Option<String>,
    /// The name they are called by.
    pub first_name: Option<String>,
    /// The name of the family.
    pub last_name: Option<String>,
    /// Whether they can sign in.
    pub enabled: bool,
    /// Whether they have approved the agreement.
    pub eula_approval: bool,
    /// Which revision of it is meant.
    pub eula_revision: Option<String>,
}

impl From<rows::Person> for Person {
    fn from(row: rows::Person) -> Self {
        Self {
            id: row.id,
            uuid: row.uuid,
            customer: row.customer,
            email: row.email,
            uid: row.uid,
            mobile: row.mobile,
            first_name: row.first_name,
            last_name: row.last_name,
            enabled: row.enabled,
            eula_approval: row.eula_approval,
            eula_revision: row.eula_revision,
        }
    }
}

/// The portal user who has the first of these identities that anybody has.
///
/// # Errors
/// [`Error::NotFound`] if nobody has any, or several have that one.
pub async fn find(cx: &Cx<'_>, identities: &[Identity]) -> Result<Person> {
    for identity in identities {
        if let Some(row) = rows::find(&cx.scope(), identity).await? {
            return Ok(row.into());
        }
    }
    Err(Error::NotFound)
}
