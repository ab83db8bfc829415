//! Changes, as they are read.

use sea_orm::{DbBackend, Value};

use crate::authority::EPOCH;
use crate::changes::{COLUMNS, Changes, LATEST, made_at};
use crate::listing::{Listing, Ownership, RowPage, Table};
use crate::order::OrderBy;
use crate::query::Query;
use crate::row::{Entity as _, row};
use crate::sql::Sql;
use crate::{CustomerNumber, Operand, Result, Scope, Store};

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

/// Where the log begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogEnds {
    /// Up to this number changes may have been removed; none where it is zero.
    pub removed: i64,
    /// The greatest number that there is, or has been.
    pub last: i64,
}

/// Where the log begins and ends. On PostgreSQL, as far as it is numbered.
///
/// # Errors
/// As [`crate::Error`].
pub async fn ends(scope: &Scope<'_>) -> Result<LogEnds> {
    let sql = format!(
        "SELECT removed, GREATEST_OF(removed, last, coalesce((SELECT max(id) FROM change), 0)), {EPOCH} FROM change_number"
    );
    let greatest = if scope.backend() == DbBackend::Postgres { "GREATEST" } else { "max" };
    let (removed, last) = scope.facts(scope.statement(&sql.replace("GREATEST_OF", greatest), [])).await?;
    Ok(LogEnds { removed, last })
}

/// What has been added to the log after a number, and the present epoch, which is not older: whoever is told of it is told as who
/// they are then.
///
/// # Errors
/// As [`crate::Error`].
pub async fn news(store: &Store, after: i64, limit: u64) -> Result<(Vec<Change>, i64)> {
    let operator = store.operator();
    let sql = format!("SELECT {} FROM change WHERE id > $1 ORDER BY id LIMIT $2", Change::COLUMNS);
    let rows = operator.all(operator.statement(&sql, [after.into(), limit.cast_signed().into()])).await?;
    Ok((rows, operator.epoch().await?))
}

/// Changes of what others are of, after a number, the oldest first, whatever else they are.
///
/// # Errors
/// As [`crate::Error`].
pub async fn following(scope: &Scope<'_>, which: &WhichChanges, limit: u64) -> Result<Vec<Change>> {
    scope.check().await?;
    let mut sql = Sql::new(scope.backend(), format!("SELECT {} FROM change WHERE id > $1", Change::COLUMNS));
    sql.values = vec![which.after.unwrap_or(0).into()];
    which.push_owner(&mut sql);
    sql.push(&format!(" ORDER BY id LIMIT {limit}"));
    scope.all(scope.statement(&sql.text, sql.values)).await
}

/// The greatest number that a change of what others are of has; zero where there is none.
///
/// # Errors
/// As [`crate::Error`].
pub async fn newest(scope: &Scope<'_>, which: &WhichChanges) -> Result<i64> {
    let mut sql = Sql::new(scope.backend(), "SELECT coalesce((SELECT max(id) FROM change WHERE id > 0".to_owned());
    which.push_owner(&mut sql);
    sql.push(&format!("), 0), {EPOCH}"));
    let (newest,) = scope.facts(scope.statement(&sql.text, sql.values)).await?;
    Ok(newest)
}

row! {
    /// A change by its number alone, and when it was made.
    NumberedChange {
        /// The number.
        number: i64 = "id",
        /// When it was made.
        made_at: i64 = "made_at",
    }
}

/// The changes beside one of the same resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichVersion {
    /// The first of all.
    First,
    /// The last of all.
    Last,
    /// The last with a smaller number.
    Before {
        /// That number.
        than: i64,
    },
    /// The first with a greater number.
    After {
        /// That number.
        than: i64,
    },
    /// The last that was made before an instant.
    Until {
        /// That instant, in microseconds since 1970.
        instant: i64,
    },
}

/// A change of the resource at a path.
///
/// # Errors
/// As [`crate::Error`].
pub async fn version(scope: &Scope<'_>, path: &str, which: WhichVersion) -> Result<Option<NumberedChange>> {
    let (condition, bound, order) = match which {
        WhichVersion::First => ("id > $2", 0, ""),
        WhichVersion::Last => ("id > $2", 0, " DESC"),
        WhichVersion::Before { than } => ("id < $2", than, " DESC"),
        WhichVersion::After { than } => ("id > $2", than, ""),
        WhichVersion::Until { instant } => ("made_at < $2", instant, " DESC"),
    };
    let sql = format!(
        "SELECT {}, {EPOCH} FROM change WHERE path = $1 AND {condition} ORDER BY id{order} LIMIT 1",
        NumberedChange::COLUMNS
    );
    scope.one(scope.statement(&sql, [path.into(), bound.into()])).await
}

