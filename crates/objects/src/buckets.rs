use std::collections::BTreeMap;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use object_store::aws::AmazonS3;
use object_store::path::Path;
use object_store::{Attribute, Error as StoreError, ObjectStoreExt};

use crate::error::is_of_bucket;
use crate::{Error, ReadError, S3};

/// The buckets that images may be read from, and no others.
///
/// They are named one by one, because they are read as the service itself: whoever may name any bucket could have it read
/// the one in which it keeps what others own.
#[derive(Debug)]
pub struct Buckets(BTreeMap<String, AmazonS3>);

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketRead {
    /// The bytes.
    pub bytes: Bytes,
    /// What the bucket says that they were compressed with.
    pub coding: Option<String>,
}

impl Buckets {
    /// Makes the clients; asks no bucket anything yet.
    ///
    /// # Errors
    /// The settings make no client.
    pub fn open(s3: &S3, names: &[String]) -> Result<Self, Error> {
        let open = |name: &String| {
            // The queue tries again, and knows when.
            let bucket = s3
                .bucket(name, 0)
                .map_err(|error| Error::Setup { place: format!("the bucket {name}"), source: error.into() })?;
            Ok((name.clone(), bucket))
        };
        names.iter().map(open).collect::<Result<_, _>>().map(Self)
    }

    /// An object, if it is not longer than the limit in bytes.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn read(&self, bucket: &str, key: &str, limit: u64) -> Result<BucketRead, ReadError> {
        let store = self.0.get(bucket).ok_or_else(|| ReadError::UnknownBucket(bucket.to_owned()))?;
        let failed = |error: StoreError| match error {
            StoreError::NotFound { ref source, .. } if !is_of_bucket(&**source) => ReadError::Absent(bucket.to_owned()),
            StoreError::PermissionDenied { .. } | StoreError::Unauthenticated { .. } => {
                ReadError::Denied(bucket.to_owned())
            }
            error => ReadError::Failed { bucket: bucket.to_owned(), source: error.into() },
        };
        let key = Path::parse(key).map_err(|_| ReadError::Absent(bucket.to_owned()))?;
        let object = store.get(&key).await.map_err(failed)?;
        if object.meta.size > limit {
            return Err(ReadError::TooLong { limit });
        }
        let coding = object.attributes.get(&Attribute::ContentEncoding).map(|coding| coding.to_string());
        let mut bytes = BytesMut::with_capacity(usize::try_from(object.meta.size).unwrap_or_default());
        let mut chunks = object.into_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(failed)?;
            if (bytes.len() + chunk.len()) as u64 > limit {
                return Err(ReadError::TooLong { limit });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(BucketRead { bytes: bytes.freeze(), coding })
    }
}
