//! The queue: jobs as rows, taken by whichever worker is free.
//!
//! A job that may be taken is in line: its `due_at` is 0, and no clock is asked. Any other waits for an instant, until
//! [`Store::wake`] puts it in line. In line, jobs of equal urgency are taken by their `turn`. A customer's new jobs have the
//! turns behind those that it has in line already, and not before the turn that it is now: so customers who have something
//! in line take turns, however much each of them has there.
//!
//! Whoever takes a job has it for the time of a lease, and longer while it says so. A worker that dies stops saying so, and
//! its jobs are there for others. The lease is a random number: what is written under one that is not the job's any more
//! is refused.

use sea_orm::{DbBackend, Value};
use uuid::Uuid;

use crate::authority::EPOCH;
use crate::row::row;
use crate::{CustomerNumber, ImageNumber, JobNumber, Result, Store, Transaction, trace};

row! {
    /// A job that was taken.
    Job {
        /// Its number.
        id: JobNumber = "id",
        /// `ingest` or `discard`.
        kind: String = "kind",
        /// Whose image it is about.
        customer: CustomerNumber = "customer_id",
        /// The image to ingest.
        image: Option<ImageNumber> = "image_id",
        /// The name of what to discard.
        object: Option<String> = "object",
        /// How often it was taken, this time included.
        attempts: i64 = "attempts",
        /// By what it is known whose it is.
        lease: Option<Uuid> = "lease",
        /// By what it was known whose it was, where they stopped without a word.
        abandoned: Option<Uuid> = "abandoned",
        /// How long it has waited so far because its origin asked for that, in microseconds.
        patience: i64 = "patience",
        /// What it was left by, as `traceparent` has it.
        traceparent: Option<String> = "traceparent",
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

/// How many rows one statement makes: each takes a few places, and a statement has room for some thousands.
const LOT: usize = 1000;

/// How many jobs are put in line at once.
const WOKEN: i64 = 1000;

/// The last turn of a customer in line, and the turn before the first of all; 0 where there is none.
macro_rules! last_turns {
    ($customer:literal, $urgency:literal) => {
        concat!(
            "coalesce((SELECT own.turn FROM job AS own WHERE own.customer_id = ",
            $customer,
            " AND own.urgency = ",
            $urgency,
            " AND own.due_at = 0 ORDER BY own.turn DESC LIMIT 1), 0), \
             coalesce((SELECT other.turn FROM job AS other WHERE other.urgency = ",
            $urgency,
            " AND other.due_at = 0 ORDER BY other.turn LIMIT 1) - 1, 0)"
        )
    };
}

/// The turn behind which new jobs of a customer come.
async fn last_turn(transaction: &Transaction, customer: CustomerNumber, urgency: Urgency) -> Result<i64> {
    let sql = concat!("SELECT ", last_turns!("$1", "$2"));
    let values = [customer.into(), (urgency as i64).into()];
    let last: Option<(i64, i64)> = transaction.one(transaction.statement(sql, values)).await?;
    Ok(last.map_or(0, |(own, others)| own.max(others)))
}

/// Puts images into the queue, from the start where they are in it already.
///
/// # Errors
/// As [`crate::Error`].
pub async fn ingest(
    transaction: &Transaction,
    customer: CustomerNumber,
    images: &[ImageNumber],
    urgency: Urgency,
) -> Result<()> {
    let mut turn = last_turn(transaction, customer, urgency).await?;
    for lot in images.chunks(LOT) {
        let mut values: Vec<Value> = vec![customer.into(), (urgency as i64).into(), trace::current().into()];
        let mut rows = Vec::with_capacity(lot.len());
        for image in lot {
            turn += 1;
            values.extend([turn.into(), (*image).into()]);
            rows.push(format!("('ingest', $1, $2, $3, 0, ${}, ${})", values.len() - 1, values.len()));
        }
        let sql = format!(
            "INSERT INTO job (kind, customer_id, urgency, traceparent, due_at, turn, image_id) VALUES {} \
             ON CONFLICT (image_id) DO UPDATE SET abandoned = coalesce(job.lease, job.abandoned), lease = NULL, attempts = 0, \
             patience = 0, due_at = 0, traceparent = excluded.traceparent, \
             turn = CASE WHEN excluded.urgency > job.urgency THEN job.turn ELSE excluded.turn END, \
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
pub async fn discard(transaction: &Transaction, customer: CustomerNumber, objects: Vec<String>) -> Result<()> {
    let mut turn = match objects.is_empty() {
        true => return Ok(()),
        false => last_turn(transaction, customer, Urgency::Later).await?,
    };
    for lot in objects.chunks(LOT) {
        let mut values: Vec<Value> = vec![customer.into(), (Urgency::Later as i64).into(), trace::current().into()];
        let mut rows = Vec::with_capacity(lot.len());
        for object in lot {
            turn += 1;
            values.extend([turn.into(), object.clone().into()]);
            rows.push(format!("('discard', $1, $2, $3, 0, ${}, ${})", values.len() - 1, values.len()));
        }
        let sql = format!(
            "INSERT INTO job (kind, customer_id, urgency, traceparent, due_at, turn, object) VALUES {}",
            rows.join(", ")
        );
        transaction.run(transaction.statement(&sql, values)).await?;
    }
    Ok(())
}

/// A condition on a row's `id`: that a query with a LIMIT has chosen it. The query is asked once, however the database plans
/// the rest of the statement. In a join, which PostgreSQL may make of `IN`, it can be asked again for each row, and then the
/// LIMIT limits nothing. What somebody else is changing is left to them.
fn chosen(backend: DbBackend, query: &str) -> String {
    match backend {
        DbBackend::Postgres => format!("id = ANY (ARRAY({query} FOR UPDATE SKIP LOCKED))"),
        // One statement of one writer at a time: there is nobody to skip.
        _ => format!("id IN ({query})"),
    }
}

impl Store {
    /// Takes jobs that are in line, the most urgent first and within that by turns, for so many microseconds from now on.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn claim(&self, most: u32, now: i64, time: i64, lease: Uuid) -> Result<Vec<Job>> {
        use crate::row::Entity;
        let sql = format!(
            "UPDATE job SET due_at = $1, delay = $2, abandoned = coalesce(lease, abandoned), lease = $3, \
             attempts = attempts + 1 WHERE {} RETURNING {}",
            chosen(self.backend(), "SELECT id FROM job WHERE due_at = 0 ORDER BY urgency, turn, id LIMIT $4"),
            Job::COLUMNS
        );
        let values = [now.saturating_add(time).into(), time.into(), lease.into(), i64::from(most).into()];
        self.operator().write_all(self.operator().statement(&sql, values)).await
    }

    /// Puts in line what has waited long enough. What was written down by a clock that was ahead of `latest`, by which no
    /// clock that is right can be, has waited long enough as well; the number of those jobs.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn wake(&self, now: i64, latest: i64) -> Result<usize> {
        let operator = self.operator();
        let sql = format!(
            "SELECT (SELECT due_at FROM job WHERE due_at > 0 ORDER BY due_at LIMIT 1), \
             (SELECT due_at - delay FROM job WHERE due_at > 0 ORDER BY due_at - delay DESC LIMIT 1), {EPOCH}"
        );
        let (due, written): (Option<i64>, Option<i64>) = operator.facts(operator.statement(&sql, [])).await?;
        let mut ahead = 0;
        if written.is_some_and(|written| written > latest) {
            let sql = "UPDATE job SET due_at = 1 WHERE due_at > 0 AND due_at - delay > $1 RETURNING id";
            let rows: Vec<(JobNumber,)> = operator.write_all(operator.statement(sql, [latest.into()])).await?;
            ahead = rows.len();
        }
        if ahead > 0 || due.is_some_and(|due| due <= now) {
            let greatest = if self.backend() == DbBackend::Postgres { "greatest" } else { "max" };
            let sql = format!(
                "UPDATE job SET due_at = 0, turn = line.turn FROM (SELECT id, {greatest}({}) + \
                 row_number() OVER (PARTITION BY customer_id, urgency ORDER BY due_at, id) AS turn FROM job WHERE {}) \
                 AS line WHERE job.id = line.id RETURNING job.id",
                last_turns!("job.customer_id", "job.urgency"),
                chosen(self.backend(), "SELECT id FROM job WHERE due_at > 0 AND due_at <= $1 ORDER BY due_at LIMIT $2"),
            );
            let _: Vec<(JobNumber,)> = operator.write_all(operator.statement(&sql, [now.into(), WOKEN.into()])).await?;
        }
        Ok(ahead)
    }

    /// Keeps jobs for longer; those that are still this lease's.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn renew(&self, jobs: &[JobNumber], lease: Uuid, until: i64) -> Result<Vec<JobNumber>> {
        let mut values: Vec<Value> = vec![lease.into(), until.into()];
        let mut places = Vec::with_capacity(jobs.len());
        for job in jobs {
            values.push((*job).into());
            places.push(format!("${}", values.len()));
        }
        let sql = format!("UPDATE job SET due_at = $2 WHERE lease = $1 AND id IN ({}) RETURNING id", places.join(", "));
        let rows: Vec<(JobNumber,)> = self.operator().write_all(self.operator().statement(&sql, values)).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// How many images wait, those included that somebody works on.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn backlog(&self) -> Result<i64> {
        let sql = format!("SELECT count(*), {EPOCH} FROM job WHERE kind = 'ingest'");
        let (count,): (i64,) = self.operator().facts(self.operator().statement(&sql, [])).await?;
        Ok(count)
    }

    /// When the image was put into the queue that has waited longest of those that nobody works on; none where none waits.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn waiting_since(&self) -> Result<Option<i64>> {
        let sql = format!(
            "SELECT (SELECT queued_at FROM image WHERE id = (SELECT image_id FROM job WHERE kind = 'ingest' AND lease IS NULL \
             ORDER BY id LIMIT 1)), {EPOCH}"
        );
        let (since,): (Option<i64>,) = self.operator().facts(self.operator().statement(&sql, [])).await?;
        Ok(since)
    }

    /// The jobs that somebody has: their numbers, and by what it is known whose they are.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn held(&self) -> Result<Vec<(JobNumber, Uuid)>> {
        let operator = self.operator();
        operator.all(operator.statement("SELECT id, lease FROM job WHERE lease IS NOT NULL", [])).await
    }
}

