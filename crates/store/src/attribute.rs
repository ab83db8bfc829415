//! The attributes of customers: where their values are, and what they are like.

use sea_orm::DbBackend;

use crate::folding::key;
use crate::sql::Sql;
use crate::trigram::Trigrams;

/// What customers are found by, and ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribute {
    /// The number.
    Id,
    /// The name in addresses.
    Name,
    /// The identity that never changes.
    Uuid,
    /// The other unique name.
    Alias,
    /// The name for people.
    DisplayName,
    /// The kind.
    Kind,
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
    /// When it was disabled or deleted, likewise.
    Deleted,
    /// The addresses of its administrators, of which there can be several.
    AdminEmails,
    /// Its names in the DNS, of which there can be several.
    CustomerDomains,
    /// The entitlements that it has been granted, of which there can be several.
    Entitlements,
}

/// What an attribute must be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    /// The attribute. Where it has several values, one of them must be like that.
    pub attribute: Attribute,
    /// The value, in which `*` stands for anything; the case of letters makes no difference.
    pub pattern: String,
}

impl Likeness {
    fn folded(&self) -> String {
        key("name_key", &self.pattern)
    }

    /// The trigrams of what is like that, where the values are in the index.
    pub(crate) fn trigrams(&self) -> Option<Trigrams> {
        let is_folded = matches!(self.attribute.values(DbBackend::Sqlite), Values::Folded(_));
        is_folded.then(|| Trigrams::all(self.folded().split('*').filter_map(Trigrams::of))).flatten()
    }
}

/// Where the values of an attribute are.
enum Values {
    /// A number.
    Number(&'static str),
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
    fn values(self, backend: DbBackend) -> Values {
        let column = |name: &str| Values::Text(name.to_owned());
        let flag = |name: &str| Values::Text(format!("(CASE WHEN {name} THEN 'true' ELSE 'false' END)"));
        match self {
            Self::Id => Values::Number("customer.id"),
            Self::Name => Values::Folded("customer.cid_key"),
            Self::Alias => Values::Folded("customer.alias_key"),
            Self::DisplayName => Values::Folded("customer.name_key"),
            Self::Uuid => Values::Text(uuid(backend).to_owned()),
            Self::Status => column("(CASE WHEN customer.lifecycle = 'active' THEN 'active' ELSE 'inactive' END)"),
            Self::Kind => column("customer.kind"),
            Self::MfaMethod => column("customer.mfa_method"),
            Self::AllowPublicRegistration => flag("customer.allow_public_registration"),
            Self::EulaAutomaticApproval => flag("customer.eula_automatic_approval"),
            Self::EulaRevision => column("customer.eula_revision"),
            Self::EulaRequired => column("customer.eula_required"),
            Self::EulaApproved => column("customer.eula_approved"),
            Self::EulaApprovedBy => column("customer.eula_approved_by"),
            Self::EulaApprovedAt => Values::Instant("customer.eula_approved_at"),
            Self::Activated => Values::Instant("customer.activated_at"),
            Self::Created => Values::Instant("customer.created_at"),
            Self::CreatedBy => column("customer.created_by"),
            Self::Updated => Values::Instant("customer.updated_at"),
            Self::UpdatedBy => column("customer.updated_by"),
            Self::Deleted => Values::Instant("customer.deleted_at"),
            Self::AdminEmails => Values::Array("customer.admin_emails"),
            Self::CustomerDomains => Values::Array("customer.customer_domains"),
            Self::Entitlements => Values::Rows { table: "customer_entitlement", column: "entitlement_name" },
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

/// Asks for a likeness.
pub(crate) fn push_likeness(likeness: &Likeness, sql: &mut Sql) {
    let backend = sql.backend;
    let ascii = like(&likeness.pattern.to_ascii_lowercase());
    let element = folded("element.value", backend);
    let (before, pattern, after) = match likeness.attribute.values(backend) {
        Values::Folded(column) => (column.to_owned(), like(&likeness.folded()), ""),
        Values::Number(column) => (format!("CAST({column} AS TEXT)"), ascii, ""),
        Values::Text(text) => (folded(&text, backend), ascii, ""),
        Values::Instant(column) => (instant(column, backend), ascii, ""),
        Values::Array(column) => {
            let elements = match backend {
                DbBackend::Postgres => format!("jsonb_array_elements_text(CAST({column} AS JSONB)) AS element(value)"),
                _ => format!("json_each({column}) AS element"),
            };
            (format!("EXISTS (SELECT 1 FROM {elements} WHERE {element}"), ascii, ")")
        }
        Values::Rows { table, column } => {
            let folded = folded(&format!("{table}.{column}"), backend);
            (format!("EXISTS (SELECT 1 FROM {table} WHERE {table}.customer_id = customer.id AND {folded}"), ascii, ")")
        }
    };
    sql.push(&format!("{before} LIKE "));
    sql.bind(pattern);
    sql.push(" ESCAPE '\\'");
    sql.push(after);
}

impl Attribute {
    /// What rows are ordered by, which is NULL where a customer has no value.
    ///
    /// # Panics
    /// It has several values.
    pub(crate) fn ordered(self, backend: DbBackend) -> String {
        match self.values(backend) {
            Values::Number(column) | Values::Folded(column) | Values::Instant(column) => column.to_owned(),
            Values::Text(text) => folded(&text, backend),
            Values::Array(_) | Values::Rows { .. } => unreachable!("{self:?} has several values"),
        }
    }
}
