//! The log of changes. What a transaction changes of resources is written in it, by [`crate::Transaction::commit`] itself, which nobody can
//! call without saying what that is.

use sea_orm::{DbBackend, Statement, Value};

use crate::CustomerNumber;
use crate::sql::Sql;

/// What happened to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// It was not there before.
    Created,
    /// It was there before, and is.
    Updated,
    /// It is not there any more.
    Deleted,
}

impl Happened {
    /// As it is kept and told.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        }
    }
}

/// Who changes something.
#[derive(Debug, Clone)]
pub struct By {
    /// Of which sort they are: `user`, `key`, `issuer`, `operator`, `worker`, `service`.
    pub kind: &'static str,
    /// The path of the resource that they are, where they are one.
    pub actor: Option<String>,
    /// What they are called at that time.
    pub name: String,
}

/// A change of one resource.
#[derive(Debug, Clone)]
pub struct LoggedChange {
    /// The customer that the resource belongs to.
    pub customer: Option<CustomerNumber>,
    /// The name of its class.
    pub class: &'static str,
    /// Its path.
    pub path: String,
    /// What happened.
    pub kind: Happened,
    /// The version that it has then.
    pub version: Option<i64>,
    /// The names of the members that changed, as a JSON array; none where that says nothing.
    pub members: Option<String>,
    /// What it is then, as a JSON object without what is secret; none where it is nothing.
    pub state: Option<String>,
    /// Whether what lies below its path is gone with it.
    pub ends_below: bool,
    /// Whether nobody may read any more what it was.
    pub erases: bool,
}

/// What a transaction changes.
#[derive(Debug)]
#[must_use = "it is for the commit"]
pub struct Changes(Option<Box<Told>>);

#[derive(Debug)]
struct Told {
    by: By,
    at: i64,
    changes: Vec<LoggedChange>,
    erased: Vec<(CustomerNumber, &'static str)>,
}

/// What whoever changes something was asked by: kept with all that is done for it.
#[derive(Debug, Clone)]
pub struct Errand {
    /// The face of the service that was asked, or what else began it.
    pub face: &'static str,
    /// The identity of the request.
    pub request: Option<String>,
}

tokio::task_local! {
    static ERRAND: Option<Errand>;
}

impl Errand {
    /// Does some work because of this, or because of nothing in particular.
    pub async fn keep<T>(errand: Option<Self>, work: impl Future<Output = T>) -> T {
        ERRAND.scope(errand, work).await
    }

    /// Why what is being done is done.
    pub fn present() -> Option<Self> {
        ERRAND.try_with(Clone::clone).ok().flatten()
    }
}

/// How many changes are written by one statement: each binds seven values at the most, beside six that all have in common.
const LOT: usize = 500;

/// The columns of both tables, but for the number and the instant.
pub(crate) const COLUMNS: &str =
    "actor_kind, actor, actor_name, face, request, customer_id, class, path, kind, version, members, state";

/// The instant of the change before.
pub(crate) const LATEST: &str = "coalesce((SELECT made_at FROM change ORDER BY id DESC LIMIT 1), 0)";

/// When a change was made, by when it was begun and when those were made that come before it: not before them, so that the order of
/// instants is that of numbers. Where the clock of another process is more than a minute ahead, that is not mended, or it would be
/// everybody's.
pub(crate) fn made_at(begun: &str, before: &str, greatest: &str, least: &str) -> String {
    format!("{greatest}({begun}, {least}({begun} + 60000000, {before}))")
}

impl Changes {
    /// No resource that is logged changes, for this reason, which is for whoever reads it there.
    pub fn none(_why: &'static str) -> Self {
        Self(None)
    }

    /// What somebody changes at an instant, in microseconds since 1970.
    pub fn by(by: By, at: i64) -> Self {
        Self(Some(Box::new(Told { by, at, changes: Vec::new(), erased: Vec::new() })))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|told| told.changes.is_empty())
    }

    /// Takes away what resources of some classes were, of a customer: who changed them, and when, stays.
    pub fn erase(&mut self, customer: CustomerNumber, classes: &[&'static str]) {
        if let Some(told) = &mut self.0 {
            told.erased.extend(classes.iter().map(|class| (customer, *class)));
        }
    }

    /// Adds a change.
    pub fn add(&mut self, change: LoggedChange) {
        if let Some(told) = &mut self.0 {
            told.changes.push(change);
        }
    }

    /// The statements that write them among what is about to be made last.
    pub(crate) fn statements(self, backend: DbBackend) -> Vec<Statement> {
        let Some(told) = self.0 else { return Vec::new() };
        let Told { by, at, changes, erased } = *told;
        let errand = Errand::present();
        let common = Common { backend, by: &by, at, errand: errand.as_ref() };
        let gone = changes.iter().filter(|change| change.ends_below);
        let below = gone.map(|change| common.end_below(&change.path));
        let paths = changes.iter().filter(|change| change.erases).flat_map(|change| erase(backend, &change.path));
        let classes = erased.iter().flat_map(|(customer, class)| erase_class(backend, *customer, class));
        let lots = changes.chunks(LOT).map(|lot| common.insert(lot));
        below.chain(paths).chain(classes).chain(lots).collect()
    }
}

/// Where changes are written: on PostgreSQL they are numbered later.
fn table(backend: DbBackend) -> &'static str {
    if backend == DbBackend::Postgres { "change_unnumbered" } else { "change" }
}

