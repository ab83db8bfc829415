//! `portico`: customer administration by following links.

use std::process::ExitCode;

/// A request makes and drops some hundred small strings.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::cli::run()
}
