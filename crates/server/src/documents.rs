//! Documents that never change while the service runs, written once at the start.

use std::collections::HashMap;

use actix_web::web::Bytes;
use hydra::view::documentation::documentation;
use hydra::{Api, fingerprint};
use serde_json::Value as Json;

/// A document in memory, with the hash that is its entity tag.
#[derive(Debug)]
pub struct Fixed {
    pub bytes: Bytes,
    pub hash: String,
}

impl Fixed {
    fn new(json: &Json) -> Self {
        let bytes = Bytes::from(serde_json::to_vec(json).expect("a JSON value is JSON"));
        Self { hash: fingerprint(&bytes), bytes }
    }
}

/// The ApiDocumentation and the contexts.
#[derive(Debug)]
pub struct Documents {
    pub documentation: Fixed,
    pub contexts: HashMap<String, Fixed>,
}

impl Documents {
    /// Writes them all.
    pub fn new(api: &Api) -> Self {
        Self {
            documentation: Fixed::new(&documentation(api)),
            contexts: api.contexts().iter().map(|(name, json)| (name.clone(), Fixed::new(json))).collect(),
        }
    }

    /// Tells one shape of documents from another: what the tables say, and how this release writes it.
    pub fn fingerprint(&self) -> String {
        let mut all: Vec<_> = self.contexts.values().map(|context| context.hash.as_str()).collect();
        all.extend([self.documentation.hash.as_str(), env!("CARGO_PKG_VERSION")]);
        all.sort_unstable();
        fingerprint(all.concat().as_bytes())[..8].to_owned()
    }
}
