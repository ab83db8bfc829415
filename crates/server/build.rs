//! Which commit and which profile the program is built of. Where it is built to be tried, no commit is looked up, or every commit
//! would have the crate compiled again. `cargo run` hands these variables on to the program, so they are not called like settings.

use std::env::var;
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=SOURCE_COMMIT");
    // target/PROFILE/build/server-…/out
    let profile =
        var("OUT_DIR").ok().and_then(|out| Some(Path::new(&out).ancestors().nth(3)?.file_name()?.to_str()?.to_owned()));
    println!("cargo::rustc-env=BUILT_PROFILE={}", profile.as_deref().unwrap_or("unknown"));
    let commit = var("SOURCE_COMMIT").ok().or_else(|| (var("PROFILE").as_deref() == Ok("release")).then(of_git)?);
    println!("cargo::rustc-env=BUILT_COMMIT={}", commit.as_deref().unwrap_or("unknown"));
}

fn of_git() -> Option<String> {
    println!("cargo::rerun-if-changed=../../.git/logs/HEAD");
    let commit = Command::new("git").args(["rev-parse", "--short=12", "HEAD"]).output().ok()?;
    let commit = commit.status.success().then(|| String::from_utf8(commit.stdout).ok())??;
    Some(commit.trim().to_owned())
}
