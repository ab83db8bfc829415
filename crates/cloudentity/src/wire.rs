//! What bodies look like.

mod agreement;
mod body;
mod customer;
mod lists;
mod user;

pub use agreement::Agreement;
pub use body::{JsonMembers, organizations, revision};
pub use customer::{CustomerNames, ListItem, Retrieved, creation, update};
pub use lists::{Identified, ListPart, OwnEntitlements, OwnGroups};
pub use user::WireUser;

use chrono::SecondsFormat;
use hydra::Timestamp;

/// An instant: RFC 3339 in UTC, to the millisecond.
fn instant(instant: Timestamp) -> String {
    instant.instant().to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A truth, which this interface writes as text.
const fn flag(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}
