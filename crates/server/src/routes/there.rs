//! What is said of what is not there.

use crate::failure::Failure;

/// What is answered, unless it refuses something about what is not there: of that nothing else is said. Whether it is there is
/// looked for only where something is refused; what is right, the rule finds a place for or not.
pub(super) async fn of_what_is_there<A, T>(
    answer: impl Future<Output = Result<A, Failure>>,
    look: impl Future<Output = Result<T, Failure>>,
) -> Result<A, Failure> {
    match answer.await {
        Err(failure) if failure.refuses() => {
            look.await?;
            Err(failure)
        }
        answer => answer,
    }
}