/// What changes have in common that are made together.
struct Common<'a> {
    backend: DbBackend,
    by: &'a By,
    at: i64,
    errand: Option<&'a Errand>,
}

impl Common<'_> {
    fn values(&self) -> [Value; 6] {
        let By { kind, actor, name } = self.by;
        let face = match (self.errand, *kind) {
            (Some(errand), _) => errand.face,
            (None, "operator") => "command line",
            (None, kind) => kind,
        };
        let request = self.errand.and_then(|errand| errand.request.clone());
        [self.at.into(), (*kind).into(), actor.clone().into(), name.clone().into(), face.into(), request.into()]
    }

    /// When they were made. On PostgreSQL that is not certain before they are numbered.
    fn made_at(&self) -> String {
        match self.backend {
            DbBackend::Postgres => "CAST($1 AS BIGINT)".to_owned(),
            _ => made_at("$1", LATEST, "max", "min"),
        }
    }

    fn insert(&self, changes: &[LoggedChange]) -> Statement {
        let backend = self.backend;
        let (table, made_at) = (table(backend), self.made_at());
        // The instant is looked up once, however many there are.
        let (first, row, last) = match backend {
            DbBackend::Postgres => ("VALUES ".to_owned(), "(CAST($1 AS BIGINT), $2, $3, $4, $5, $6", ""),
            _ => (
                format!("SELECT made.at, told.* FROM (SELECT {made_at} AS at) AS made CROSS JOIN (VALUES "),
                "($2, $3, $4, $5, $6",
                ") AS told",
            ),
        };
        let mut sql = Sql::new(backend, format!("INSERT INTO {table} (made_at, {COLUMNS}) {first}"));
        sql.values = self.values().into();
        let mut before = [None; 7];
        for (index, change) in changes.iter().enumerate() {
            if index > 0 {
                sql.push(", ");
            }
            sql.push(row);
            let LoggedChange { customer, class, path, kind, version, members, state, ends_below: _, erases: _ } =
                change;
            let values: [Value; 7] = [
                customer.map(CustomerNumber::get).into(),
                (*class).into(),
                path.clone().into(),
                kind.as_str().into(),
                (*version).into(),
                members.clone().into(),
                state.clone().into(),
            ];
            for (value, bound) in values.into_iter().zip(&mut before) {
                sql.push(", ");
                // What is the same as in the row before is bound once.
                match *bound {
                    Some(number) if sql.values[number - 1] == value => sql.push(&format!("${number}")),
                    _ => {
                        *bound = Some(sql.values.len() + 1);
                        sql.bind(value);
                    }
                }
            }
            sql.push(")");
        }
        sql.push(last);
        Statement::from_sql_and_values(backend, sql.text, sql.values)
    }

    /// With a resource goes all that lies below it: each is told as far as the log knows of it.
    fn end_below(&self, path: &str) -> Statement {
        let backend = self.backend;
        let (first, beyond) = below(path);
        let latest = |table: &str| {
            format!(
                "SELECT customer_id, class, path, kind FROM {table} AS one WHERE path > $7 AND path < $8 \
                 AND id = (SELECT max(id) FROM {table} AS other WHERE other.path = one.path)"
            )
        };
        let known = match backend {
            DbBackend::Postgres => format!(
                "{} UNION ALL SELECT * FROM ({}) AS numbered WHERE NOT EXISTS \
                 (SELECT 1 FROM change_unnumbered WHERE change_unnumbered.path = numbered.path)",
                latest("change_unnumbered"),
                latest("change")
            ),
            _ => latest("change"),
        };
        let sql = format!(
            "INSERT INTO {} (made_at, {COLUMNS}) SELECT {}, $2, $3, $4, $5, $6, customer_id, class, path, 'deleted', \
             NULL, NULL, NULL FROM ({known}) AS known WHERE kind <> 'deleted' ORDER BY path",
            table(backend),
            self.made_at()
        );
        let values = self.values().into_iter().chain([first.into(), beyond.into()]);
        Statement::from_sql_and_values(backend, sql, values)
    }
}

/// Between what the paths lie that are below one.
fn below(path: &str) -> (String, String) {
    // The letter after a slash.
    (format!("{path}/"), format!("{path}0"))
}

/// The tables that changes are in.
fn tables(backend: DbBackend) -> &'static [&'static str] {
    if backend == DbBackend::Postgres { &["change", "change_unnumbered"] } else { &["change"] }
}

/// Takes away what a resource was, and what lies below it: who changed it, and when, stays.
fn erase(backend: DbBackend, path: &str) -> Vec<Statement> {
    let (first, beyond) = below(path);
    let of = |table: &&str| {
        let sql = format!("UPDATE {table} SET state = NULL, members = NULL WHERE path = $1 OR path > $2 AND path < $3");
        let values = [path.into(), first.clone().into(), beyond.clone().into()];
        Statement::from_sql_and_values(backend, sql, values)
    };
    tables(backend).iter().map(of).collect()
}

/// The same of all resources of a class, of a customer.
fn erase_class(backend: DbBackend, customer: CustomerNumber, class: &'static str) -> Vec<Statement> {
    let of = |table: &&str| {
        let sql = format!("UPDATE {table} SET state = NULL, members = NULL WHERE customer_id = $1 AND class = $2");
        Statement::from_sql_and_values(backend, sql, [customer.into(), class.into()])
    };
    tables(backend).iter().map(of).collect()
}
