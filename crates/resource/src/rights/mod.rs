//! Who somebody is, what they may do, and how it is proved.

mod actor;
mod admission;
pub(crate) mod passwords;
pub(crate) mod secret;
pub(crate) mod uses;

pub mod authorisation;
pub mod entitlement;
pub mod entitlement_group;
pub mod function;
pub mod grants;
pub mod identity;
pub mod jwt;
pub mod policy;
pub mod repeatable;

pub use actor::{Actor, Sight, Used, User};
pub use admission::{Admission, Admitted, Door, Somebody};
pub use identity::{Credentials, Identities, Issuer, Services, Signer, Token};
pub use policy::Permitted;
pub use secret::Vault;
