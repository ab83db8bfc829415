//! The queue: jobs as rows, taken by whichever worker is free.
//!
//! Whoever takes a job has it for the time of a lease, and longer while it says so. A worker that dies stops saying so, and
//! its jobs are there for others. The lease is a random number: what is written under one that is not the job's any more
//! is refused.

use sea_orm::{DbBackend, Value};
use uuid::Uuid;

use crate::row::row;
use crate::{Result, Store, Transaction};

row! {
    /// A job that was taken.
    Job {
        /// Its number.
        id: i64 = "id",
        /// `ingest` or `discard`.
        kind: String = "kind",
        /// Whose image it is about.
        customer: i64 = "customer_id",
        /// The image to ingest.
        image: Option<i64> = "image_id",
        /// The name of what to discard.
        object: Option<String> = "object",
        /// How often it was taken, this time included.
        attempts: i64 = "attempts",
        /// By what it is known whose it is.
        lease: Option<Uuid> = "lease",
        /// By what it was known whose it was, where they stopped without a word.
        abandoned: Option<Uuid> = "abandoned",
    }
}

/// How urgent a job is: what is more urgent comes before everything that is less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Of the priority queue.
    Priority = 0,
    /// Of the queue.
    Normal = 1,
    /// When there is nothing else to do.
    Later = 2,
}

/// Puts images into the queue, from the start where they are in it already.
///
/// # Errors
/// As [`crate::Error`].
pub async fn ingest(
    transaction: &Transaction,
    customer: i64,
    images: &[i64],
    urgency: Urgency,
    now: i64,
) -> Result<()> {
    for lot in images.chunks(1000) {
        let mut values: Vec<Value> = vec![customer.into(), (urgency as i64).into(), now.into()];
        let mut rows = Vec::with_capacity(lot.len());
        for image in lot {
            values.push((*image).into());
            rows.push(format!("('ingest', $1, $2, $3, ${})", values.len()));
        }
        let sql = format!(
            "INSERT INTO job (kind, customer_id, urgency, due_at, image_id) VALUES {} \
             ON CONFLICT (image_id) DO UPDATE SET abandoned = coalesce(job.lease, job.abandoned), lease = NULL, attempts = 0, \
             due_at = excluded.due_at, \
             urgency = CASE WHEN excluded.urgency < job.urgency THEN excluded.urgency ELSE job.urgency END",
            rows.join(", ")
        );
        transaction.run(transaction.statement(&sql, values)).await?;
    }
    Ok(())
}

/// Has files discarded that nothing refers to any more.
///
/// # Errors
/// As [`crate::Error`].
pub async fn discard(transaction: &Transaction, customer: i64, object: String, now: i64) -> Result<()> {
    let sql = "INSERT INTO job (kind, customer_id, urgency, due_at, object) VALUES ('discard', $1, $2, $3, $4)";
    let values = [customer.into(), (Urgency::Later as i64).into(), now.into(), object.into()];
    transaction.run(transaction.statement(sql, values)).await?;
    Ok(())
}

impl Store {
    /// Takes jobs that are due, the most urgent first, until an instant.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn claim(&self, most: u32, now: i64, until: i64, lease: Uuid) -> Result<Vec<Job>> {
        use crate::row::Entity;
        let skip = match self.backend() {
            DbBackend::Postgres => " FOR UPDATE SKIP LOCKED",
            // One statement of one writer at a time: there is nobody to skip.
            _ => "",
        };
        let sql = format!(
            "UPDATE job SET due_at = $2, abandoned = coalesce(lease, abandoned), lease = $3, attempts = attempts + 1 \
             WHERE id IN \
             (SELECT id FROM job WHERE due_at <= $1 ORDER BY urgency, due_at, id LIMIT $4{skip}) RETURNING {}",
            Job::COLUMNS
        );
        let values = [now.into(), until.into(), lease.into(), i64::from(most).into()];
        self.operator().write_all(self.operator().statement(&sql, values)).await
    }

    /// Keeps jobs for longer; those that are still this lease's.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn renew(&self, jobs: &[i64], lease: Uuid, until: i64) -> Result<Vec<i64>> {
        let mut values: Vec<Value> = vec![lease.into(), until.into()];
        let mut places = Vec::with_capacity(jobs.len());
        for job in jobs {
            values.push((*job).into());
            places.push(format!("${}", values.len()));
        }
        let sql = format!("UPDATE job SET due_at = $2 WHERE lease = $1 AND id IN ({}) RETURNING id", places.join(", "));
        let rows: Vec<(i64,)> = self.operator().write_all(self.operator().statement(&sql, values)).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// How many jobs are due, or will be.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn backlog(&self) -> Result<i64> {
        let sql = "SELECT count(*), 0 FROM job WHERE kind = 'ingest'";
        let (count,): (i64,) = self.operator().facts(self.operator().statement(sql, [])).await?;
        Ok(count)
    }
}

/// Gives a job back, to be done at an instant; as if it had not been taken, where `untried`. False if it is not this
/// lease's any more.
///
/// # Errors
/// As [`crate::Error`].
pub async fn give_back(transaction: &Transaction, job: i64, lease: Uuid, due: i64, untried: bool) -> Result<bool> {
    let sql = "UPDATE job SET due_at = $3, lease = NULL, attempts = attempts - $4 WHERE id = $1 AND lease = $2";
    let values = [job.into(), lease.into(), due.into(), i64::from(untried).into()];
    Ok(transaction.run(transaction.statement(sql, values)).await? > 0)
}

/// Ends a job. False if it is not this lease's any more.
///
/// # Errors
/// As [`crate::Error`].
pub async fn end(transaction: &Transaction, job: i64, lease: Uuid) -> Result<bool> {
    let sql = "DELETE FROM job WHERE id = $1 AND lease = $2";
    Ok(transaction.run(transaction.statement(sql, [job.into(), lease.into()])).await? > 0)
}
