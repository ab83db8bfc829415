//! How the database finds what it is asked for. Whatever statement any test has it run is looked at once, after that test: in a table
//! that grows, no more is read than is wanted. The tables of tests are small, so it is not asked what the database would do with them,
//! but whether there is another way than to read them whole.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::mem::take;
use std::sync::{LazyLock, Mutex, Once, PoisonError};

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::{Layer, Registry};

/// Tables that stay small, however many customers there are, and those that the service only counts in.
const SMALL: &[&str] = &[
    "authority",
    "domain",
    "entitlement",
    "entitlement_group",
    "entitlement_group_member",
    "extent",
    "global_eula",
    "image_optimisation_policy",
    "made_once",
    "origin_strategy",
    "portal_role",
    "property_descriptor",
    "readers",
    "seaql_migrations",
    "storage_policy",
    "sweep",
    "thumbnail_policy",
    "user_role",
];

/// Statements that read a table whole, and why they may.
const WHOLE: &[(&str, &str)] = &[
    (
        "SELECT CAST(count(*) AS BIGINT), (SELECT epoch FROM authority) FROM customer",
        "an Argus answer has the number of all that is found, whatever the criteria",
    ),
    (
        "AS line WHERE job.id = line.id",
        "the jobs are named by their numbers, and of few rows PostgreSQL rather takes them in the order of an index",
    ),
    (
        "FROM job WHERE kind = 'ingest'",
        "a worker that works tells of it once in a while, and so does whoever looks at the metrics",
    ),
    ("change_unnumbered", "what lies there is numbered, and taken away, whenever somebody looks"),
    ("change_number", "it has one row"),
    ("SELECT customer.id FROM customer WHERE", "the same, of the first thousand that are found"),
    ("customer.version FROM customer WHERE ", "an Argus search has any criteria, and any attribute to order by"),
];

/// A statement, as the store tells of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Statement {
    database: String,
    sql: String,
    values: String,
}

#[derive(Debug, Default)]
struct Asked {
    fresh: BTreeSet<Statement>,
    looked_at: BTreeSet<Statement>,
}

static ASKED: LazyLock<Mutex<Asked>> = LazyLock::new(Mutex::default);

fn asked() -> std::sync::MutexGuard<'static, Asked> {
    ASKED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whoever listens to what the store says of its statements.
struct Listener;

impl Visit for Statement {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "database" => self.database = format!("{value:?}"),
            "values" => self.values = format!("{value:?}"),
            _ => {}
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "sql" {
            value.clone_into(&mut self.sql);
        }
    }
}

impl<S: Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut statement = Statement::default();
        event.record(&mut statement);
        let mut asked = asked();
        if !asked.looked_at.contains(&statement) {
            asked.fresh.insert(statement);
        }
    }
}

/// Listens from now on.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let statements = Targets::new().with_target("store::statement", Level::TRACE);
        let subscriber = Registry::default().with(Listener.with_filter(statements));
        tracing::subscriber::set_global_default(subscriber).expect("nobody else listens");
    });
}

/// Looks at the statements that came since.
pub async fn check(database: &str) {
    let kind = if database.starts_with("postgres:") { "Postgres" } else { "Sqlite" };
    let fresh: BTreeSet<Statement> = {
        let mut asked = asked();
        let (fresh, others) = take(&mut asked.fresh).into_iter().partition(|statement| statement.database == kind);
        asked.fresh = others;
        asked.looked_at.extend(BTreeSet::clone(&fresh));
        fresh
    };
    let fresh = fresh.iter().filter(|statement| !WHOLE.iter().any(|(part, _)| statement.sql.contains(part)));
    let whole = match kind {
        "Postgres" => postgres(database, fresh).await,
        _ => sqlite(database, fresh).await,
    };
    assert!(whole.is_empty(), "{database} reads whole tables: {whole:#?}");
}

fn grows(table: &str) -> bool {
    !SMALL.contains(&table)
}

