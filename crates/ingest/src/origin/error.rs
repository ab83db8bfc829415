use std::net::IpAddr;
use std::time::Duration;

use reqwest::StatusCode;
use vocab::value::ErrorKind;

use super::size::ByteSize;
use super::{OriginError, Patience};

/// Why an origin could not be fetched, in words for whoever posted it. No secret and no query of an address is in them.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The text is no origin.
    #[error(transparent)]
    Origin(#[from] OriginError),
    /// The strategy that applies is not for origins of this kind.
    #[error("the origin strategy {strategy} is not for {scheme} origins")]
    Strategy {
        /// The strategy's name.
        strategy: &'static str,
        /// `http`, `file` or `s3`.
        scheme: &'static str,
    },
    /// The origin answered something else than 200.
    #[error("the origin answered {0}")]
    Status(StatusCode),
    /// The origin answered something else than 200, or with a redirect, and asks to be left alone for a while.
    #[error("the origin answered {status} and asks to be left alone {patience}")]
    Busy {
        /// What it answered.
        status: StatusCode,
        /// For how long.
        patience: Patience,
    },
    /// The origin is longer than what is taken.
    #[error("the origin is longer than {}, the most that is taken", ByteSize(*.limit))]
    TooLong {
        /// In bytes.
        limit: u64,
    },
    /// The whole of it took too long.
    #[error("the origin did not answer within {} s", .limit.as_secs_f64())]
    TimedOut {
        /// The time it had.
        limit: Duration,
    },
    /// No connection came about in time.
    #[error("no connection to {host} came about within {} s", .limit.as_secs_f64())]
    ConnectTimedOut {
        /// The host.
        host: String,
        /// The time it had.
        limit: Duration,
    },
    /// The name has no address, or nobody could be asked for it.
    #[error("the address of {host} could not be found out")]
    Unresolved {
        /// The host.
        host: String,
    },
    /// The host lies in a network where origins may not lie.
    #[error("the address of {host} ({address}) is private; origins may not lie there")]
    Private {
        /// The host as it was written.
        host: String,
        /// Its address.
        address: IpAddr,
    },
    /// There was no connection: refused, no route, no trusted certificate.
    #[error("no connection to {host}: {reason}")]
    Unreachable {
        /// The host.
        host: String,
        /// What the system or TLS says.
        reason: String,
    },
    /// The connection ended before the answer did, or what came was no HTTP.
    #[error("the answer of {host} broke off or could not be understood: {reason}")]
    Broken {
        /// The host.
        host: String,
        /// What was wrong.
        reason: String,
    },
    /// More redirects than are followed.
    #[error("the origin redirected more than {limit} times")]
    Redirects {
        /// How many are followed.
        limit: usize,
    },
    /// A redirect to what is no address.
    #[error("the origin redirected to nowhere that could be understood")]
    Nowhere,
    /// A redirect to an address that no origin may have.
    #[error("the origin redirected to where it may not: {0}")]
    Redirected(OriginError),
    /// The content is compressed, although that was not asked for, in a way that is not undone.
    #[error("the origin answered with the content encoding {encoding}, which was not asked for and is not undone")]
    Encoded {
        /// The encoding.
        encoding: String,
    },
    /// The content was compressed, and is broken.
    #[error("what the origin compressed could not be read: {reason}")]
    Garbled {
        /// What was wrong.
        reason: String,
    },
    /// There are no file origins here.
    #[error("origins may not be files here: no folder is configured for them")]
    NoFolder,
    /// The folder itself is not there now.
    #[error("the folder in which origins may lie is away")]
    FolderAway,
    /// The file is not in the folder, as it is written or by a link.
    #[error("the file lies outside of the folder in which origins may lie")]
    OutsideFolder,
    /// The folder has no such file.
    #[error("there is no such file")]
    NoFile,
    /// It is a folder, a pipe, a device.
    #[error("the origin is not a regular file")]
    NotAFile,
    /// The file cannot be read.
    #[error("the file could not be read: {0}")]
    File(std::io::Error),
    /// There are no S3 origins here.
    #[error("origins may not lie in S3 here: no buckets are configured for them")]
    NoBuckets,
    /// The bucket, or what is in it.
    #[error(transparent)]
    Bucket(objects::ReadError),
}

impl FetchError {
    /// Whether to try again is of no use, because what is wrong is with the origin or the configuration and not with the
    /// moment.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Status(status) => {
                let again = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS];
                !status.is_server_error() && !again.contains(status)
            }
            Self::Busy { .. }
            | Self::Garbled { .. }
            | Self::FolderAway
            | Self::TimedOut { .. }
            | Self::ConnectTimedOut { .. }
            | Self::Unresolved { .. }
            | Self::Unreachable { .. }
            | Self::Broken { .. }
            | Self::File(_)
            | Self::Bucket(objects::ReadError::Failed { .. }) => false,
            Self::Origin(_)
            | Self::Strategy { .. }
            | Self::TooLong { .. }
            | Self::Private { .. }
            | Self::Redirects { .. }
            | Self::Nowhere
            | Self::Redirected(_)
            | Self::Encoded { .. }
            | Self::NoFolder
            | Self::OutsideFolder
            | Self::NoFile
            | Self::NotAFile
            | Self::NoBuckets
            | Self::Bucket(_) => true,
        }
    }
}

impl FetchError {
    /// For how long to leave the origin alone, where that is all that is the matter with it: it says so itself, or where it
    /// lies is away, which is nothing of the image's.
    #[must_use]
    pub fn patience(&self) -> Option<Patience> {
        match self {
            Self::Busy { patience, .. } => Some(*patience),
            Self::Status(StatusCode::TOO_MANY_REQUESTS)
            | Self::FolderAway
            | Self::Bucket(objects::ReadError::Failed { .. }) => Some(Patience::For(Duration::ZERO)),
            _ => None,
        }
    }

    /// Of what kind it is, for whoever looks for all of that kind.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Strategy { .. }
            | Self::NoFolder
            | Self::NoBuckets
            | Self::Bucket(objects::ReadError::UnknownBucket(_)) => ErrorKind::Strategy,
            _ => ErrorKind::Origin,
        }
    }
}

impl From<objects::ReadError> for FetchError {
    fn from(error: objects::ReadError) -> Self {
        match error {
            objects::ReadError::TooLong { limit } => Self::TooLong { limit },
            error => Self::Bucket(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_different_later_is_not_permanent() {
        for (status, permanent) in [
            (404, true),
            (410, true),
            (401, true),
            (403, true),
            (304, true),
            (204, true),
            (408, false),
            (425, false),
            (429, false),
            (500, false),
            (503, false),
        ] {
            assert_eq!(FetchError::Status(StatusCode::from_u16(status).unwrap()).is_permanent(), permanent, "{status}");
        }
    }

    #[test]
    fn a_person_understands_what_happened() {
        let timed_out = FetchError::TimedOut { limit: Duration::from_secs(30) };
        for (error, said) in [
            (FetchError::Status(StatusCode::NOT_FOUND), "the origin answered 404 Not Found"),
            (FetchError::TooLong { limit: 50_000_000 }, "the origin is longer than 50 MB, the most that is taken"),
            (timed_out, "the origin did not answer within 30 s"),
            (FetchError::Redirects { limit: 5 }, "the origin redirected more than 5 times"),
            (
                FetchError::Private { host: "localhost".to_owned(), address: [127, 0, 0, 1].into() },
                "the address of localhost (127.0.0.1) is private; origins may not lie there",
            ),
        ] {
            assert_eq!(error.to_string(), said);
        }
    }
}
