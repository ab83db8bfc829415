//! What a worker is given to do, and what it gives back.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use store::{CustomerNumber, ImageNumber, JobNumber, SpaceNumber, Transaction, image, job};
use uuid::Uuid;
use vocab::value::{ErrorKind, OriginText};

use crate::{Error, Result};

/// Under which name the files of an image are kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Files {
    /// The number of the customer.
    pub customer: CustomerNumber,
    /// The number of the space within the customer.
    pub space: SpaceNumber,
    /// The identity of the image within the space.
    pub image: String,
    /// Which of the times that it was ingested.
    pub version: Uuid,
}

impl Files {
    /// The files of an image; under a version that no files have where it has none.
    pub(crate) fn of(row: &image::Image) -> Self {
        let (customer, space, image) = (row.customer, row.space, row.name.clone());
        Self { customer, space, image, version: row.object.unwrap_or_default() }
    }

    /// The numbers of the customer and of the space, for what knows no rows: the names of the files, the log.
    pub fn place(&self) -> (i64, i64) {
        (self.customer.get(), self.space.get())
    }

    /// What a job that discards them says of them.
    pub(crate) fn in_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| Error::Internal(error.to_string()))
    }

    /// Has them discarded, and what else lies there of the image that nobody knows.
    pub(crate) async fn discard(&self, transaction: &Transaction) -> Result<()> {
        Ok(job::discard(transaction, self.customer, vec![self.in_json()?]).await?)
    }
}

/// A job that is this worker's until its lease ends.
#[derive(Debug)]
pub struct Job {
    /// Its number.
    pub id: JobNumber,
    /// How often it was taken, this time included.
    pub attempts: u64,
    /// What there is to do.
    pub task: Task,
    /// How long it has waited so far because its origin asked for that.
    pub patience: Duration,
    pub(super) lease: Uuid,
    pub(super) image: Option<ImageNumber>,
}

/// How a job is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Return {
    /// As if it had not been taken, for anybody at once.
    Untouched,
    /// As if it had not been taken, for anybody after a while: nothing about it was at fault.
    Later(Duration),
    /// It waits for so long because its origin asks for patience, which is no attempt.
    Asked(Duration),
    /// It was tried, and is to be tried again after a while.
    Tried(Duration),
}

/// A length of time as the database has it, in microseconds.
pub(super) fn length(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

impl Return {
    pub(super) fn how(self) -> job::Return {
        let (delay, tried, asked) = match self {
            Self::Untouched => (Duration::ZERO, false, false),
            Self::Later(after) => (after, false, false),
            Self::Asked(after) => (after, false, true),
            Self::Tried(after) => (after, true, false),
        };
        job::Return { delay: length(delay), tried, asked }
    }
}

/// Why an image was not ingested.
#[derive(Debug, Clone)]
pub struct Failed {
    /// Of what kind that is.
    pub kind: ErrorKind,
    /// In words for whoever submitted the image.
    pub told: String,
}

/// What there is to do.
#[derive(Debug)]
pub enum Task {
    /// Fetch an image and make of it what is kept.
    Ingest(Box<Ingest>),
    /// Remove files that nothing refers to any more.
    Discard(Files),
}

/// An image to fetch.
#[derive(Debug)]
pub struct Ingest {
    /// Where its files are to be kept.
    pub files: Files,
    /// Where it comes from.
    pub origin: OriginText,
    /// The edges of its thumbnails, in pixels.
    pub edges: Vec<u32>,
    /// The bytes that it may take.
    pub room: u64,
    /// The customer's ways of fetching, in the order in which they are tried.
    pub strategies: Vec<Strategy>,
}

/// A way of fetching, and the origins it is for.
#[derive(Debug)]
pub struct Strategy {
    /// The pattern of the origins.
    pub regex: String,
    /// What it is.
    pub way: Way,
}

/// As whom an origin is asked.
pub enum Way {
    /// As nobody.
    Default,
    /// With a name and a password.
    Basic {
        /// The name.
        user: String,
        /// The password.
        password: String,
    },
    /// As the service itself.
    Ambient,
    /// As somebody whose credentials cannot be read, because they were encrypted under another key than the service's.
    Unreadable,
}

impl std::fmt::Debug for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Default => "Default",
            Self::Basic { .. } => "Basic",
            Self::Ambient => "Ambient",
            Self::Unreadable => "Unreadable",
        })
    }
}

/// What became of an image.
#[derive(Debug)]
pub struct Measured {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// The media type that the content has.
    pub media_type: String,
    /// Whether it has no colours.
    pub gray: bool,
    /// Bytes of what was fetched.
    pub size: u64,
    /// Bytes of all thumbnails.
    pub thumbnail_size: u64,
}

impl Job {
    /// By what the job is kept: its number and its lease.
    pub fn hold(&self) -> (JobNumber, Uuid) {
        (self.id, self.lease)
    }
}
