//! What free text is looked for in, by its trigrams: three characters in a row. So a search looks at what may fit, and not at all.

use sea_orm_migration::prelude::*;

use crate::dialect::is_postgres;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = is_postgres(manager);
        for searched in SEARCHED {
            for statement in if postgres { vec![searched.on_postgres()] } else { searched.on_sqlite() } {
                manager.get_connection().execute_unprepared(&statement).await?;
            }
        }
        Ok(())
    }
}

/// Texts of a table.
struct Searched {
    table: &'static str,
    /// What each is called, and what it is, of a row.
    texts: &'static [(&'static str, &'static str)],
    /// The columns of which the texts are made.
    columns: &'static str,
}

const SEARCHED: &[Searched] = &[
    Searched {
        table: "portal_user",
        texts: &[("email_key", "<row>email_key"), ("uid_key", "<row>uid_key")],
        columns: "email_key, uid_key",
    },
    Searched {
        table: "customer",
        texts: &[
            ("number", "CAST(<row>id AS TEXT)"),
            ("name_key", "<row>name_key"),
            ("cid_key", "<row>cid_key"),
            ("alias_key", "<row>alias_key"),
            // What a deleted customer was called.
            ("short", "CASE <row>lifecycle WHEN 'deleted' THEN lower(<row>cid) ELSE <row>cid_key END"),
        ],
        columns: "name_key, cid_key, alias_key, cid, lifecycle",
    },
];

impl Searched {
    fn names(&self) -> String {
        self.texts.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }

    fn values(&self, row: &str) -> String {
        self.texts.iter().map(|(_, text)| text.replace("<row>", row)).collect::<Vec<_>>().join(", ")
    }

    /// An index of one column is a table here, whose rows have the numbers of those that they are of. It keeps neither the texts nor
    /// where in them something is: whoever finds a row by it looks at the text itself.
    fn on_sqlite(&self) -> Vec<String> {
        let Self { table, columns, .. } = self;
        let names = self.names();
        let insert = format!("INSERT INTO {table}_text (rowid, {names})");
        let fresh = format!("{insert} VALUES (NEW.id, {})", self.values("NEW."));
        let gone = format!("DELETE FROM {table}_text WHERE rowid = OLD.id");
        vec![
            format!(
                "CREATE VIRTUAL TABLE {table}_text USING fts5({names}, content='', contentless_delete=1, detail=none, \
                 tokenize='trigram case_sensitive 1')"
            ),
            format!("{insert} SELECT id, {} FROM {table}", self.values("")),
            format!("CREATE TRIGGER {table}_text_in AFTER INSERT ON {table} BEGIN {fresh}; END"),
            format!("CREATE TRIGGER {table}_text_out AFTER DELETE ON {table} BEGIN {gone}; END"),
            format!(
                "CREATE TRIGGER {table}_text_changed AFTER UPDATE OF {columns} ON {table} BEGIN {gone}; {fresh}; END"
            ),
        ]
    }

    fn on_postgres(&self) -> String {
        let Self { table, texts, .. } = self;
        let texts = texts.iter().map(|(_, text)| format!("({}) gin_trgm_ops", text.replace("<row>", "")));
        let texts = texts.collect::<Vec<_>>().join(", ");
        // The extension is of those that whoever owns a database may make, and may be missing all the same.
        format!(
            "DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS pg_trgm; \
             CREATE INDEX {table}_text ON {table} USING gin ({texts}); \
             EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported \
             THEN RAISE WARNING 'pg_trgm is not to be had: searches for a text will look at each row'; END $$"
        )
    }
}
