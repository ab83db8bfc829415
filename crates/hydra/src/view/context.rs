//! JSON-LD contexts: one a class, complete in itself, `@protected`, without `@vocab`, with nothing from elsewhere.
//!
//! Without `@vocab` a key that is not declared cannot pass unseen: a processor in safe mode fails on it.

use serde_json::{Map, Value as Json, json};

use crate::class::{ClassDef, Datatype, PropertyKind};
use crate::terms::{self, CONTROLS, Coercion, NESTING, PREFIXES, PROBLEM, STREAM, Term};

/// The context document of a class, and of collections of it where some are called after it.
pub fn class(class: &ClassDef, is_collected: bool, vocab: &str) -> Json {
    let mut context = head(vocab);
    extend(&mut context, CONTROLS);
    for name in std::iter::once(class.name).chain(class.sub_class_of) {
        context.insert(name.to_owned(), json!(format!("vocab:{name}")));
    }
    if is_collected {
        let collection = format!("{}Collection", class.name);
        context.insert(collection.clone(), json!(format!("vocab:{collection}")));
    }
    for (_, link) in class.collections() {
        for name in [link.class.to_owned(), link.collection_class()] {
            let iri = json!(format!("vocab:{name}"));
            context.insert(name, iri);
        }
    }
    // What is only written, too: a body is read in this context.
    for property in class.properties {
        let id = format!("vocab:{}/{}", class.name, property.name);
        let (coercion, many) = match &property.kind {
            PropertyKind::Value(Datatype::String, limits) => (None, limits.max_items.is_some()),
            PropertyKind::Value(Datatype::Json, _) => (Some("@json"), false),
            PropertyKind::Value(datatype, limits) => (Some(datatype.iri()), limits.max_items.is_some()),
            PropertyKind::One(link) => (Some("@id"), link.many),
            PropertyKind::Many(_) => (Some("@id"), false),
        };
        let mut definition = Map::new();
        definition.insert("@id".into(), json!(id));
        definition.extend(coercion.map(|coercion| ("@type".into(), json!(coercion))));
        definition.extend(many.then(|| ("@container".into(), json!("@set"))));
        let definition = if definition.len() == 1 { json!(id) } else { Json::Object(definition) };
        context.insert(property.name.to_owned(), definition);
    }
    keep_controls(&mut context, class);
    for parameter in class.parameters {
        let iri = json!(format!("vocab:{}/{}", class.name, parameter.name));
        context.insert(parameter.name.to_owned(), iri);
    }
    document(context)
}

/// Where a property of the class is called as a control of Hydra's, the controls still mean what they mean within controls: a
/// context of the property's own may override what is protected (JSON-LD 1.1 §4.1.8).
fn keep_controls(context: &mut Map<String, Json>, class: &ClassDef) {
    let shadowed: Vec<_> = terms::shadowed(class).copied().collect();
    if shadowed.is_empty() {
        return;
    }
    let mut kept = Map::new();
    extend(&mut kept, &shadowed);
    for name in NESTING {
        context[*name]["@context"] = json!(kept);
    }
}

/// The context document of a collection class that is not named after its members.
pub fn collection(name: &str, members: &ClassDef, is_collected: bool, vocab: &str) -> Json {
    let mut document = class(members, is_collected, vocab);
    document["@context"][name] = json!(format!("vocab:{name}"));
    document
}

/// The context document of problems (RFC 9457).
pub fn problem(vocab: &str) -> Json {
    let mut context = head(vocab);
    extend(&mut context, PROBLEM);
    document(context)
}

/// The context document of streams of changes.
pub fn stream(vocab: &str) -> Json {
    let mut context = head(vocab);
    extend(&mut context, STREAM);
    document(context)
}

/// The macro would copy it.
fn document(context: Map<String, Json>) -> Json {
    Json::Object(Map::from_iter([("@context".to_owned(), Json::Object(context))]))
}

/// A context of prefixes alone.
pub(crate) fn head(vocab: &str) -> Map<String, Json> {
    let mut context = Map::new();
    context.insert("@version".into(), json!(1.1));
    context.insert("@protected".into(), json!(true));
    for (prefix, namespace) in PREFIXES {
        context.insert((*prefix).to_owned(), json!(namespace));
    }
    context.insert("vocab".into(), json!(vocab));
    context
}

pub(crate) fn extend(context: &mut Map<String, Json>, terms: &[Term]) {
    for term in terms {
        let mut definition = Map::new();
        definition.insert("@id".into(), json!(term.iri));
        match term.coercion {
            Coercion::Name | Coercion::Plain => {}
            Coercion::Typed(datatype) => drop(definition.insert("@type".into(), json!(datatype))),
            Coercion::Json => drop(definition.insert("@type".into(), json!("@json"))),
            Coercion::Hydra(datatype) => drop(definition.insert("@type".into(), json!(format!("hydra:{datatype}")))),
            Coercion::Iri => drop(definition.insert("@type".into(), json!("@id"))),
            Coercion::Vocab => drop(definition.insert("@type".into(), json!("@vocab"))),
        }
        if term.set {
            definition.insert("@container".into(), json!("@set"));
        }
        let definition = if definition.len() == 1 { json!(term.iri) } else { Json::Object(definition) };
        context.insert(term.name.to_owned(), definition);
    }
}
