//! Rows: entities and the queries over them, on SQLite and PostgreSQL.
//!
//! This crate and `migrations` are the only ones that know the database. A query begins from a [`Scope`], which proves
//! that the caller's authority still stands, and from a [`Tenant`] where rows belong to a customer. Rules do not live
//! here.

mod address;
mod attribute;
mod authority;
mod birth;
mod claim;
mod condition;
mod driver;
mod effective;
mod error;
mod extent;
mod folding;
mod keyset;
mod ledger;
mod listing;
pub mod meters;
mod number;
mod open;
mod order;
mod placeholders;
mod postgres;
mod query;
mod reader;
mod retention;
mod rising;
mod row;
mod schema;
mod settings;
mod sql;
mod sqlite;
mod state;
mod total;
mod transaction;
mod trigram;
mod window;
mod writer;

pub mod accounts;
pub mod api_key;
pub mod auth_service;
pub mod authorisation;
pub mod batch;
pub mod change;
pub mod changes;
pub mod copying;
pub mod customer;
pub mod customer_list;
pub mod customer_property;
pub mod deliverable;
pub mod domain;
pub mod entitlement;
pub mod entitlement_group;
pub mod eula;
pub mod failed;
pub mod grant;
pub mod image;
pub mod image_list;
pub mod ingested;
pub mod job;
pub mod kept;
pub mod key;
pub mod logo;
pub mod made_once;
pub mod matching;
pub mod mention;
pub mod named_query;
pub mod origin_strategy;
pub mod person;
pub mod policy;
pub mod portal_role;
pub mod portal_user;
pub mod property_descriptor;
pub mod prune;
pub mod record;
pub mod repeatable;
pub mod role;
pub mod sealed;
pub mod session;
pub mod space;
pub mod storage;
mod sweep;
pub mod switchable_customer;
pub mod trace;
pub mod tree;
pub mod user_role_assignment;
pub mod viewer_session;

pub use address::DatabaseAddress;
pub use attribute::{Attribute, Likeness};
pub use authority::{Proof, Scope, Tenant};
pub use birth::Birth;
pub use condition::{Condition, SearchedField, Visible};
pub(crate) use error::Pending;
pub use error::{Error, Result, Unique};
pub use ledger::{Effect, Ledger};
pub use listing::{Listing, RowPage};
pub use number::{
    BatchNumber, CustomerNumber, DescriptorNumber, DomainNumber, ImageNumber, JobNumber, Number, ServiceNumber,
    SpaceNumber, UserNumber, of,
};
pub use open::{Connections, Described, Store};
pub use order::{Cursor, Operand, OrderBy, PageStart};
pub use retention::ExpiredImage;
pub use row::{Columns, Row, Unreadable};
pub use schema::Schema;
pub use settings::{Durability, Settings};
pub use transaction::Transaction;
