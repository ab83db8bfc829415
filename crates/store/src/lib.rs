//! Rows: entities and the queries over them, on SQLite and PostgreSQL.
//!
//! This crate and `migrations` are the only ones that know the database. A query begins from a [`Scope`], which proves
//! that the caller's authority still stands, and from a [`Tenant`] where rows belong to a customer. Rules do not live
//! here.

mod address;
mod authority;
mod birth;
mod effective;
mod error;
mod folding;
mod keyset;
mod ledger;
mod listing;
mod number;
mod open;
mod places;
mod postgres;
mod reader;
mod rising;
mod row;
mod schema;
mod sql;
mod sqlite;
mod state;
mod transaction;
mod writer;

pub mod accounts;
pub mod api_key;
pub mod auth_service;
pub mod authorisation;
pub mod batch;
pub mod customer;
pub mod customer_key;
pub mod deliverable;
pub mod domain;
pub mod entitlement;
pub mod entitlement_group;
pub mod eula;
pub mod failed;
pub mod grant;
pub mod image;
pub mod image_role;
pub mod ingested;
pub mod job;
pub mod kept;
pub mod logo;
pub mod made_once;
pub mod matching;
pub mod mention;
pub mod named_query;
pub mod origin_strategy;
pub mod person;
pub mod policy;
pub mod portal_user;
pub mod property;
pub mod property_descriptor;
pub mod prune;
pub mod record;
pub mod record_list;
pub mod role;
pub mod sealed;
pub mod search;
pub mod session;
pub mod space;
pub mod storage;
mod sweep;
pub mod switchable;
pub mod tree;
pub mod user_role;
pub mod viewer;

pub use address::Address;
pub use authority::{Proof, Scope, Tenant};
pub use birth::Birth;
pub use error::{Error, Result, Unique};
pub use ledger::{Effect, Ledger};
pub use listing::{Cursor, Listing, Operand, OrderBy, Page, Start};
pub use number::{
    BatchNumber, CustomerNumber, DescriptorNumber, DomainNumber, ImageNumber, JobNumber, Number, ServiceNumber,
    SpaceNumber, UserNumber, WithinCustomer,
};
pub use open::{Durability, Settings, Store};
pub use row::{Columns, Cursor as ColumnCursor, Row};
pub use schema::Schema;
pub use transaction::Transaction;
