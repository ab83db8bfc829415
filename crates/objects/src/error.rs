/// Why an object could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing is kept under this key.
    #[error("there is no object {0}")]
    Absent(String),
    /// The store cannot be opened as it is configured.
    #[error("objects cannot be kept in {place}")]
    Setup {
        /// The folder or the bucket.
        place: String,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The store did not do it: no folder or bucket, no space, no connection, no permission.
    #[error("the store of objects failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Whether it is the store that is away, and not an object: what was asked for may be there, and nobody can tell now.
    #[must_use]
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Failed(_))
    }

    pub(crate) fn of(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { path, source } if !is_of_bucket(&*source) => Self::Absent(path),
            error => Self::Failed(error.into()),
        }
    }
}

/// Whether what is not there is the bucket. S3 answers 404 to that, too, and names it in the body alone
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>).
pub(crate) fn is_of_bucket(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(error), |error| (*error).source());
    causes.any(|error| error.to_string().contains("NoSuchBucket"))
}

/// Why an object could not be read out of a foreign bucket.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The bucket is not among those that were opened.
    #[error("the bucket {0} is not one of those that may be read")]
    UnknownBucket(String),
    /// The bucket has no such object, or the key cannot be one.
    #[error("there is no such object in the bucket {0}")]
    Absent(String),
    /// The bucket does not let this service read the object.
    #[error("the bucket {0} does not let this service read")]
    Denied(String),
    /// The object is longer than the limit.
    #[error("the object is longer than {limit} bytes")]
    TooLong {
        /// In bytes.
        limit: u64,
    },
    /// Anything that may be different the next time.
    #[error("the bucket {bucket} could not be read")]
    Failed {
        /// The bucket.
        bucket: String,
        /// What went wrong.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