/// The tables that SQLite would read whole, and by which statements.
async fn sqlite(database: &str, statements: impl Iterator<Item = &Statement>) -> Vec<String> {
    let mut connection = SqliteConnection::connect(database).await.expect("the database answers");
    let tables = names(connection.fetch_all(super::sql::TABLES).await.expect("it is read"));
    let partial = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'";
    let partial = names(connection.fetch_all(partial).await.expect("it is read"));
    let mut whole = Vec::new();
    for Statement { sql, .. } in statements {
        let plan = connection.fetch_all(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"))).await;
        let plan = plan.unwrap_or_else(|error| panic!("{error} in {sql}"));
        let steps: Vec<String> = plan.iter().map(|row| row.get(3)).collect();
        // Until there are enough.
        let is_bounded = sql.contains(" LIMIT ") && !steps.iter().any(|step| step.contains("TEMP B-TREE FOR ORDER BY"));
        let read = steps.iter().filter(|step| !is_bounded || step.contains("AUTOMATIC")).filter_map(|step| {
            // An index that is made for one statement is made of all rows.
            step.strip_prefix("SCAN ")
                .or_else(|| step.strip_prefix("SEARCH ").filter(|step| step.contains("AUTOMATIC")))
        });
        let read =
            read.filter(|read| read.split(' ').next_back().is_none_or(|index| !partial.contains(&index.to_owned())));
        let read = read.filter_map(|read| read.split(' ').next()).map(|name| {
            let aliased = tables.iter().find(|table| sql.contains(&format!("{table} AS {name}")));
            aliased.map_or(name, String::as_str)
        });
        let read = read.filter(|name| tables.iter().any(|table| table == name) && grows(name));
        whole.extend(read.map(|table| format!("{table}, by {sql}: {steps:?}")));
    }
    whole
}

fn names<R: Row<Database = D>, D: sqlx::Database>(rows: Vec<R>) -> Vec<String>
where
    usize: sqlx::ColumnIndex<R>,
    String: sqlx::Type<D> + for<'r> sqlx::Decode<'r, D>,
{
    rows.iter().map(|row| row.get(0)).collect()
}

/// Whatever way is best for whatever values.
const USUAL: &str = "RESET ALL; SET plan_cache_mode = force_generic_plan";

/// The tables that PostgreSQL would read whole, or a whole index of, and by which statements.
async fn postgres(database: &str, statements: impl Iterator<Item = &Statement>) -> Vec<String> {
    let mut connection = PgConnection::connect(database).await.expect("the database answers");
    connection.execute(USUAL).await.expect("it is set");
    let partial = "SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL";
    let partial = names(connection.fetch_all(partial).await.expect("it is read"));
    let mut whole = Vec::new();
    for Statement { sql, values, .. } in statements {
        let (kinds, nulls) =
            match values.split(", ").filter(|kind| !kind.is_empty()).map(|_| "NULL").collect::<Vec<_>>() {
                none if none.is_empty() => (String::new(), String::new()),
                nulls => (format!("({values})"), format!("({})", nulls.join(", "))),
            };
        let (prepare, explain) =
            (format!("PREPARE asked {kinds} AS {sql}"), format!("EXPLAIN (FORMAT JSON) EXECUTE asked{nulls}"));
        let mut read = Vec::new();
        // What reads no more than it has to may have to sort.
        for avoided in [&["seqscan", "hashjoin", "mergejoin"][..], &["hashagg", "sort", "material"]] {
            for way in avoided {
                let set = AssertSqlSafe(format!("SET enable_{way} = off"));
                connection.execute(set).await.expect("it is set");
            }
            let prepared = connection.execute(AssertSqlSafe(prepare.clone())).await;
            prepared.unwrap_or_else(|error| panic!("{error} in {sql}"));
            let plan = connection.fetch_one(AssertSqlSafe(explain.clone())).await;
            let plan = plan.unwrap_or_else(|error| panic!("{error} in {sql}"));
            connection.execute("DEALLOCATE asked").await.expect("it is prepared");
            let plan: Value = serde_json::from_str(&plan.get_unchecked::<String, _>(0)).expect("it is JSON");
            read.clear();
            look_at(&plan[0]["Plan"], false, &partial, &mut read);
            if read.is_empty() {
                break;
            }
        }
        connection.execute(USUAL).await.expect("it is set");
        whole.extend(read.into_iter().map(|table| format!("{table}, by {sql}")));
    }
    whole
}

/// Adds the tables that part of a plan reads whole, unless what is above it stops when there are enough.
fn look_at(node: &Value, is_bounded: bool, partial: &[String], read: &mut Vec<String>) {
    let kind = node["Node Type"].as_str().expect("a node has a type");
    let is_bounded = match kind {
        "Limit" => true,
        // What has to have all before it has any.
        "Sort" | "Aggregate" | "Hash" | "Materialize" => false,
        _ => is_bounded,
    };
    if let Some(table) = node["Relation Name"].as_str() {
        let is_whole = match kind {
            "Index Scan" | "Index Only Scan" => {
                let is_partial = partial.iter().any(|index| node["Index Name"] == *index);
                node["Index Cond"].is_null() && !is_partial
            }
            kind => kind == "Seq Scan",
        };
        if is_whole && !is_bounded && grows(table) {
            read.push(table.to_owned());
        }
    }
    for part in node["Plans"].as_array().into_iter().flatten() {
        look_at(part, is_bounded, partial, read);
    }
}
