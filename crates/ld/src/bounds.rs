//! What a body may ask of the processor, which works as long as it is given something to do and recurses through terms that are
//! defined by terms.

use serde_json::Value as Json;

/// Contexts in a body, wherever they stand.
const CONTEXTS: usize = 1_000;
/// Terms that they define, all together.
const TERMS: usize = 1_000;
/// Contexts of ours that are asked for while a body is processed.
pub const LOADS: usize = 1_000;
/// Terms in contexts of terms, which are defined anew for each value of the term, times the values of the body.
const SCOPED: usize = 200_000;

#[derive(Default)]
struct Asked {
    values: usize,
    contexts: usize,
    terms: usize,
    scoped: usize,
}

/// Whether a body asks for no more than what is done for one.
///
/// # Errors
/// Which bound it is beyond, a sentence.
pub fn check(body: &Json) -> Result<(), String> {
    let mut asked = Asked::default();
    asked.value(body);
    let Asked { values, contexts, terms, scoped } = asked;
    if contexts > CONTEXTS {
        return Err(format!("the body has {contexts} contexts, and may have {CONTEXTS}; name one for all of it"));
    }
    if terms > TERMS {
        return Err(format!(
            "the contexts in the body define {terms} terms, and may define {TERMS}; leave out what is not used"
        ));
    }
    if scoped.saturating_mul(values) > SCOPED {
        return Err(format!(
            "contexts of terms define {scoped} terms for a body of {values} values, and may together make {SCOPED}; define the terms in the context of the body"
        ));
    }
    Ok(())
}

impl Asked {
    fn value(&mut self, json: &Json) {
        self.values += 1;
        match json {
            Json::Array(values) => values.iter().for_each(|value| self.value(value)),
            Json::Object(members) => {
                for (name, value) in members {
                    match name.as_str() {
                        "@context" => self.context(value, false),
                        _ => self.value(value),
                    }
                }
            }
            _ => {}
        }
    }

    /// A context; one of a term is processed for each of its values.
    fn context(&mut self, json: &Json, of_a_term: bool) {
        self.contexts += 1;
        let entries = json.as_array().map_or(std::slice::from_ref(json), Vec::as_slice);
        self.contexts += entries.len().saturating_sub(1);
        for terms in entries.iter().filter_map(Json::as_object) {
            self.terms += terms.len();
            self.scoped += if of_a_term { terms.len() } else { 0 };
            for inner in terms.values().filter_map(|term| term.get("@context")) {
                self.context(inner, true);
            }
        }
    }
}
