//! Two customers with as much of everything as few and as many have, made by the database itself.

use anyhow::Result;
use sqlx::AssertSqlSafe;

use crate::database::{Database, on};
use crate::seed::{BEGINNING, settle};

/// Name of the customer that has few, and of the one that has many.
pub const NAMES: [&str; 2] = ["few", "many"];
/// How many each has of everything.
pub const COUNTS: [u64; 2] = [10_000, 1_000_000];
/// How many of them have something that the others have not: as many as a page has members.
pub const RARE: u64 = 100;
/// The only space of each.
pub const SPACE: &str = "All";
/// What is in the names of those that are rare.
pub const WORD: &str = "zebrafish";

/// Fills the customers with these numbers.
///
/// # Errors
/// The database refused.
pub async fn seed(database: &Database, owners: &[i64]) -> Result<()> {
    let is_sqlite = matches!(database, Database::Sqlite { .. });
    for ((owner, name), count) in owners.iter().zip(NAMES).zip(COUNTS) {
        for statement in statements(*owner, name, count, is_sqlite) {
            on!(database, writes, pool => {
                sqlx::query(AssertSqlSafe(statement)).execute(pool).await?;
            });
        }
    }
    settle(database).await
}

fn statements(owner: i64, name: &str, count: u64, is_sqlite: bool) -> Vec<String> {
    let uuid = if is_sqlite { "randomblob(16)" } else { "gen_random_uuid()" };
    let numbers = format!(
        "WITH RECURSIVE n (i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count})"
    );
    let every = count / RARE;
    let called = format!("CASE i % {every} WHEN 7 THEN '{WORD}' ELSE 'person' END || '-' || i");
    let tags = format!("CASE i % {every} WHEN 7 THEN '[\"{WORD}\"]' ELSE '[]' END");
    // In no order, as names are.
    let shuffled = format!("substr(CAST(1000000 + (i * 7919) % {count} AS TEXT), 2)");
    let at = format!("{BEGINNING} + i * 1000");
    vec![
        format!(
            "{numbers} INSERT INTO portal_user (uuid, customer_id, email, email_key, uid, uid_key, enabled, created_at) \
             SELECT {uuid}, {owner}, {shuffled} || '@' || {called} || '.example', {shuffled} || '@' || {called} || '.example', \
             '{name}-' || i, '{name}-' || i, i % 20 <> 0, {at} FROM n"
        ),
        format!(
            "{numbers} INSERT INTO image (customer_id, space_id, space_number, name, origin, string1, string2, number1, tags, \
             ingesting, width, height, created_at) SELECT {owner}, space.id, space.number, 'page-' || i, \
             'https://images.example/' || i || '.jpg', 'book-' || (i / {RARE}), {shuffled}, i % {RARE}, {tags}, FALSE, 1600, \
             1200, {at} FROM n, space WHERE space.customer_id = {owner}"
        ),
        format!(
            "{numbers} INSERT INTO change (made_at, actor_kind, actor_name, face, customer_id, class, path, kind, version, members, \
             state) SELECT {at}, 'key', 'key ' || (i % 7), 'hydra', {owner}, CASE i % 3 WHEN 0 THEN 'PortalUser' ELSE 'Image' END, \
             '/customers/{owner}/changed/' || (i % 5000), CASE WHEN i < 5000 THEN 'created' ELSE 'updated' END, i, '[\"string1\"]', \
             '{{\"string1\":\"book-' || i || '\",\"origin\":\"https://images.example/' || i || '.jpg\"}}' FROM n"
        ),
        format!(
            "{numbers} INSERT INTO batch (customer_id, submitted_at, finished_at) SELECT {owner}, {at}, {at} + 1000000 FROM n"
        ),
        format!("UPDATE customer SET kind = 'group' WHERE id = {owner}"),
        format!(
            "{numbers} INSERT INTO customer (uuid, cid, cid_key, alias, alias_key, name, name_key, kind, parent_id, flags, \
             lifecycle, created_at, updated_at) SELECT {uuid}, '{name}-' || {shuffled}, '{name}-' || {shuffled}, \
             '{name}-' || i, '{name}-' || i, {called}, {called}, 'leaf', {owner}, 0, 'active', {at}, {at} FROM n"
        ),
        format!(
            "INSERT INTO customer_closure (ancestor_id, descendant_id, depth) SELECT id, id, 0 FROM customer \
             WHERE parent_id = {owner}"
        ),
        format!(
            "INSERT INTO customer_closure (ancestor_id, descendant_id, depth) SELECT above.ancestor_id, customer.id, \
             above.depth + 1 FROM customer JOIN customer_closure above ON above.descendant_id = {owner} WHERE parent_id = {owner}"
        ),
    ]
}
