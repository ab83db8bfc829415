//! Where originals and thumbnails are kept: a folder, or a bucket of S3 and its likes.
//!
//! [`Objects`] is what the service itself keeps, each under an [`ObjectKey`]. [`Buckets`] are those that images are read
//! from where an operator lets origins lie in S3. This crate alone names the object store library, and the roots of trust
//! for outgoing connections are here, because the lowest that needs them is.
//!
//! What is in an object is not known here, nor who may see it.

mod buckets;
mod copying;
mod error;
mod folder;
mod key;
mod s3;
mod store;
mod tls;

pub use buckets::{BucketRead, Buckets};
pub use copying::Copied;
pub use error::{Error, ReadError};
pub use key::{ObjectKey, ObjectPrefix};
pub use s3::{S3, S3Key};
pub use store::{Lying, Objects, Settings};
pub use tls::{install_crypto, trusted};
