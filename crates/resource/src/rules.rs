//! What the operator decides for all customers.

use std::num::NonZeroU32;
use std::time::Duration;

use vocab::value::EulaRevision;

/// The operator's decisions.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Whether administrators of customers see those alone that they are listed for.
    pub restrict_customer_access: bool,
    /// When looking for customers that are not there is stopped for a while.
    pub fetch_lock: FetchLock,
    /// The revision of the agreement for users where a new customer names none.
    pub default_eula_revision: EulaRevision,
    /// How often passwords may be tried from one address in a minute; none for as often as one likes.
    pub sign_in_limit: Option<NonZeroU32>,
}

/// How often somebody may ask for customers that are not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchLock {
    /// So many times; 0 for as often as they like.
    pub attempts: u32,
    /// Within so long.
    pub window: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            restrict_customer_access: true,
            fetch_lock: FetchLock { attempts: 100, window: Duration::from_mins(15) },
            default_eula_revision: EulaRevision::trusted("1".into()),
            sign_in_limit: NonZeroU32::new(100),
        }
    }
}
