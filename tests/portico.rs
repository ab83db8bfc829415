//! The program, built together with its tests so that they have it at hand as a process.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::run()
}
