//! Domains: what the names of customers stand in.

use crate::authority::EPOCH;
use crate::condition::{Condition, Visible, compile};
use crate::folding::key;
use crate::row::{Entity as _, row};
use crate::sql::Sql;
use crate::{DomainNumber, Result, Scope};

row! {
    /// A domain.
    Domain {
        /// The number in addresses.
        id: DomainNumber = "domain.id",
        /// The name.
        name: String = "domain.name",
    }
}

/// All domains. There are few.
///
/// # Errors
/// As [`crate::Error`].
pub async fn all(scope: &Scope<'_>) -> Result<Vec<Domain>> {
    scope.few("domain ORDER BY id").await
}

/// The domain with this number or, failing that, with this name, whatever the case of its letters.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, number: Option<DomainNumber>, name: &str) -> Result<Option<Domain>> {
    let sql = format!(
        "SELECT {}, {EPOCH} FROM domain WHERE id = $1 OR name_key = $2 ORDER BY CASE WHEN id = $1 THEN 0 ELSE 1 END \
         LIMIT 1",
        Domain::COLUMNS
    );
    scope.one(scope.statement(&sql, [number.into(), key("name_key", name).into()])).await
}

/// The domains of the customers that can be seen.
///
/// # Errors
/// As [`crate::Error`].
pub async fn visible(scope: &Scope<'_>, visible: &Visible) -> Result<Vec<Domain>> {
    scope.check().await?;
    let text = format!(
        "SELECT {} FROM domain WHERE EXISTS (SELECT 1 FROM customer WHERE customer.domain_id = domain.id AND ",
        Domain::COLUMNS
    );
    let mut sql = Sql::new(scope.backend(), text);
    compile(visible, &Condition::All(Vec::new()), &mut sql);
    sql.push(") ORDER BY domain.id");
    scope.all(scope.statement(&sql.text, sql.values)).await
}
