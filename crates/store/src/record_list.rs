//! Customers, found by any of their attributes and in the order of any.

use sea_orm::DbBackend;

use crate::authority::EPOCH;
use crate::folding::key;
use crate::record::Record;
use crate::row::Entity as _;
use crate::sql::Sql;
use crate::{CustomerNumber, Result, Scope, UserNumber};

/// What customers are found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribute {
    /// The name in addresses.
    Name,
    /// The identity that never changes.
    Uuid,
    /// The other unique name.
    Alias,
    /// The name for people.
    DisplayName,
    /// `active` or `inactive`.
    Status,
    /// The second factor.
    MfaMethod,
    /// `true` or `false`: whether anybody may register.
    AllowPublicRegistration,
    /// `true` or `false`: whether a new user has approved the agreement.
    EulaAutomaticApproval,
    /// The revision of the agreement for users.
    EulaRevision,
    /// The revision that the organisation has to approve.
    EulaRequired,
    /// The revision that it has approved.
    EulaApproved,
    /// Who approved it.
    EulaApprovedBy,
    /// When, as RFC 3339 has it, to the millisecond.
    EulaApprovedAt,
    /// When it last became active, likewise.
    Activated,
    /// When it came to be, likewise.
    Created,
    /// Who made it.
    CreatedBy,
    /// When it last changed, likewise.
    Updated,
    /// Who changed it.
    UpdatedBy,
    /// The addresses of its administrators, of which there can be several.
    AdminEmails,
    /// Its names in the DNS, of which there can be several.
    CustomerDomains,
    /// The entitlements that it has been granted, of which there can be several.
    Entitlements,
}

/// What an attribute must be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The attribute. Where it has several values, one of them must be like that.
    pub attribute: Attribute,
    /// The value, in which `*` stands for anything; the case of letters makes no difference.
    pub pattern: String,
}

/// Which customers somebody may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// All.
    All,
    /// Those that a portal user can switch to.
    ListOf(UserNumber),
    /// This one.
    Only(CustomerNumber),
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Query {
    /// Which may be shown.
    pub within: Within,
    /// What all of them must be like.
    pub terms: Vec<Term>,
    /// Attributes that have one value, and whether the greatest comes first. Customers without a value come last, and those
    /// that are equal in all of them by their names.
    pub order: Vec<(Attribute, bool)>,
    /// How many to give at the most.
    pub limit: i64,
    /// How many to leave out at the front.
    pub offset: i64,
}

