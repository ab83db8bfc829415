//! The tables of classes that are kept by them, against the database as the migrations have made it.

use std::collections::{BTreeMap, BTreeSet};

use resource::{CellType, KeptTable, SERVED};

use crate::support::binary::program;
use crate::support::{Portico, each_database, sql};

/// The columns of a table, each with its type and whether it refuses NULL.
async fn columns(database: &str, table: &str) -> BTreeMap<String, (String, bool)> {
    let query = match database.starts_with("postgres:") {
        true => format!(
            "SELECT column_name || ' ' || data_type || ' ' || (is_nullable = 'NO')::int FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = '{table}'"
        ),
        false => format!("SELECT name || ' ' || type || ' ' || \"notnull\" FROM pragma_table_info('{table}')"),
    };
    let lines = sql::texts(database, &query).await;
    let columns = lines.iter().map(|line| {
        let (name, rest) = line.split_once(' ').expect("a name and a type");
        let (kind, required) = rest.rsplit_once(' ').expect("a type and a number");
        (name.to_owned(), (kind.to_uppercase(), required == "1"))
    });
    columns.collect()
}

/// The indexes of a table: the columns of each, and whether it is unique.
async fn indexes(database: &str, table: &str) -> Vec<(String, bool)> {
    let query = match database.starts_with("postgres:") {
        true => format!(
            "SELECT indisunique::int || ' ' || (SELECT string_agg(attname, ',' ORDER BY n) \
             FROM unnest(indkey) WITH ORDINALITY AS part (number, n) \
             JOIN pg_attribute ON attrelid = indrelid AND attnum = number) \
             FROM pg_index WHERE indrelid = '{table}'::regclass"
        ),
        false => format!(
            "SELECT list.\"unique\" || ' ' || (SELECT group_concat(name, ',') \
             FROM (SELECT name FROM pragma_index_info(list.name) ORDER BY seqno)) FROM pragma_index_list('{table}') AS list"
        ),
    };
    let lines = sql::texts(database, &query).await;
    let indexes = lines.iter().map(|line| {
        let (unique, columns) = line.split_once(' ').expect("a number and columns");
        (columns.to_owned(), unique == "1")
    });
    indexes.collect()
}

/// What a column of this kind is called by each database.
fn types(kind: CellType) -> [&'static str; 2] {
    match kind {
        CellType::Flag => ["BOOLEAN", "BOOLEAN"],
        CellType::Whole => ["BIGINT", "BIGINT"],
        CellType::Text | CellType::Folded => ["TEXT", "TEXT"],
        CellType::Uuid => ["UUID", "BLOB"],
        CellType::Bytes => ["BYTEA", "BLOB"],
    }
}

fn kept() -> impl Iterator<Item = &'static KeptTable> {
    SERVED.iter().filter_map(|class| class.kept())
}

each_database!(what_is_kept_has_its_columns_and_its_indexes, async |portico: Portico| {
    assert!(kept().count() >= 5);
    let database = portico.database();
    for table in kept() {
        let name = table.name();
        let columns = columns(&database, name).await;
        for (column, kind, nullable) in table.described() {
            let (found, required) = columns.get(column).unwrap_or_else(|| panic!("{name} has no {column}"));
            // SQLite numbers rows in a column of a type of its own.
            if column != "id" {
                assert!(types(kind).contains(&found.as_str()), "{name}.{column} is {found}, not {kind:?}");
                assert_eq!(*required, !nullable, "{name}.{column}");
            }
        }
        let indexes = indexes(&database, name).await;
        let unique: BTreeSet<_> = indexes.iter().filter(|(_, unique)| *unique).map(|(columns, _)| &**columns).collect();
        for column in table.indexed() {
            let first = format!("customer_id,{column}");
            let is_begun = |columns: &str| columns == first || columns.starts_with(&format!("{first},"));
            assert!(indexes.iter().any(|(columns, _)| is_begun(columns)), "{name} has no index of {first}");
        }
        for column in table.unique() {
            let twins = [format!("customer_id,{column}"), format!("customer_id,{column}_key")];
            assert!(twins.iter().any(|twin| unique.contains(&**twin)), "{name}.{column} is not unique: {unique:?}");
        }
    }
});

#[test]
fn a_draft_has_every_column_and_every_constraint_once() {
    for table in kept() {
        let draft = table.draft("Thing");
        for (column, ..) in table.described() {
            assert_eq!(draft.matches(&format!("\n    {column} ")).count(), 1, "{column}: {draft}");
        }
        for column in table.unique() {
            assert!(
                draft.contains(&format!("CONSTRAINT {} UNIQUE (customer_id, ", table.constraint(column))),
                "{draft}"
            );
        }
        assert!(draft.contains(&format!("\n);\nCREATE INDEX {0}_customer ON {0} (customer_id, id);\n", table.name())));
    }
}

#[test]
fn statements_are_what_they_were() {
    let output = portico(&["sql"]);
    let file = include_str!("schema/statements.sql");
    assert_eq!(String::from_utf8_lossy(&output.stdout), file, "cargo run -- sql > tests/it/schema/statements.sql");
}

#[test]
fn a_class_is_drafted_by_its_name_alone() {
    let draft = portico(&["draft", "Space"]);
    assert!(String::from_utf8_lossy(&draft.stdout).contains("CREATE TABLE space (\n    id <identity>,\n"), "{draft:?}");
    let wrong = portico(&["draft", "Customer"]);
    assert!(!wrong.status.success());
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("these are: NamedQuery, "), "{wrong:?}");
    let help = portico(&["--help"]);
    assert!(!String::from_utf8_lossy(&help.stdout).contains("draft"), "operators have no use for it: {help:?}");
}

fn portico(arguments: &[&str]) -> std::process::Output {
    program().args(arguments).output().expect("it runs")
}
