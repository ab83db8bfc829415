//! What is said in the transcripts: every operation, and every failure that there is a code for.

mod customers;
mod ends;
mod grants;
mod own;

use super::stage::{Stage, Who};

const ROOT: Who<'_> = Who::User("root");
const CLERK: Who<'_> = Who::User("clerk");
const BOSS: Who<'_> = Who::User("boss");
const GUEST: Who<'_> = Who::User("guest");
const ACME: Who<'_> = Who::Customer("ACME");
const SERVICE: Who<'_> = Who::Service("a program");
/// A service that acts for somebody: the uid is as good as the uuid.
const ABOUT_ROOT: Who<'_> = Who::Service("root");

/// Tells the whole story, operation by operation.
pub async fn tell(stage: &mut Stage) {
    customers::customers(stage).await;
    customers::activation(stage).await;
    customers::list(stage).await;
    grants::entitlements(stage).await;
    grants::groups(stage).await;
    own::own(stage).await;
    own::itself(stage).await;
    own::lists(stage).await;
    ends::agreements(stage).await;
    ends::ends(stage).await;
    ends::elsewhere(stage).await;
}
