//! Class tables, and everything that follows from them: documents, contexts, body checks, representations, RDF.
//!
//! A class is declared once, as a struct with `#[derive(Class)]`; the derive emits a constant table ([`ClassDef`]) and an
//! input type, and every decision is an ordinary function over that table. There is no database here, no HTTP, and no
//! class in particular.

extern crate self as hydra;

mod addressee;
mod api;
mod cell;
mod class;
mod document;
mod identifier;
mod input;
mod keep;
mod key;
mod link;
mod object;
mod page;
mod past;
mod read;
mod represent;
mod search_template;
mod site;
mod stream;
mod value;

pub mod body;
pub mod iri;
pub mod operation;
pub mod quads;
pub mod query;
pub mod terms;
pub mod view;

pub use addressee::Addressee;
pub use api::Api;
pub use cell::{Cell, CellKind};
pub use class::{
    ClassDef, Datatype, Limits, LinkDef, Method, OperationDef, ParameterDef, Payload, ProgressDef, PropertyDef,
    PropertyKind, Sample, TreeDef,
};
pub use document::{Document, logged_state};
pub use hydra_derive::{Class, Keep};
pub use identifier::Identifier;
pub use input::{BodyMembers, Given, Input, Take, Violation};
pub use keep::{Cells, Column, ColumnDef, Keep, KeptField};
pub use key::{AnyKey, PathKey, expand, parse_path, variables, write_segment};
pub use ld::Processor;
pub use link::{Address, AnyReference, Chosen, ChosenSet, Collection, Field, Link, Reference, Template, WriteOnly};
pub use object::{Array, Object, Written};
pub use page::{AnyPage, Page, PageDocument};
pub use past::past;
pub use read::{Listed, Purpose, read, read_members};
pub use represent::{AnyFound, Around, Class, Found, Node, Reader};
pub use search_template::PageParameter;
pub use site::{CollectionSite, Site};
pub use stream::{NextPage, Stream, StreamMember};
pub use value::{JsonLiteral, MOST_EXACT, Set, Timestamp, Value, is_exact, text, whole};

/// Tells one state of a resource, by the version of its row, from every other state of it and of other resources.
pub fn state(path: &str, version: i64) -> String {
    let mut state = fingerprint([&version.to_string(), " ", path].concat().as_bytes());
    state.truncate(16);
    state
}

/// The same bytes have the same fingerprint, in every process.
pub fn fingerprint(bytes: &[u8]) -> String {
    // Each answer has some of these; the formatter costs several times what the hash does.
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let halves = xxhash_rust::xxh3::xxh3_128(bytes).to_be_bytes().map(|byte| [byte >> 4, byte & 15]);
    halves.as_flattened().iter().map(|half| char::from(DIGITS[usize::from(*half)])).collect()
}
