//! Portico as its users see it: over HTTP, on SQLite and on PostgreSQL.

mod seed;
mod support;
mod tree;

mod bad_input;
mod batches;
mod catalogue;
mod claimed;
mod command_line;
mod conformance;
mod crawl;
mod crossing;
mod delivery;
mod durability;
mod faces;
mod golden;
mod grants;
mod guessing;
mod http;
mod identity;
mod ingest;
mod issuers;
mod jsonld;
mod logos;
mod named_queries;
mod pages;
mod paging;
mod pictures;
mod policy;
mod portal_users;
mod properties;
mod pruning;
mod races;
mod searches;
mod workers;
mod workspace;
