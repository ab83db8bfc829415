//! The rows of a batch, written as one would write them by hand: four statements in one transaction, nothing checked.

use std::time::Instant;

use anyhow::Result;
use sqlx::QueryBuilder;

use super::batches::MEMBERS;
use crate::database::{Database, on};
use crate::out::say;

/// What the plain writer is told.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The database
    #[arg(long)]
    database: String,
    /// The customer
    #[arg(long)]
    customer: i64,
    /// What names begin with
    #[arg(long)]
    turn: u64,
    /// How many batches
    #[arg(long)]
    batches: usize,
}

/// Writes batches, and says how many seconds that took.
///
/// # Errors
/// The database refused a row.
pub async fn write(options: Options) -> Result<()> {
    let Options { database, customer, turn, batches } = options;
    let database = Database::open(&database).await?;
    let sql = "SELECT id FROM space WHERE customer_id = $1 AND number = 1";
    let space: i64 = on!(&database, reads, pool => sqlx::query_scalar(sql).bind(customer).fetch_one(pool).await?);
    let began = Instant::now();
    for batch in 0..batches {
        on!(&database, writes, pool => {
            let mut transaction = pool.begin().await?;
            let now = 1_800_000_000_000_000_i64;
            let made: i64 = sqlx::query_scalar(
                "INSERT INTO batch (customer_id, submitted_at) VALUES ($1, $2) RETURNING id",
            ).bind(customer).bind(now).fetch_one(&mut *transaction).await?;
            let name = format!("plain-{turn}-{batch}");
            let mut insert = QueryBuilder::new(
                "INSERT INTO image (customer_id, space_id, space_number, name, origin, tags, string1, number1, batch_id, \
                 created_at, queued_at) ",
            );
            insert.push_values(0..MEMBERS, |mut row, number| {
                row.push_bind(customer).push_bind(space).push_bind(1_i64).push_bind(format!("{name}-{number}"));
                row.push_bind(format!("https://images.example/{name}/{number}.jpg")).push_bind("[\"bench\"]");
                row.push_bind(name.clone()).push_bind(i64::try_from(number).unwrap_or_default()).push_bind(made);
                row.push_bind(now).push_bind(now);
            });
            insert.push(" RETURNING id");
            let images: Vec<i64> = insert.build_query_scalar().fetch_all(&mut *transaction).await?;
            let mut insert = QueryBuilder::new("INSERT INTO batch_image (batch_id, image_id) ");
            insert.push_values(&images, |mut row, image| {
                row.push_bind(made).push_bind(*image);
            });
            insert.build().execute(&mut *transaction).await?;
            let mut insert = QueryBuilder::new("INSERT INTO job (kind, customer_id, due_at, image_id) ");
            insert.push_values(&images, |mut row, image| {
                row.push_bind("ingest").push_bind(customer).push_bind(now).push_bind(*image);
            });
            insert.build().execute(&mut *transaction).await?;
            transaction.commit().await?;
        });
    }
    say(&began.elapsed().as_secs_f64().to_string());
    database.close().await;
    Ok(())
}
