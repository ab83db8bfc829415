//! What is wrong with a file.

use crate::PictureError;

/// Why a scan could not be read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScanFault {
    /// There is no more data.
    Short,
    /// The data is none that a picture has.
    Code,
}

impl From<ScanFault> for PictureError {
    fn from(fault: ScanFault) -> Self {
        match fault {
            ScanFault::Short => Self::CutShort,
            ScanFault::Code => damaged("the data"),
        }
    }
}

pub(super) fn damaged(what: &str) -> PictureError {
    PictureError::Damaged(format!("{what} of the JPEG makes no sense"))
}
