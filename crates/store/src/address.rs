//! Where a database is. The URL of one may hold a password, so its text is read here, once, and goes no further: neither into
//! an error nor into a line of the log.

use std::path::Path;

use sea_orm::sqlx::ConnectOptions as _;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use url::Url;
use url::form_urlencoded::parse;

/// Where a database is, and how it is reached.
#[derive(Clone)]
pub struct DatabaseAddress(pub(crate) AddressKind);

#[derive(Clone)]
pub(crate) enum AddressKind {
    /// A file, and whether it is made where there is none.
    Sqlite(SqliteConnectOptions, bool),
    Postgres(PgConnectOptions),
}

impl std::fmt::Debug for DatabaseAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.file() {
            Some(file) => f.debug_tuple("Address").field(&file).finish(),
            None => f.write_str("Address(PostgreSQL)"),
        }
    }
}

/// What else to look for where the address of a server is wrong.
const ENCODE: &str = "in its user name and password #, /, ? and @ have to be percent-encoded: %23, %2F, %3F, %40";

/// The parameters that the driver knows. It warns of others, and tells what they were.
const PARAMETERS: &[&str] = &[
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

impl DatabaseAddress {
    /// Reads `sqlite://FILE?mode=rwc` or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`.
    ///
    /// # Errors
    /// What is wrong, as a sentence that goes on from the name of the setting and tells nothing of what the URL holds.
    pub fn parse(url: &str) -> Result<Self, String> {
        if let Some(rest) = url.strip_prefix("sqlite:") {
            return sqlite(url, rest.strip_prefix("//").unwrap_or(rest));
        }
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return postgres(url).map_err(|what| format!("{what}; {ENCODE}"));
        }
        Err("must begin with sqlite: or postgres:".into())
    }

    /// A file, which is made where there is none.
    pub fn of_file(file: &Path) -> Self {
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        Self(AddressKind::Sqlite(options.disable_statement_logging(), true))
    }

    /// The file, on SQLite.
    pub fn file(&self) -> Option<&Path> {
        match &self.0 {
            AddressKind::Sqlite(options, _) => Some(options.get_filename()),
            AddressKind::Postgres(_) => None,
        }
    }

    /// Whether the file is made where there is none.
    pub fn makes_file(&self) -> bool {
        matches!(&self.0, AddressKind::Sqlite(_, true))
    }
}

