//! Whether rows are counted where they are: so after every test, whatever came and went in it.

use super::sql;

/// The lists that are counted: the name, the table, to whom a row belongs, which rows.
const LISTS: &[(&str, &str, &str, &str)] = &[
    ("portal_user", "portal_user", "coalesce(customer_id, 0)", "TRUE"),
    ("image", "image", "customer_id", "TRUE"),
    ("image_of_space", "image", "space_id", "TRUE"),
    ("batch", "batch", "customer_id", "TRUE"),
    ("recent_batch", "batch", "customer_id", "finished_at IS NOT NULL AND NOT superseded"),
    ("customer", "customer", "0", "lifecycle <> 'deleted'"),
    ("child", "customer", "parent_id", "parent_id IS NOT NULL AND lifecycle <> 'deleted'"),
];

/// Compares every extent with the rows that are in it, and looks for rows that are in none.
pub async fn check(database: &str) {
    let wrong = |(listed, table, owner, only): &(&str, &str, &str, &str)| {
        let counted = format!("(SELECT * FROM extent WHERE listed = '{listed}')");
        let rows = format!("(SELECT {owner} AS owner, id FROM {table} WHERE {only})");
        let place = format!(
            "(SELECT max(begins_at) FROM {counted} AS other WHERE other.owner = member.owner AND begins_at <= member.id)"
        );
        let placed = format!(
            "(SELECT owner, begins_at, count(*) AS many FROM \
             (SELECT owner, {place} AS begins_at FROM {rows} AS member) AS found GROUP BY owner, begins_at)"
        );
        format!(
            "SELECT '{listed} of ' || counted.owner || ' from ' || counted.begins_at || ': ' || members || ' for ' \
             || coalesce(many, 0) FROM {counted} AS counted LEFT JOIN {placed} AS placed \
             ON placed.owner = counted.owner AND placed.begins_at = counted.begins_at WHERE members <> coalesce(many, 0) \
             UNION ALL SELECT '{listed} of ' || owner || ': ' || many || ' in none' FROM {placed} AS placed \
             WHERE begins_at IS NULL"
        )
    };
    let query = LISTS.iter().map(wrong).collect::<Vec<_>>().join(" UNION ALL ");
    assert_eq!(sql::texts(database, &query).await, [""; 0], "rows are counted where they are");
}

/// Makes a database one in which nothing is counted, nor found by trigrams, nor by the indexes that came with those.
pub async fn forget(database: &str) {
    let query = match database.starts_with("postgres:") {
        true => {
            "SELECT 'DROP FUNCTION ' || oid::regprocedure || ' CASCADE' FROM pg_proc \
             WHERE proname LIKE 'extent\\_%' AND pronamespace = current_schema()::regnamespace \
             UNION ALL SELECT 'DROP INDEX portal_user_text, customer_text, portal_user_enabled, customer_child_name, \
             customer_child_display_name, customer_child_created, customer_child_kind, customer_administrator, \
             customer_misnamed, customer_domain'"
        }
        false => {
            "SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger' \
             AND (name LIKE 'extent\\_%' ESCAPE '\\' OR name LIKE '%\\_text\\_%' ESCAPE '\\') \
             UNION ALL SELECT 'DROP INDEX ' || name FROM sqlite_master WHERE name = 'portal_user_enabled' \
             OR name LIKE 'customer\\_child\\_%' ESCAPE '\\' OR name IN ('customer_administrator', 'customer_misnamed', 'customer_domain') \
             UNION ALL SELECT 'DROP TABLE portal_user_text' UNION ALL SELECT 'DROP TABLE customer_text'"
        }
    };
    for statement in sql::texts(database, query).await {
        sql::execute(database, &statement).await;
    }
    sql::execute(database, "DROP TABLE extent").await;
}
