//! The program, built together with its tests so that they have it at hand as a process.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    server::cli::run().await
}
