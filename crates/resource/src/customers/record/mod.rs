//! Customers whole, for those who administer them: the one model behind every face.

mod change;
mod create;
mod found;
mod lifecycle;
mod parsed;
mod place;
mod removal;
mod touch;

use hydra::Timestamp;
use uuid::Uuid;
use vocab::value::{CustomerId, DomainId, Flags, Kind, Language, Lifecycle, Metadata, MfaMethod};

pub(crate) use change::locked;
pub use change::{CustomerChange, change};
pub use create::{CustomerDraft, create};
pub(crate) use create::{Maker, TIME_ZONE, begin};
pub use found::{Reach, find, find_with_entitlements, find_with_own_entitlements, several};
pub use lifecycle::{activate, deactivate, disable, reenable};
pub use place::relocate;
pub use removal::delete;
pub use store::record::WhichCustomer;
use store::{CustomerNumber, Proof};
pub(crate) use touch::touch;

use parsed::parsed;

use crate::number::Named;

parsed! {
    /// All that is kept of a customer. Whoever wrote is named by the identity of a portal user or by the issuer of a token;
    /// nobody where it was a key or the operator.
    Record {
        /// The number in addresses.
        id: CustomerId,
        /// The identity that never changes.
        uuid: Uuid,
        /// The name in addresses, unique whatever the case of its letters.
        name: String,
        /// Another unique name.
        alias: String,
        /// The name that people read.
        display_name: String,
        /// How far it takes part.
        lifecycle: Lifecycle,
        /// Whether it administers the service.
        administrator: bool,
        /// Whether others can lie below it.
        kind: Kind,
        /// The number of its domain.
        domain: DomainId,
        /// The customer that it lies below; none for the root.
        parent: Option<CustomerId>,
        /// The language in which it is addressed.
        language: Language,
        /// A name of the IANA time zone database.
        time_zone: String,
        /// What is marked on it.
        flags: Flags,
        /// Whatever somebody keeps with it.
        metadata: Option<Metadata>,
        /// The addresses of the people who administer it.
        admin_emails: Vec<String>,
        /// Names in the DNS that are its own.
        customer_domains: Vec<String>,
        /// The second factor of its people.
        mfa_method: Option<MfaMethod>,
        /// Whether anybody may register with it.
        allow_public_registration: bool,
        /// Whether a new portal user counts as having approved the agreement.
        eula_automatic_approval: bool,
        /// The revision of the agreement for its portal users.
        eula_revision: String,
        /// The revision that the organisation has to approve, where it is not the global one.
        eula_required: Option<String>,
        /// The revision that the organisation has approved.
        eula_approved: Option<String>,
        /// Who approved it.
        eula_approved_by: Option<String>,
        /// When.
        eula_approved_at: Option<Timestamp>,
        /// When it was last activated.
        activated: Option<Timestamp> = activated_at,
        /// When it came to be.
        created: Timestamp = created_at,
        /// Who made it.
        created_by: Option<String>,
        /// When it last changed.
        updated: Timestamp = updated_at,
        /// Who changed it.
        updated_by: Option<String>,
        /// When it was disabled or deleted.
        deleted: Option<Timestamp> = deleted_at,
        /// Who did that.
        deleted_by: Option<String>,
        /// Rises with each change.
        version: i64,
    }
}

/// A record is found under a rule, or held for a write after one has asked.
impl Proof for Record {
    fn customer(&self) -> CustomerNumber {
        self.id.number()
    }
}

impl Record {
    /// Whether its people and programs may sign in.
    pub fn is_active(&self) -> bool {
        self.lifecycle == Lifecycle::Active
    }

    /// Whether it has been put away.
    pub fn is_disabled(&self) -> bool {
        self.lifecycle == Lifecycle::Disabled
    }
}
