//! How many rows there are, and where in a long list a page begins, without counting: rows that belong together are counted in
//! extents, each a few thousand numbers in a row.

use sea_orm_migration::prelude::*;

use crate::dialect::{is_postgres, run};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLE).await?;
        let postgres = is_postgres(manager);
        if postgres {
            execute(manager, &sized(COME)).await?;
            execute(manager, GO).await?;
        }
        for counted in COUNTED {
            // From the first trigger on nobody writes rows of this table until all of this is there, so none is left out.
            for statement in if postgres { counted.on_postgres() } else { counted.on_sqlite() } {
                execute(manager, &statement).await?;
            }
            execute(manager, &counted.fill()).await?;
        }
        Ok(())
    }
}

async fn execute(manager: &SchemaManager<'_>, statement: &str) -> Result<(), DbErr> {
    manager.get_connection().execute_unprepared(statement).await.map(drop)
}

/// Rows in an extent, after which the next one begins: a page is at most so many entries of an index behind the place where its
/// extent begins.
const SIZE: &str = "4096";

fn sized(sql: &str) -> String {
    sql.replace("<size>", SIZE)
}

/// A row has a number from `begins_at` on, and below where the next extent of its owner begins; `ends_at` is the greatest number that
/// ever was in it.
const TABLE: &str = "
CREATE TABLE extent (
    listed TEXT NOT NULL,
    owner BIGINT NOT NULL,
    begins_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    members BIGINT NOT NULL,
    PRIMARY KEY (listed, owner, begins_at)
) <by key>;
";

/// Rows that are counted.
struct Counted {
    /// The name of the list.
    listed: &'static str,
    table: &'static str,
    /// To whom a row belongs; 0 if to nobody.
    owner: &'static str,
    /// Which rows are in the list.
    only: &'static str,
    /// The columns by whose change a row comes into a list, or leaves it.
    moved_by: &'static [&'static str],
}

const COUNTED: &[Counted] = &[
    Counted {
        listed: "portal_user",
        table: "portal_user",
        owner: "coalesce(<row>.customer_id, 0)",
        only: "TRUE",
        moved_by: &["customer_id"],
    },
    Counted { listed: "image", table: "image", owner: "<row>.customer_id", only: "TRUE", moved_by: &["customer_id"] },
    Counted {
        listed: "image_of_space",
        table: "image",
        owner: "<row>.space_id",
        only: "TRUE",
        moved_by: &["space_id"],
    },
    Counted { listed: "batch", table: "batch", owner: "<row>.customer_id", only: "TRUE", moved_by: &["customer_id"] },
    Counted {
        listed: "recent_batch",
        table: "batch",
        owner: "<row>.customer_id",
        only: "<row>.finished_at IS NOT NULL AND NOT <row>.superseded",
        moved_by: &["finished_at", "superseded"],
    },
    Counted {
        listed: "customer",
        table: "customer",
        owner: "0",
        only: "<row>.lifecycle <> 'deleted'",
        moved_by: &["lifecycle"],
    },
    Counted {
        listed: "child",
        table: "customer",
        owner: "<row>.parent_id",
        only: "<row>.parent_id IS NOT NULL AND <row>.lifecycle <> 'deleted'",
        moved_by: &["parent_id", "lifecycle"],
    },
];

impl Counted {
    /// Counts what is there.
    fn fill(&self) -> String {
        let Self { listed, table, .. } = self;
        let (owner, only) = (self.owner_of(table), self.only_of(table));
        sized(&format!(
            "INSERT INTO extent (listed, owner, begins_at, ends_at, members) \
             SELECT '{listed}', whose, CASE part WHEN 0 THEN 0 ELSE min(id) END, max(id), count(*) FROM \
             (SELECT id, {owner} AS whose, (row_number() OVER (PARTITION BY {owner} ORDER BY id) - 1) / <size> AS part \
             FROM {table} WHERE {only}) AS numbered GROUP BY whose, part"
        ))
    }

    fn owner_of(&self, row: &str) -> String {
        self.owner.replace("<row>", row)
    }

    fn only_of(&self, row: &str) -> String {
        self.only.replace("<row>", row)
    }

    /// Whether a change is one by which a row comes or leaves.
    fn is_moved(&self) -> String {
        let changes = self.moved_by.iter().map(|column| format!("OLD.{column} IS DISTINCT FROM NEW.{column}"));
        changes.collect::<Vec<_>>().join(" OR ")
    }

    fn on_sqlite(&self) -> Vec<String> {
        let Self { listed, table, moved_by, .. } = self;
        let (come, moved) = (self.owner_of("NEW"), self.is_moved());
        let last = |row: &str, owner: &str| {
            format!(
                "SELECT max(begins_at) FROM extent WHERE listed = '{listed}' AND owner = {owner} AND begins_at <= {row}.id"
            )
        };
        let comes = sized(&format!(
            "INSERT INTO extent (listed, owner, begins_at, ends_at, members) \
             VALUES ('{listed}', {come}, coalesce(({last}), 0), NEW.id, 1) \
             ON CONFLICT (listed, owner, begins_at) \
             DO UPDATE SET members = members + 1, ends_at = max(ends_at, excluded.ends_at); \
             INSERT INTO extent (listed, owner, begins_at, ends_at, members) \
             SELECT listed, owner, ends_at + 1, ends_at, 0 FROM extent \
             WHERE listed = '{listed}' AND owner = {come} AND members >= <size> AND begins_at = \
             (SELECT max(begins_at) FROM extent WHERE listed = '{listed}' AND owner = {come});",
            last = last("NEW", &come),
        ));
        let left = self.owner_of("OLD");
        let leaves = format!(
            "UPDATE extent SET members = members - 1 \
             WHERE listed = '{listed}' AND owner = {left} AND begins_at = ({});",
            last("OLD", &left)
        );
        let (is_new, was_old, columns) = (self.only_of("NEW"), self.only_of("OLD"), moved_by.join(", "));
        [
            ("in", "INSERT".to_owned(), is_new.clone(), &comes),
            ("out", "DELETE".to_owned(), was_old.clone(), &leaves),
            ("moved_in", format!("UPDATE OF {columns}"), format!("({moved}) AND {is_new}"), &comes),
            ("moved_out", format!("UPDATE OF {columns}"), format!("({moved}) AND {was_old}"), &leaves),
        ]
        .map(|(name, event, condition, body)| {
            format!("CREATE TRIGGER extent_{listed}_{name} AFTER {event} ON {table} WHEN {condition} BEGIN {body} END")
        })
        .into()
    }