fn sqlite(url: &str, rest: &str) -> Result<DatabaseAddress, String> {
    let (file, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let is_file = !file.is_empty() && file != ":memory:" && !file.starts_with("file:");
    if !is_file || parse(parameters.as_bytes()).any(|(name, value)| name == "mode" && value == "memory") {
        return Err("must name a file: what is in memory alone cannot be shared by the connections to it".into());
    }
    let is_read_only = |(name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| {
        name == "mode" && value == "ro" || name == "immutable" && value != "false" && value != "0"
    };
    if parse(parameters.as_bytes()).any(is_read_only) {
        return Err("must name a file that can be written".into());
    }
    let options: SqliteConnectOptions = url.parse().map_err(|_| {
        "has a parameter that is none; a file has mode (rw or rwc), cache, vfs and no others".to_owned()
    })?;
    let makes = parse(parameters.as_bytes()).any(|(name, value)| name == "mode" && value == "rwc");
    Ok(DatabaseAddress(AddressKind::Sqlite(options.disable_statement_logging(), makes)))
}

fn postgres(text: &str) -> Result<DatabaseAddress, String> {
    let url = Url::parse(text).map_err(|error| match error {
        url::ParseError::InvalidPort => "has a port that is no number".to_owned(),
        url::ParseError::EmptyHost | url::ParseError::IdnaError | url::ParseError::InvalidDomainCharacter => {
            "has a host that is none".to_owned()
        }
        _ => "is no URL".to_owned(),
    })?;
    if !text.contains("://") || url.cannot_be_a_base() {
        return Err("must have // after its scheme".into());
    }
    if url.fragment().is_some() {
        return Err("has a fragment, which says nothing of a database".into());
    }
    let database = url.path().trim_start_matches('/');
    if database.contains(['/', '@']) {
        return Err("has a path that is not the name of one database".into());
    }
    if url.port() == Some(0) {
        return Err("has a port that is no number from 1 to 65535".into());
    }
    let is_known = |name: &str| PARAMETERS.contains(&name) || name.starts_with("options[") && name.ends_with(']');
    if url.query_pairs().any(|(name, _)| !is_known(&name)) {
        return Err("has a parameter that is none".into());
    }
    let options: PgConnectOptions =
        text.parse().map_err(|_| "has a parameter with a value that it cannot have".to_owned())?;
    Ok(DatabaseAddress(AddressKind::Postgres(options.disable_statement_logging())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_and_nothing_of_the_url_is() {
        for (url, why) in [
            ("postgres://portico:hunter#2@127.0.0.1:1/portico", "port that is no number"),
            ("postgres://portico:hunter/2@127.0.0.1:1/portico", "port that is no number"),
            ("postgres://portico:hunter?2@127.0.0.1:1/portico", "port that is no number"),
            ("postgres://portico:hunter2@127.0.0.1:notaport/portico", "port that is no number"),
            ("postgres://portico:hunter2@127.0.0.1:99999/portico", "port that is no number"),
            ("postgres://portico:hunter2@127.0.0.1:0/portico", "from 1 to 65535"),
            ("postgres://portico:12#hunter@127.0.0.1/portico", "fragment"),
            ("postgres://portico:12/hunter@127.0.0.1/portico", "path"),
            ("postgres://portico:12?hunter@127.0.0.1/portico", "parameter"),
            ("postgres://portico:hunter2@[::1/portico", "is no URL"),
            ("postgres://portico:hunter2@ho st/portico", "host"),
            ("postgres:portico:hunter2@127.0.0.1/portico", "// after"),
            ("postgres://portico:hunter2@127.0.0.1/portico?sslmode=hunter", "a value that it cannot have"),
            ("postgres://portico:hunter2@127.0.0.1/portico?port=hunter", "a value that it cannot have"),
            ("postgres://portico:hunter2@127.0.0.1/portico?hunter=1", "parameter"),
            ("postgres://portico:hunter2@127.0.0.1/portico#hunter", "fragment"),
            ("postgre://portico:hunter2@127.0.0.1/portico", "must begin with"),
            ("mysql://portico:hunter2@127.0.0.1/portico", "must begin with"),
            ("", "must begin with"),
            ("sqlite:", "must name a file"),
            ("sqlite::memory:", "must name a file"),
            ("sqlite://:memory:", "must name a file"),
            ("sqlite://hunter?mode=memory", "must name a file"),
            ("sqlite:file:hunter", "must name a file"),
            ("sqlite://hunter?mode=ro", "can be written"),
            ("sqlite://hunter?immutable=1", "can be written"),
            ("sqlite://hunter?mode=hunter", "parameter"),
            ("sqlite://hunter?hunter=rwc", "parameter"),
        ] {
            let said = DatabaseAddress::parse(url).expect_err(url);
            assert!(said.contains(why), "{url}: {said}");
            assert!(!said.contains("hunter") && said.lines().count() == 1, "{url}: {said}");
        }
    }

    #[test]
    fn a_password_can_have_any_character_where_it_is_encoded() {
        let url = "postgresql://portico:hunter%232%2F%3F%40%25@db.example.org:5433/portico?sslmode=verify-full";
        let address = DatabaseAddress::parse(url).expect("it is an address");
        let AddressKind::Postgres(options) = &address.0 else { panic!("it is PostgreSQL") };
        assert_eq!((options.get_host(), options.get_port()), ("db.example.org", 5433));
        assert!(!format!("{address:?}").contains("hunter"));
        assert!(DatabaseAddress::parse("postgres:///portico?host=/run/postgresql").is_ok());
    }

    #[test]
    fn a_file_is_the_same_in_each_spelling() {
        for url in ["sqlite:a/b%20c.db?mode=rwc", "sqlite://a/b c.db?cache=private&mode=rwc"] {
            let address = DatabaseAddress::parse(url).expect(url);
            assert_eq!((address.file(), address.makes_file()), (Some(Path::new("a/b c.db")), true), "{url}");
        }
        assert!(!DatabaseAddress::parse("sqlite:///a.db").expect("a file").makes_file());
    }
}
