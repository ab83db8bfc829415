//! Origins fetched: over real sockets, out of real folders.

mod bucket;
mod file;
mod http;
mod private;
mod support;
