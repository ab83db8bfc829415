//! Changes, as they are read.

use sea_orm::DbBackend;

use crate::authority::EPOCH;
use crate::changes::{COLUMNS, Changes};
use crate::listing::{Listing, Ownership, RowPage, Table};
use crate::order::OrderBy;
use crate::query::Query;
use crate::row::{Entity as _, row};
use crate::sql::Sql;
use crate::{CustomerNumber, Result, Scope, Store};

row! {
    /// A change as it was written. Instants are microseconds since 1970.
    Change {
        /// The number. Whoever has read it has read all below it.
        number: i64 = "id",
        /// When it was made.
        made_at: i64 = "made_at",
        /// Of which sort whoever made it is.
        actor_kind: String = "actor_kind",
        /// The path of the resource that they are.
        actor: Option<String> = "actor",
        /// What they were called.
        actor_name: String = "actor_name",
        /// What they asked.
        face: String = "face",
        /// The identity of the request.
        request: Option<String> = "request",
        /// The customer that the resource belongs to.
        customer: Option<CustomerNumber> = "customer_id",
        /// The name of its class.
        class: String = "class",
        /// Its path.
        path: String = "path",
        /// What happened.
        kind: String = "kind",
        /// The version that it had then.
        version: Option<i64> = "version",
        /// The names of the members that changed.
        members: Option<String> = "members",
        /// What it was then.
        state: Option<String> = "state",
    }
}

/// The change with a number.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, number: i64) -> Result<Option<Change>> {
    let sql = format!("SELECT {}, {} FROM change WHERE id = $1", Change::COLUMNS, EPOCH);
    scope.one(scope.statement(&sql, [number.into()])).await
}

/// The latest change of each resource, by path: so many, after a path.
///
/// # Errors
/// As [`crate::Error`].
pub async fn latest(scope: &Scope<'_>, after: &str, limit: u64) -> Result<Vec<Change>> {
    let sql = format!(
        "SELECT {} FROM change AS one WHERE path > $1 \
         AND id = (SELECT max(id) FROM change AS other WHERE other.path = one.path) ORDER BY path LIMIT $2",
        Change::COLUMNS
    );
    scope.check().await?;
    scope.all(scope.statement(&sql, [after.into(), limit.cast_signed().into()])).await
}

impl Store {
    /// Numbers the changes that were made since that was done last, so that they can be read. One process at a time does: whatever is
    /// visible to it is numbered, and what ends later gets a greater number.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn number_changes(&self) -> Result<()> {
        if self.backend() != DbBackend::Postgres {
            return Ok(());
        }
        let operator = self.operator();
        let waits = "SELECT EXISTS (SELECT 1 FROM change_unnumbered)";
        let found: Vec<(bool,)> = operator.all(operator.statement(waits, [])).await?;
        if found != [(true,)] {
            return Ok(());
        }
        let transaction = operator.begin().await?;
        transaction.run(transaction.statement("SELECT last FROM change_number FOR UPDATE", [])).await?;
        // Begun after the lock was had, this sees all that was numbered before.
        let sql = format!(
            "WITH before AS (SELECT GREATEST(last, (SELECT max(id) FROM change)) AS last FROM change_number), \
             moved AS (DELETE FROM change_unnumbered RETURNING *), \
             numbered AS (INSERT INTO change (id, {COLUMNS}) \
             SELECT before.last + row_number() OVER (ORDER BY moved.id), {COLUMNS} FROM moved, before RETURNING id) \
             UPDATE change_number SET last = GREATEST(before.last, (SELECT max(id) FROM numbered)) FROM before"
        );
        transaction.run(transaction.statement(&sql, [])).await?;
        transaction.commit(Changes::none("the log itself is none of the resources")).await
    }
}

/// Whose changes are listed, and which of them may be seen.
#[derive(Debug, Clone)]
pub struct WhichChanges {
    /// Those of the resources of a customer; none where they may be anybody's.
    pub customer: Option<CustomerNumber>,
    /// Those of the resource at a path alone.
    pub path: Option<String>,
    /// The classes whose changes may be seen.
    pub classes: Vec<&'static str>,
    /// Not what was made before this, in microseconds since 1970.
    pub since: Option<i64>,
    /// Only what was made before this.
    pub until: Option<i64>,
}

const TABLE: Table = Table {
    name: "change",
    ownership: Ownership::Nobody,
    condition: "TRUE",
    owner_exists: "TRUE",
    extents: None,
    text: &[],
    has_trigrams: false,
    filters: &[("class", "class", false), ("kind", "kind", false), ("actorName", "actor_name", false)],
    orders: &[("number", OrderBy::Whole("id"))],
};

/// Lists changes.
///
/// # Errors
/// As [`crate::Error`].
pub async fn list(scope: &Scope<'_>, which: &WhichChanges, listing: &Listing) -> Result<RowPage<Change>> {
    let (column, owner) = match (&which.path, which.customer) {
        (Some(path), _) => (Some("path"), Some(path.clone().into())),
        (None, Some(customer)) => (Some("customer_id"), Some(customer.into())),
        (None, None) => (None, None),
    };
    let conditions = |sql: &mut Sql| {
        sql.push("class IN (''");
        for class in &which.classes {
            sql.push(", ");
            sql.bind(*class);
        }
        sql.push(")");
        for (bound, comparison) in [(which.since, ">="), (which.until, "<")] {
            if let Some(bound) = bound {
                sql.push(&format!(" AND made_at {comparison} "));
                sql.bind(bound);
            }
        }
        TABLE.filter(listing, sql);
    };
    let query = Query { scope, table: &TABLE, owner, column, listing, extents: None, conditions: &conditions };
    let page = query.page(Change::COLUMNS).await?;
    Ok(page.unwrap_or_else(|| RowPage { rows: Vec::new(), total: Some(0), next: None }))
}