    /// Rows that come and go together are counted together, as many as fill an extent.
    fn on_postgres(&self) -> Vec<String> {
        let Self { listed, table, moved_by, .. } = self;
        let (moved, columns) = (self.is_moved(), moved_by.join(", "));
        let (new, old) = (self.owner_of("NEW"), self.owner_of("OLD"));
        let (is_new, was_old) = (self.only_of("NEW"), self.only_of("OLD"));
        let (whose, only) = (self.owner_of("counted"), self.only_of("counted"));
        let each = |rows: &str, act: &str| {
            sized(&format!(
                "CREATE FUNCTION extent_{listed}_{rows}() RETURNS trigger LANGUAGE plpgsql AS $$ \
                 DECLARE part RECORD; BEGIN \
                 FOR part IN SELECT owner, array_agg(id ORDER BY id) AS ids FROM \
                 (SELECT id, {whose} AS owner, (row_number() OVER (PARTITION BY {whose} ORDER BY id) - 1) / <size> AS number \
                 FROM {rows} AS counted WHERE {only}) AS numbered GROUP BY owner, number ORDER BY owner, number \
                 LOOP PERFORM {act}('{listed}', part.owner, part.ids); END LOOP; RETURN NULL; END $$"
            ))
        };
        vec![
            each("rows_in", "extent_come"),
            format!(
                "CREATE TRIGGER extent_{listed}_in AFTER INSERT ON {table} REFERENCING NEW TABLE AS rows_in \
                 FOR EACH STATEMENT EXECUTE FUNCTION extent_{listed}_rows_in()"
            ),
            each("rows_out", "extent_go"),
            format!(
                "CREATE TRIGGER extent_{listed}_out AFTER DELETE ON {table} REFERENCING OLD TABLE AS rows_out \
                 FOR EACH STATEMENT EXECUTE FUNCTION extent_{listed}_rows_out()"
            ),
            format!(
                "CREATE FUNCTION extent_{listed}_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                 IF {was_old} THEN PERFORM extent_go('{listed}', {old}, ARRAY[OLD.id]); END IF; \
                 IF {is_new} THEN PERFORM extent_come('{listed}', {new}, ARRAY[NEW.id]); END IF; RETURN NULL; END $$"
            ),
            format!(
                "CREATE TRIGGER extent_{listed}_moved AFTER UPDATE OF {columns} ON {table} FOR EACH ROW WHEN ({moved}) \
                 EXECUTE FUNCTION extent_{listed}_moved()"
            ),
        ]
    }
}

/// Whoever brings rows to an owner waits at its first extent for others who do, and looks at where the last one begins afterwards: so
/// a row is never counted in an extent that ends before it.
const COME: &str = "
CREATE FUNCTION extent_come(what TEXT, whose BIGINT, ids BIGINT[]) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    PERFORM 1 FROM extent WHERE listed = what AND owner = whose AND begins_at = 0 FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO extent (listed, owner, begins_at, ends_at, members) VALUES (what, whose, 0, 0, 0) ON CONFLICT DO NOTHING;
        PERFORM 1 FROM extent WHERE listed = what AND owner = whose AND begins_at = 0 FOR UPDATE;
    END IF;
    UPDATE extent SET members = members + came.many, ends_at = greatest(ends_at, came.greatest) FROM
        (SELECT (SELECT max(begins_at) FROM extent WHERE listed = what AND owner = whose AND begins_at <= id) AS place,
            count(*) AS many, max(id) AS greatest FROM unnest(ids) AS id GROUP BY 1) AS came
        WHERE listed = what AND owner = whose AND begins_at = came.place;
    INSERT INTO extent (listed, owner, begins_at, ends_at, members)
        SELECT listed, owner, ends_at + 1, ends_at, 0 FROM extent
        WHERE listed = what AND owner = whose AND members >= <size>
        AND begins_at = (SELECT max(begins_at) FROM extent WHERE listed = what AND owner = whose);
END $$
";

const GO: &str = "
CREATE FUNCTION extent_go(what TEXT, whose BIGINT, ids BIGINT[]) RETURNS void LANGUAGE sql AS $$
    UPDATE extent SET members = members - gone.many FROM
        (SELECT (SELECT max(begins_at) FROM extent WHERE listed = what AND owner = whose AND begins_at <= id) AS place,
            count(*) AS many FROM unnest(ids) AS id GROUP BY 1) AS gone
        WHERE listed = what AND owner = whose AND begins_at = gone.place
$$
";
