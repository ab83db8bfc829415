//! What a body says, whatever its syntax.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::addressee::Addressee;

/// A body, keyed by the names of the properties.
#[derive(Debug, Default)]
pub struct Body {
    /// The `@id`, absolute.
    pub id: Option<String>,
    /// The names of the classes of ours that it claims.
    pub types: Vec<String>,
    /// The members: the value of each, or a sentence that goes on from its name and says why it has none.
    pub members: BTreeMap<String, Result<Json, String>>,
    /// Where it was sent.
    pub addressee: Addressee,
}

/// Why a body is not understood, a sentence that says what to do.
pub type Refusal = String;