/// How a job is given back.
#[derive(Debug, Clone, Copy, Default)]
pub struct Return {
    /// For how many microseconds it waits; 0 is none.
    pub delay: i64,
    /// Whether it was tried.
    pub tried: bool,
    /// Whether it waits because its origin asks for that.
    pub asked: bool,
}

/// Gives a job back. False if it is not this lease's any more.
///
/// # Errors
/// As [`crate::Error`].
pub async fn give_back(transaction: &Transaction, job: JobNumber, lease: Uuid, now: i64, how: Return) -> Result<bool> {
    let sql = "UPDATE job SET due_at = $3, delay = $4, lease = NULL, attempts = attempts - $5, patience = patience + $6 \
        WHERE id = $1 AND lease = $2";
    let Return { delay, tried, asked } = how;
    let due = if delay > 0 { now.saturating_add(delay) } else { 0 };
    let values = [
        job.into(),
        lease.into(),
        due.into(),
        delay.into(),
        i64::from(!tried).into(),
        if asked { delay } else { 0 }.into(),
    ];
    Ok(transaction.run(transaction.statement(sql, values)).await? > 0)
}

/// Ends a job. False if it is not this lease's any more.
///
/// # Errors
/// As [`crate::Error`].
pub async fn end(transaction: &Transaction, job: JobNumber, lease: Uuid) -> Result<bool> {
    let sql = "DELETE FROM job WHERE id = $1 AND lease = $2";
    Ok(transaction.run(transaction.statement(sql, [job.into(), lease.into()])).await? > 0)
}
