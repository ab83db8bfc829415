//! What this program was built of.

/// The version of the release.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The commit, where it is known.
pub(crate) const COMMIT: &str = env!("BUILT_COMMIT");
/// How it was compiled.
pub(crate) const PROFILE: &str = env!("BUILT_PROFILE");
/// All of it in a line.
pub(crate) const ALL: &str =
    concat!(env!("CARGO_PKG_VERSION"), " (commit ", env!("BUILT_COMMIT"), ", profile ", env!("BUILT_PROFILE"), ")");
