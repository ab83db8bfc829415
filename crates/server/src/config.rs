//! Configuration: flags, then environment, then a file, then defaults. What is unknown or wrong stops the start, before
//! anything is made.

mod address;
mod administration;
mod check;
mod cores;
mod database;
mod environment;
mod file;
mod given;
mod hidden;
mod ingest;
mod issuer;
mod networks;
mod number;
mod private;
mod schema;
mod secret;
mod settings;

pub(crate) use cores::cores;
pub(crate) use database::make_private_file;
pub(crate) use environment::check_environment;
pub(crate) use given::{From, Given, taking_settings, words};
pub(crate) use issuer::{KeyPlace, Publisher, trusted};
pub(crate) use private::write_private;

pub(crate) use schema::schema;
pub(crate) use settings::heading;

pub use settings::{IssuerSettings, ServiceClaim, Settings};
