//! Portico over HTTP: it reads a request, asks `resource`, writes the answer, and decides nothing.
//!
//! Routes are read off the class tables (`routes`), what every response has is put on at the edge (`edge`), every
//! failure becomes a problem document in one place (`failure`), people with a browser get pages made from the documents
//! (`page`, by the crate `explorer`), viewers get images (`delivery`). The command line is in `cli`.

// Futures within futures: where it optimises, the compiler looks through more of them than it does by default.
#![recursion_limit = "256"]

mod answer;
mod app;
mod asked;
mod beside;
mod body;
mod built;
mod challenge;
mod client_address;
mod coding;
mod compression;
mod conditional;
mod connection;
mod console;
mod cookie;
mod crossing;
mod csv_table;
mod data;
mod delivery;
mod documents;
mod edge;
mod events;
mod exchange;
mod export;
mod failure;
mod form_body;
mod forms;
mod health;
mod home;
mod key_set;
mod limits;
mod listening;
mod logging;
mod logo;
mod memento;
mod meters;
mod negotiate;
mod notice;
mod oauth;
mod opening;
mod page;
mod parts;
mod past;
mod patience;
mod place;
mod presentation;
mod problem;
mod published;
mod readable;
mod removal;
mod repeatable;
mod request_id;
mod routes;
mod search;
mod sending;
mod session;
mod several;
mod sign_in;
mod signals;
mod source;
mod span;
mod startup;
mod stream;
mod supervisor;
mod token;
mod watching;
mod worker;

pub mod cli;
pub mod config;

pub use app::Portico;
pub use config::Settings;
pub use export::files as exported_files;
pub use ingest::Counts;
pub use startup::{Launch, Running, start};
pub use worker::drain;
