//! Customers whole, for those who administer them: the one model behind every face.

mod change;
mod create;
mod found;
mod lifecycle;
mod place;
mod removal;
mod touch;

use hydra::Timestamp;
use uuid::Uuid;
use vocab::value::{CustomerId, DomainId, Flags, Kind, Language, Lifecycle, Metadata, MfaMethod};

pub(crate) use change::locked;
pub use change::{Change, change};
pub use create::{Draft, create};
pub(crate) use create::{Maker, TIME_ZONE, begin};
pub use found::{Rule, find, several};
pub use lifecycle::{activate, deactivate, disable, reenable};
pub use place::relocate;
pub use removal::delete;
pub use store::record::Identity;
use store::{CustomerNumber, Proof};
pub(crate) use touch::touch;

use crate::columns::{from_json, in_json};
use crate::cx::{instant, micros};
use crate::number::{Named, Numbered};
use crate::{Error, Result};

/// All that is kept of a customer. Whoever wrote is named by the identity of a portal user or by the issuer of a token;
/// nobody where it was a key or the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The number in addresses.
    pub id: CustomerId,
    /// The identity that never changes.
    pub uuid: Uuid,
    /// The name in addresses, unique whatever the case of its letters.
    pub name: String,
    /// Another unique name.
    pub alias: String,
    /// The name that people read.
    pub display_name: String,
    /// How far it takes part.
    pub lifecycle: Lifecycle,
    /// Whether it administers the service.
    pub administrator: bool,
    /// Whether others can lie below it.
    pub kind: Kind,
    /// The number of its domain.
    pub domain: DomainId,
    /// The customer that it lies below; none for the root.
    pub parent: Option<CustomerId>,
    /// The language in which it is addressed.
    pub language: Language,
    /// A name of the IANA time zone database.
    pub time_zone: String,
    /// What is marked on it.
    pub flags: Flags,
    /// Whatever somebody keeps with it.
    pub metadata: Option<Metadata>,
    /// The addresses of the people who administer it.
    pub admin_emails: Vec<String>,
    /// Names in the DNS that are its own.
    pub customer_domains: Vec<String>,
    /// The second factor of its people.
    pub mfa_method: Option<MfaMethod>,
    /// Whether anybody may register with it.
    pub allow_public_registration: bool,
    /// Whether a new portal user counts as having approved the agreement.
    pub eula_automatic_approval: bool,
    /// The revision of the agreement for its portal users.
    pub eula_revision: String,
    /// The revision that the organisation has to approve, where it is not the global one.
    pub eula_required: Option<String>,
    /// The revision that the organisation has approved.
    pub eula_approved: Option<String>,
    /// Who approved it.
    pub eula_approved_by: Option<String>,
    /// When.
    pub eula_approved_at: Option<Timestamp>,
    /// When it was last activated.
    pub activated: Option<Timestamp>,
    /// When it came to be.
    pub created: Timestamp,
    /// Who made it.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated: Timestamp,
    /// Who changed it.
    pub updated_by: Option<String>,
    /// When it was disabled or deleted.
    pub deleted: Option<Timestamp>,
    /// Who did that.
    pub deleted_by: Option<String>,
    /// Rises with each change.
    pub version: i64,
}

/// A record is found under a rule, or held for a write after one has asked.
impl Proof for Record {
    fn customer(&self) -> CustomerNumber {
        self.id.number()
    }
}

impl Record {
    /// A customer as the database keeps it.
    pub(crate) fn of(row: store::record::Record) -> Result<Self> {
        Ok(Self {
            id: row.id.identity(),
            uuid: row.uuid,
            name: row.name,
            alias: row.alias,
            display_name: row.display_name,
            lifecycle: kept(&row.lifecycle)?,
            administrator: row.administrator,
            kind: kept(&row.kind)?,
            domain: row.domain.identity(),
            parent: row.parent.map(Numbered::identity),
            language: kept(&row.language)?,
            time_zone: row.time_zone,
            flags: Flags::of_bits(row.flags),
            metadata: row.metadata.map(Metadata::trusted),
            admin_emails: from_json(&row.admin_emails)?,
            customer_domains: from_json(&row.customer_domains)?,
            mfa_method: row.mfa_method.as_deref().map(kept).transpose()?,
            allow_public_registration: row.allow_public_registration,
            eula_automatic_approval: row.eula_automatic_approval,
            eula_revision: row.eula_revision,
            eula_required: row.eula_required,
            eula_approved: row.eula_approved,
            eula_approved_by: row.eula_approved_by,
            eula_approved_at: row.eula_approved_at.map(instant),
            activated: row.activated_at.map(instant),
            created: instant(row.created_at),
            created_by: row.created_by,
            updated: instant(row.updated_at),
            updated_by: row.updated_by,
            deleted: row.deleted_at.map(instant),
            deleted_by: row.deleted_by,
            version: row.version,
        })
    }

    /// What the database keeps of it.
    pub(crate) fn row(&self) -> Result<store::record::Record> {
        Ok(store::record::Record {
            id: self.id.number(),
            uuid: self.uuid,
            name: self.name.clone(),
            alias: self.alias.clone(),
            display_name: self.display_name.clone(),
            lifecycle: self.lifecycle.as_str().into(),
            administrator: self.administrator,
            kind: self.kind.as_str().into(),
            domain: self.domain.number(),
            parent: self.parent.map(Named::number),
            language: self.language.as_str().into(),
            time_zone: self.time_zone.clone(),
            flags: self.flags.bits(),
            metadata: self.metadata.as_ref().map(|metadata| metadata.as_str().into()),
            admin_emails: in_json(&self.admin_emails)?,
            customer_domains: in_json(&self.customer_domains)?,
            mfa_method: self.mfa_method.map(|method| method.as_str().into()),
            allow_public_registration: self.allow_public_registration,
            eula_automatic_approval: self.eula_automatic_approval,
            eula_revision: self.eula_revision.clone(),
            eula_required: self.eula_required.clone(),
            eula_approved: self.eula_approved.clone(),
            eula_approved_by: self.eula_approved_by.clone(),
            eula_approved_at: self.eula_approved_at.map(micros),
            activated_at: self.activated.map(micros),
            created_at: micros(self.created),
            created_by: self.created_by.clone(),
            updated_at: micros(self.updated),
            updated_by: self.updated_by.clone(),
            deleted_at: self.deleted.map(micros),
            deleted_by: self.deleted_by.clone(),
            version: self.version,
        })
    }

    /// Whether its people and programs may sign in.
    pub fn is_active(&self) -> bool {
        self.lifecycle == Lifecycle::Active
    }

    /// Whether it has been put away.
    pub fn is_disabled(&self) -> bool {
        self.lifecycle == Lifecycle::Disabled
    }
}

/// A choice that the database kept.
fn kept<T: std::str::FromStr<Err = String>>(text: &str) -> Result<T> {
    text.parse().map_err(|what| Error::Internal(format!("'{text}' {what}")))
}