/// Where the values of an attribute are.
enum Place {
    /// A text, already folded.
    Folded(&'static str),
    /// A text.
    Text(String),
    /// An instant.
    Instant(&'static str),
    /// A JSON array of texts.
    Array(&'static str),
    /// The rows of another table.
    Rows { table: &'static str, column: &'static str },
}

impl Attribute {
    fn place(self, backend: DbBackend) -> Place {
        let column = |name: &str| Place::Text(name.to_owned());
        let flag = |name: &str| Place::Text(format!("(CASE WHEN {name} THEN 'true' ELSE 'false' END)"));
        match self {
            Self::Name => Place::Folded("customer.cid_key"),
            Self::Alias => Place::Folded("customer.alias_key"),
            Self::DisplayName => Place::Folded("customer.name_key"),
            Self::Uuid => Place::Text(uuid(backend).to_owned()),
            Self::Status => column("(CASE WHEN customer.lifecycle = 'active' THEN 'active' ELSE 'inactive' END)"),
            Self::MfaMethod => column("customer.mfa_method"),
            Self::AllowPublicRegistration => flag("customer.allow_public_registration"),
            Self::EulaAutomaticApproval => flag("customer.eula_automatic_approval"),
            Self::EulaRevision => column("customer.eula_revision"),
            Self::EulaRequired => column("customer.eula_required"),
            Self::EulaApproved => column("customer.eula_approved"),
            Self::EulaApprovedBy => column("customer.eula_approved_by"),
            Self::EulaApprovedAt => Place::Instant("customer.eula_approved_at"),
            Self::Activated => Place::Instant("customer.activated_at"),
            Self::Created => Place::Instant("customer.created_at"),
            Self::CreatedBy => column("customer.created_by"),
            Self::Updated => Place::Instant("customer.updated_at"),
            Self::UpdatedBy => column("customer.updated_by"),
            Self::AdminEmails => Place::Array("customer.admin_emails"),
            Self::CustomerDomains => Place::Array("customer.customer_domains"),
            Self::Entitlements => Place::Rows { table: "customer_entitlement", column: "entitlement_name" },
        }
    }
}

/// An identity as text.
fn uuid(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "CAST(customer.uuid AS TEXT)",
        _ => {
            "(substr(hex(customer.uuid), 1, 8) || '-' || substr(hex(customer.uuid), 9, 4) || '-' || \
             substr(hex(customer.uuid), 13, 4) || '-' || substr(hex(customer.uuid), 17, 4) || '-' || \
             substr(hex(customer.uuid), 21))"
        }
    }
}

/// An instant as text (RFC 3339), in small letters.
fn instant(column: &str, backend: DbBackend) -> String {
    match backend {
        DbBackend::Postgres => format!(
            "to_char(timestamp '1970-01-01' + ({column} / 1000) * interval '1 millisecond', \
             'YYYY-MM-DD\"t\"HH24:MI:SS.MS\"z\"')"
        ),
        _ => format!("strftime('%Y-%m-%dt%H:%M:%fz', ({column} / 1000) / 1000.0, 'unixepoch')"),
    }
}

/// A text without regard to the case of the letters A to Z, and of no others: that much both databases know alike.
fn folded(text: &str, backend: DbBackend) -> String {
    match backend {
        DbBackend::Postgres => format!("lower({text} COLLATE \"C\")"),
        _ => format!("lower({text})"),
    }
}

/// The pattern as LIKE has it.
fn like(pattern: &str) -> String {
    pattern.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_").replace('*', "%")
}

fn push_term(sql: &mut Sql, term: &Term, backend: DbBackend) {
    let ascii = like(&term.pattern.to_ascii_lowercase());
    let element = folded("element.value", backend);
    let (before, pattern, after) = match term.attribute.place(backend) {
        Place::Folded(column) => (column.to_owned(), like(&key("name_key", &term.pattern)), ""),
        Place::Text(text) => (folded(&text, backend), ascii, ""),
        Place::Instant(column) => (instant(column, backend), ascii, ""),
        Place::Array(column) => {
            let elements = match backend {
                DbBackend::Postgres => format!("jsonb_array_elements_text(CAST({column} AS JSONB)) AS element(value)"),
                _ => format!("json_each({column}) AS element"),
            };
            (format!("EXISTS (SELECT 1 FROM {elements} WHERE {element}"), ascii, ")")
        }
        Place::Rows { table, column } => {
            let folded = folded(&format!("{table}.{column}"), backend);
            (format!("EXISTS (SELECT 1 FROM {table} WHERE {table}.customer_id = customer.id AND {folded}"), ascii, ")")
        }
    };
    sql.push(&format!(" AND {before} LIKE "));
    sql.bind(pattern);
    sql.push(" ESCAPE '\\'");
    sql.push(after);
}

fn push_conditions(sql: &mut Sql, query: &Query, backend: DbBackend) {
    sql.push(" FROM customer WHERE customer.lifecycle <> 'deleted'");
    match query.within {
        Within::All => {}
        Within::ListOf(user) => {
            sql.push(" AND customer.id IN (SELECT customer_id FROM portal_user_customer WHERE user_id = ");
            sql.bind(user);
            sql.push(")");
        }
        Within::Only(customer) => {
            sql.push(" AND customer.id = ");
            sql.bind(customer);
        }
    }
    for term in &query.terms {
        push_term(sql, term, backend);
    }
}

fn push_order(sql: &mut Sql, query: &Query, backend: DbBackend) {
    sql.push(" ORDER BY ");
    for (attribute, descending) in &query.order {
        let direction = if *descending { "DESC" } else { "ASC" };
        let value = match attribute.place(backend) {
            Place::Folded(column) | Place::Instant(column) => column.to_owned(),
            Place::Text(text) => folded(&text, backend),
            Place::Array(_) | Place::Rows { .. } => unreachable!("{attribute:?} has several values"),
        };
        sql.push(&format!("CASE WHEN {value} IS NULL THEN 1 ELSE 0 END, {value} {direction}, "));
    }
    sql.push("customer.cid_key");
}

/// The customers that are asked for, and how many there are without paging.
///
/// # Errors
/// As [`crate::Error`].
pub async fn list(scope: &Scope<'_>, query: &Query) -> Result<(Vec<Record>, u64)> {
    let backend = scope.backend();
    let mut count = Sql { text: "SELECT (SELECT CAST(count(*) AS BIGINT)".into(), values: vec![] };
    push_conditions(&mut count, query, backend);
    count.push(&format!("), {EPOCH}"));
    let (total,): (i64,) = scope.facts(scope.statement(&count.text, count.values)).await?;
    if query.limit == 0 || query.offset >= total {
        return Ok((Vec::new(), total.cast_unsigned()));
    }
    let mut sql = Sql { text: format!("SELECT {}", Record::COLUMNS), values: vec![] };
    push_conditions(&mut sql, query, backend);
    push_order(&mut sql, query, backend);
    sql.push(" LIMIT ");
    sql.bind(query.limit);
    sql.push(" OFFSET ");
    sql.bind(query.offset);
    let rows = scope.all(scope.statement(&sql.text, sql.values)).await?;
    Ok((rows, total.cast_unsigned()))
}