/// The changes of the resource at a path, from after a number on, so many at the most.
///
/// # Errors
/// As [`crate::Error`].
pub async fn numbered(scope: &Scope<'_>, path: &str, after: i64, limit: u64) -> Result<Vec<NumberedChange>> {
    scope.check().await?;
    let columns = NumberedChange::COLUMNS;
    let sql = format!("SELECT {columns} FROM change WHERE path = $1 AND id > $2 ORDER BY id LIMIT {limit}");
    scope.all(scope.statement(&sql, [path.into(), after.into()])).await
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
            "WITH before AS (SELECT GREATEST(last, (SELECT max(id) FROM change)) AS last, {LATEST} AS at FROM change_number), \
             moved AS (DELETE FROM change_unnumbered RETURNING *), \
             numbered AS (INSERT INTO change (id, made_at, {COLUMNS}) \
             SELECT before.last + row_number() OVER (ORDER BY moved.id), {}, {COLUMNS} FROM moved, before RETURNING id) \
             UPDATE change_number SET last = GREATEST(before.last, (SELECT max(id) FROM numbered)) FROM before",
            made_at("made_at", "GREATEST(before.at, max(made_at) OVER (ORDER BY moved.id))", "GREATEST", "LEAST")
        );
        transaction.run(transaction.statement(&sql, [])).await?;
        transaction.commit(Changes::none("the log itself is none of the resources")).await
    }
}

/// Whose changes are listed, and which of them may be seen.
#[derive(Debug, Clone, Default)]
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
    /// Only those with greater numbers than this.
    pub after: Option<i64>,
    /// What else they must be: of these properties these values. For [`WhichChanges::has`].
    pub filters: Vec<(&'static str, Operand)>,
}

impl WhichChanges {
    /// The column by which they are found, and its value.
    fn owner(&self) -> Option<(&'static str, Value)> {
        match (&self.path, self.customer) {
            (Some(path), _) => Some(("path", path.clone().into())),
            (None, Some(customer)) => Some(("customer_id", customer.into())),
            (None, None) => None,
        }
    }

    fn push_owner(&self, sql: &mut Sql) {
        if let Some((column, value)) = self.owner() {
            sql.push(&format!(" AND {column} = "));
            sql.bind(value);
        }
    }

    fn condition(&self, sql: &mut Sql) {
        sql.push("class IN (''");
        for class in &self.classes {
            sql.push(", ");
            sql.bind(*class);
        }
        sql.push(")");
        for (bound, comparison) in [(self.since, "made_at >="), (self.until, "made_at <"), (self.after, "id >")] {
            if let Some(bound) = bound {
                sql.push(&format!(" AND {comparison} "));
                sql.bind(bound);
            }
        }
    }

    /// Whether a change is of what they are of.
    pub fn is_of(&self, change: &Change) -> bool {
        self.customer.is_none_or(|customer| change.customer == Some(customer))
            && self.path.as_ref().is_none_or(|path| change.path == *path)
    }

    /// Whether a change is among them.
    pub fn has(&self, change: &Change) -> bool {
        let is = |own: &str, operand: &Operand| matches!(operand, Operand::Text(text) if text == own);
        self.is_of(change)
            && self.classes.contains(&change.class.as_str())
            && self.since.is_none_or(|since| change.made_at >= since)
            && self.until.is_none_or(|until| change.made_at < until)
            && self.after.is_none_or(|after| change.number > after)
            && self.filters.iter().all(|(name, operand)| match *name {
                "class" => is(&change.class, operand),
                "kind" => is(&change.kind, operand),
                _ => is(&change.actor_name, operand),
            })
    }
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
    let (column, owner) = which.owner().unzip();
    let conditions = |sql: &mut Sql| {
        which.condition(sql);
        TABLE.filter(listing, sql);
    };
    let query = Query { scope, table: &TABLE, owner, column, listing, extents: None, conditions: &conditions };
    let page = query.page(Change::COLUMNS).await?;
    Ok(page.unwrap_or_else(|| RowPage { rows: Vec::new(), total: Some(0), next: None }))
}
