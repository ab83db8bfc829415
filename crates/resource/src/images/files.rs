//! Under which name the files of an image are kept.

use serde::{Deserialize, Serialize};
use store::{CustomerNumber, JobNumber, SpaceNumber, Transaction, image, job};
use uuid::Uuid;

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
    pub fn numbers(&self) -> (i64, i64) {
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

/// Under which version the files are kept that are made under a lease. So those that a worker has left behind are known to
/// whoever takes its job over.
pub(super) fn version(lease: Uuid, job: JobNumber) -> Uuid {
    let digest = crate::rights::secret::digest(&[&lease.as_bytes()[..], &job.get().to_be_bytes()[..]].concat());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
