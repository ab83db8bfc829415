//! What follows from the classes and is published with the source: documentation, contexts, reference pages.

use std::path::PathBuf;

use crate::built;
use crate::config::schema;
use hydra::Api;
use hydra::view::{documentation, markdown, openapi};

/// The base URL in published files.
const EXAMPLE: &str = "https://portico.example";

/// Every published file, by its path from the root of the source.
pub fn files() -> Vec<(PathBuf, String)> {
    let api = Api::new(EXAMPLE, vocab::CLASSES);
    let pretty = |json: &serde_json::Value| serde_json::to_string_pretty(json).unwrap_or_default() + "\n";
    let mut files = vec![("vocab/published/documentation.jsonld".into(), pretty(&documentation::documentation(&api)))];
    for (name, context) in api.contexts() {
        files.push((format!("vocab/published/contexts/{name}.jsonld").into(), pretty(context)));
    }
    for class in api.classes() {
        files.push((format!("docs/reference/{}.md", class.name).into(), markdown::page(&api, class)));
    }
    files.push(("docs/reference/openapi.json".into(), pretty(&openapi::openapi(&api, built::VERSION))));
    files.push(("docs/configuration.schema.json".into(), pretty(&schema())));
    files
}
