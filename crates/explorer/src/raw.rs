//! The document itself, laid out for reading, its IRIs to be followed.

use hydra::Api;
use hydra::quads::Terms;
use hydra::terms::Coercion;
use serde_json::Value as Json;

use super::address::{documented, web};

/// A stretch of the document.
#[derive(Debug)]
pub enum Piece {
    /// Text as it is.
    Text(String),
    /// The name of a member that means something.
    Name {
        /// As it is written.
        text: String,
        /// The IRI that it stands for.
        iri: String,
    },
    /// An IRI that can be followed.
    Link {
        /// As it is written.
        text: String,
        /// Where it leads.
        href: String,
    },
}

/// The document in pieces.
pub fn pieces(api: &Api, document: &Json, terms: &Terms) -> Vec<Piece> {
    let mut layout = Layout { api, terms, pieces: Vec::new() };
    layout.value(document, None, 0);
    layout.pieces
}

struct Layout<'a> {
    api: &'a Api,
    terms: &'a Terms,
    pieces: Vec<Piece>,
}

impl Layout<'_> {
    fn text(&mut self, text: &str) {
        if let Some(Piece::Text(before)) = self.pieces.last_mut() {
            before.push_str(text);
        } else {
            self.pieces.push(Piece::Text(text.to_owned()));
        }
    }

    fn line(&mut self, depth: usize) {
        self.text("\n");
        self.text(&"  ".repeat(depth));
    }

    fn value(&mut self, value: &Json, name: Option<&str>, depth: usize) {
        match value {
            Json::Object(node) if !node.is_empty() => {
                self.text("{");
                for (index, (name, value)) in node.iter().enumerate() {
                    self.text(if index > 0 { "," } else { "" });
                    self.line(depth + 1);
                    self.name(name);
                    self.text(": ");
                    self.value(value, Some(name), depth + 1);
                }
                self.line(depth);
                self.text("}");
            }
            Json::Array(values) if !values.is_empty() => {
                self.text("[");
                for (index, value) in values.iter().enumerate() {
                    self.text(if index > 0 { "," } else { "" });
                    self.line(depth + 1);
                    self.value(value, name, depth + 1);
                }
                self.line(depth);
                self.text("]");
            }
            Json::String(text) => match name.and_then(|name| self.target(name, text)) {
                Some(href) => self.pieces.push(Piece::Link { text: value.to_string(), href }),
                None => self.text(&value.to_string()),
            },
            other => self.text(&other.to_string()),
        }
    }

    fn name(&mut self, name: &str) {
        let text = Json::from(name).to_string();
        match self.terms.meaning(name) {
            Some((iri, _)) => {
                let iri = iri.to_owned();
                self.pieces.push(Piece::Name { text, iri });
            }
            None => self.text(&text),
        }
    }

    /// Where a value of this member leads, if the member's values are IRIs. Texts stay texts, whatever they look like.
    fn target(&self, name: &str, text: &str) -> Option<String> {
        let iri = match (name, self.terms.meaning(name)) {
            ("@id" | "@context", _) | (_, Some((_, Coercion::Iri))) => self.terms.iri(text),
            ("@type", _) | (_, Some((_, Coercion::Vocab))) => self.terms.expand(text),
            _ => return None,
        };
        web(&iri).map(|iri| documented(self.api, iri))
    }
}
