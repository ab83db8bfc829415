//! The schema that a table asks for: as a migration to begin with, and to compare with what there is.

use std::fmt::Write as _;

use super::{CellType, KeptTable, WrittenAs};
use crate::order::OrderBy;

/// A column as the schema has it: its name, what it keeps, and whether it may be NULL.
pub type DescribedColumn = (&'static str, CellType, bool);

impl KeptTable {
    /// The columns that the table has, those that every table of a customer's rows has among them.
    pub fn described(&self) -> Vec<DescribedColumn> {
        let mut described = vec![("id", CellType::Whole, false)];
        let mut add = |column: DescribedColumn| {
            if described.iter().all(|(name, ..)| *name != column.0) {
                described.push(column);
            }
        };
        for column in &self.columns {
            match column.written {
                // What is read by an expression, and never written, is no column.
                None if column.read != column.name => continue,
                Some(WrittenAs::Through(_)) => add((column.name, CellType::Whole, column.nullable)),
                _ => add((column.name, column.kind, column.nullable)),
            }
            if let Some(WrittenAs::Folded(twin)) = column.written {
                add((twin, CellType::Folded, column.nullable));
            }
        }
        add(("created_at", CellType::Whole, false));
        add(("version", CellType::Whole, false));
        described
    }

    /// The columns by which rows are found fast, each after the customer: those that are unique, and those that the rows are
    /// ordered by.
    pub fn indexed(&self) -> Vec<&'static str> {
        let orders = self.table.orders.iter().map(|(_, by)| match by {
            OrderBy::Text(column) | OrderBy::Whole(column) => *column,
        });
        let mut indexed: Vec<_> = self.constraints().into_iter().map(|(_, compared)| compared).collect();
        for column in orders {
            if !indexed.contains(&column) {
                indexed.push(column);
            }
        }
        indexed
    }

    /// What is unique within a customer, each with the column that is compared; but for an identity that is unique among all.
    fn constraints(&self) -> Vec<(String, &'static str)> {
        let identity =
            self.columns.iter().filter(|column| column.name == self.identity && column.kind != CellType::Uuid);
        let unique = self.columns.iter().filter(|column| column.unique);
        let all = identity.chain(unique).map(|column| match column.written {
            Some(WrittenAs::Folded(twin)) => (self.constraint(column.name), twin),
            _ => (self.constraint(column.name), column.name),
        });
        all.collect()
    }

    /// A migration that makes the table, as the text of a file. The label is what people call one of it.
    pub fn draft(&self, label: &str) -> String {
        let name = self.name();
        let mut sql = format!("CREATE TABLE {name} (\n");
        for (column, kind, nullable) in self.described() {
            let what = match (column, kind) {
                ("id", _) => "<identity>".to_owned(),
                ("customer_id", _) => "BIGINT NOT NULL REFERENCES customer (id)".to_owned(),
                ("version", _) => "BIGINT NOT NULL DEFAULT 1".to_owned(),
                (column, CellType::Uuid) if column == self.identity => "<uuid> NOT NULL UNIQUE".to_owned(),
                (_, kind) => format!("{}{}", word(kind), if nullable { "" } else { " NOT NULL" }),
            };
            writeln!(sql, "    {column} {what},").expect("a String takes everything");
        }
        let constraints = self.constraints();
        for (constraint, column) in &constraints {
            writeln!(sql, "    CONSTRAINT {constraint} UNIQUE (customer_id, {column}),")
                .expect("a String takes everything");
        }
        sql.truncate(sql.len() - ",\n".len());
        writeln!(sql, "\n);\nCREATE INDEX {name}_customer ON {name} (customer_id, id);")
            .expect("a String takes everything");
        for column in self.indexed() {
            if constraints.iter().all(|(_, compared)| *compared != column) {
                let index = column.trim_end_matches("_key").trim_end_matches("_at");
                writeln!(sql, "CREATE INDEX {name}_{index} ON {name} (customer_id, {column}, id);")
                    .expect("a String takes everything");
            }
        }
        TEMPLATE.replace("{label}", label).replace("{sql}", &sql)
    }
}

/// The word of the migrations for what a column keeps.
const fn word(kind: CellType) -> &'static str {
    match kind {
        CellType::Flag => "BOOLEAN",
        CellType::Whole => "BIGINT",
        CellType::Text => "TEXT",
        CellType::Folded => "<folded>",
        CellType::Uuid => "<uuid>",
        CellType::Bytes => "<bytes>",
    }
}

const TEMPLATE: &str = r#"//! The table of the class {label}.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await
    }
}

const TABLES: &str = "
{sql}";
"#;
