//! Kinds of jobs, of which a worker knows no more than this.

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;

use resource::jobs::TakenJob;

use super::desk::Desk;
use super::held::JobHold;

/// Work that is done beside other work.
pub type JobFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A kind of job.
pub trait JobKind: Debug + Send + Sync {
    /// What the queue calls it.
    fn name(&self) -> &'static str;

    /// Writes down that somebody has begun with jobs that were taken together.
    ///
    /// # Errors
    /// The database does not answer.
    fn begin<'a>(&'a self, _desk: &'a Desk, _taken: &'a [TakenJob]) -> JobFuture<'a, resource::Result<()>> {
        Box::pin(async { Ok(()) })
    }

    /// Does a job, writes down what became of it, and lets it go.
    fn run(self: Arc<Self>, desk: Arc<Desk>, job: TakenJob, hold: JobHold) -> JobFuture<'static, ()>;
}
