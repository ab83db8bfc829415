//! What the resources do: rules and permissions, and rows made classes.
//!
//! Every face calls these functions and decides nothing itself. HTTP is not known here and neither is SQL; time and
//! randomness come in with the [`World`].

mod changes;
mod columns;
mod conditions;
mod cores;
mod cx;
mod error;
mod following;
mod instant;
mod number;
mod paging;
mod rules;
mod traits;
mod world;

pub mod classes;
pub mod customers;
pub mod images;
pub mod jobs;
pub mod people;
pub mod rights;
pub mod served;
pub mod start;

pub use changes::{Feed, Herald, LatestChanges, feed};
pub use classes::{MOST_MATCHES, Matches, SERVED, collections, entry_point, last_change, log_ends, matches, version};
pub use conditions::{IfMatch, States};
pub use cores::Cores;
pub use cx::Cx;
pub use error::{Defined, Error, Result, Retry};
pub use following::{FollowedChanges, Following, Version, Versions};
pub use number::Named;
pub use rights::{
    Actor, Admission, Admitted, Credentials, Door, Identities, Issuer, Permitted, Services, Sight, Signer, Somebody,
    Token, Used, User, Vault,
};
pub use rules::{FetchLock, Rules};
pub use store::changes::Errand;
pub use store::repeatable::Repeatable;
pub use store::{
    CustomerNumber, DatabaseAddress, Durability, Effect, ImageNumber, JobNumber, Ledger, Schema, Settings as Database,
    SpaceNumber, Store, UserNumber,
    kept::{CellType, KeptTable},
};
pub use store::{copying, meters, trace};
pub use traits::{Created, Members, New, Resource, Several, Submit};
pub use world::{Entropy, System, World};
