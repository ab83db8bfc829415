//! Portal users of whichever customer, for those who administer more than one.

use sea_orm::Value;
use uuid::Uuid;

use crate::authority::EPOCH;
use crate::folding::{addresses, key};
use crate::placeholders::placeholders;
use crate::row::{Entity as _, row};
use crate::{CustomerNumber, Result, Scope, UserNumber};

row! {
    /// A portal user, and where they belong.
    Person {
        /// The number that other tables refer to.
        id: UserNumber = "portal_user.id",
        /// The identity in addresses.
        uuid: Uuid = "portal_user.uuid",
        /// The name of the customer that they belong to; none of a system user.
        customer: Option<String> = "customer.cid",
        /// The address that they sign in with.
        email: String = "portal_user.email",
        /// A sign-in name.
        uid: Option<String> = "portal_user.uid",
        /// A mobile number.
        mobile: Option<String> = "portal_user.mobile",
        /// Whether they can sign in.
        enabled: bool = "portal_user.enabled",
        /// Whether they have approved the agreement.
        eula_approval: bool = "portal_user.eula_approval",
        /// Which revision of it is meant.
        eula_revision: Option<String> = "portal_user.eula_revision",
    }
}

/// What a portal user is found by; the case of letters makes no difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhichPerson {
    /// The identity that never changes.
    Uuid(Uuid),
    /// An e-mail address.
    Email(String),
    /// A sign-in name.
    Uid(String),
    /// A mobile number.
    Mobile(String),
}

/// The portal user with this identity; none where there is none, or where it is that of several: an address can be known
/// to several customers.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, identity: &WhichPerson) -> Result<Option<Person>> {
    let mut values: Vec<Value> = Vec::new();
    let (column, given) = match identity {
        WhichPerson::Uuid(uuid) => ("uuid", placeholders(&mut values, [*uuid])),
        WhichPerson::Email(email) => ("email_key", placeholders(&mut values, addresses(email))),
        WhichPerson::Uid(uid) => ("uid_key", placeholders(&mut values, [key("uid_key", uid)])),
        WhichPerson::Mobile(mobile) => ("mobile", placeholders(&mut values, [mobile.as_str()])),
    };
    let sql = format!(
        "SELECT {}, {EPOCH} FROM portal_user LEFT JOIN customer ON customer.id = portal_user.customer_id \
         WHERE portal_user.{column} IN ({given}) \
         AND (SELECT count(*) FROM portal_user other WHERE other.{column} IN ({given})) = 1",
        Person::COLUMNS
    );
    scope.one(scope.statement(&sql, values)).await
}

row! {
    /// What somebody is called, and their customer.
    Introduction {
        /// The address of a portal user.
        email: Option<String> = "(SELECT email FROM portal_user WHERE id = $1)",
        /// The name of a customer.
        customer: Option<String> = "(SELECT cid FROM customer WHERE id = $2)",
    }
}

/// What the user and the customer with these numbers are called.
///
/// # Errors
/// As [`crate::Error`].
pub async fn introduction(
    scope: &Scope<'_>,
    user: Option<UserNumber>,
    customer: Option<CustomerNumber>,
) -> Result<Introduction> {
    let sql = format!("SELECT {}, {EPOCH}", Introduction::COLUMNS);
    scope.facts(scope.statement(&sql, [user.into(), customer.into()])).await
}
