//! Pictures in the forms in which each kind of file may have them.

#![expect(clippy::unwrap_used, reason = "what a test expects is there")]

mod colours;
mod drawn;
mod jp2s;
mod jpegs;
mod tiffs;
