//! What an IRI names, as far as that shows in the IRI.

use crate::key::parse_path;
use crate::represent::Class;

/// What an `@id` names: an IRI, which may be that of a resource of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    iri: String,
    /// Where its path begins, if it is one of ours.
    path: Option<usize>,
}

impl Identifier {
    /// An IRI, as a body has it once it was read: one of ours is spelled as the resource itself spells it.
    pub fn new(base: &str, iri: String) -> Self {
        let is_ours = iri.strip_prefix(base).is_some_and(|path| path.starts_with('/'));
        Self { path: is_ours.then_some(base.len()), iri }
    }

    /// The key of the resource that it names, where that is one of a class. Whether there is one is another question.
    pub fn key<C: Class>(&self) -> Option<C::Key> {
        parse_path(C::CLASS.path, &self.iri[self.path?..])
    }
}

impl std::fmt::Display for Identifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.iri)
    }
}
