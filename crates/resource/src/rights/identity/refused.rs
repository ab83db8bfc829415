//! Whose credentials were refused: for the log of whoever asked for them, never for whoever sent them.

use std::cell::RefCell;
use std::fmt::Display;

tokio::task_local! {
    static WHOSE: RefCell<Option<String>>;
}

/// Does something, and tells whose credentials were refused meanwhile, where they were somebody's: by an identity of ours,
/// never by what was sent.
pub async fn noting<T>(work: impl Future<Output = T>) -> (T, Option<String>) {
    let noted = async {
        let done = work.await;
        (done, WHOSE.with(RefCell::take))
    };
    WHOSE.scope(RefCell::default(), noted).await
}

/// Notes whose they were. Where nobody asks, nothing is noted.
pub(crate) fn note(whose: impl Display) {
    let _ = WHOSE.try_with(|kept| kept.replace(Some(whose.to_string())));
}
