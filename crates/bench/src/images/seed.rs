//! Many images, made by the database itself.

use anyhow::Result;

use super::bench::SPACES;
use crate::database::{Database, on};

/// How many images the first two spaces have.
pub const COUNTS: [u64; 2] = [10_000, 1_000_000];
/// How many images have the same text: as many as a page has members.
pub const ALIKE: u64 = 100;

/// Fills the first two spaces with images that are done.
///
/// # Errors
/// The database refused.
pub async fn seed(database: &Database, customer: i64) -> Result<()> {
    for (space, count) in SPACES.iter().zip(COUNTS) {
        let sql = format!(
            "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count}) \
             INSERT INTO image (customer_id, space_id, space_number, name, origin, string1, number1, ingesting, width, \
             height, created_at) SELECT {customer}, space.id, space.number, 'page-' || i, \
             'https://images.example/' || i || '.jpg', 'book-' || (i / {ALIKE}), i % {ALIKE}, FALSE, 1600, 1200, \
             1700000000000000 + i * 1000 FROM n, space WHERE space.customer_id = {customer} AND space.name = '{space}'"
        );
        on!(database, writes, pool => {
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(pool).await?;
        });
    }
    match database {
        Database::Sqlite { write, .. } => {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(write).await?;
        }
        Database::Postgres(pool) => {
            sqlx::query("VACUUM ANALYZE").execute(pool).await?;
        }
    }
    Ok(())
}
