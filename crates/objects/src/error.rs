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
    /// The store did not do it: no space, no connection, no permission.
    #[error("the store of objects failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    pub(crate) fn of(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { path, .. } => Self::Absent(path),
            error => Self::Failed(error.into()),
        }
    }
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
