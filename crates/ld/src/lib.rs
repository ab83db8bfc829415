//! JSON-LD processing, with contexts that are known and no network. It is never on the normal way of a response. The library is
//! generic over what loads contexts and whom it warns: here it is compiled for one of each.

mod bounds;
mod percent;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, OnceLock};

use futures_util::FutureExt;
use iref::{Iri, IriBuf, IriRef};
use json_ld::context_processing::Processed;
use json_ld::syntax::IntoJsonWithContext;
use json_ld::{
    Context, Expand, ExpandedDocument, Flatten, Id, LoadError, Loader, LoadingResult, Process, RemoteDocument, ValidId,
    expansion, syntax,
};
use json_syntax::Value as Syntax;
use rdf_types::vocabulary::{
    BlankIdIndex, BlankIdVocabularyMut, IndexVocabulary, IriIndex, IriVocabularyMut, no_vocabulary, no_vocabulary_mut,
};
use serde_json::Value as Json;

/// JSON-LD processing with our own contexts and no network.
pub struct Processor {
    loader: Contexts,
}

/// Contexts by their IRIs. Each is put into the crate's form when it is first asked for: most never are, and together they
/// take several MiB.
struct Contexts(HashMap<IriBuf, Known>);

struct Known {
    context: Arc<Json>,
    document: OnceLock<RemoteDocument>,
    /// It has no base yet. To process a context is half of the expansion of a single resource.
    processed: OnceLock<Option<Context>>,
}

impl Contexts {
    fn get(&self, iri: &Iri) -> Option<&RemoteDocument> {
        let known = self.0.get(iri)?;
        let document = || {
            let mut context = Json::clone(&known.context);
            unprotect(&mut context);
            Syntax::from_serde_json(context)
        };
        Some(known.document.get_or_init(|| RemoteDocument::new(Some(iri.to_owned()), None, document())))
    }
}

/// Lets the terms of a context be defined again. Protection gives no term a meaning; it only makes errors, and the crate makes
/// one as well where a term is defined again in the same way, which JSON-LD allows (JSON-LD 1.1 §4.1.11).
fn unprotect(json: &mut Json) {
    match json {
        Json::Array(values) => values.iter_mut().for_each(unprotect),
        Json::Object(members) => {
            members.retain(|name, _| name != "@protected");
            members.values_mut().for_each(unprotect);
        }
        _ => {}
    }
}

/// The contexts that a document may name: ours, and some that stand for one of ours.
struct Nameable<'a> {
    contexts: &'a Contexts,
    /// These mean the context that is implied.
    aliases: &'a [&'a str],
    implied: Option<&'a Iri>,
    /// One that was asked for and is none of them.
    foreign: RefCell<Option<String>>,
    /// How often one was asked for.
    loads: Cell<usize>,
}

impl Nameable<'_> {
    fn meant<'a>(&'a self, url: &'a Iri) -> &'a Iri {
        self.implied.filter(|_| self.aliases.contains(&url.as_str())).unwrap_or(url)
    }

    /// Takes the context out of a document that names one of ours and has no other anywhere: what is within another may depend
    /// on what that is within.
    fn taken(&self, document: &mut Json, base: &Iri) -> Option<Context> {
        let document = document.as_object_mut()?;
        let named = IriRef::new(document.get("@context")?.as_str()?).ok()?.resolved(base);
        if document.iter().any(|(name, value)| name != "@context" && has_context(value)) {
            return None;
        }
        let known = self.contexts.0.get(self.meant(&named))?;
        let processed = known.processed.get_or_init(|| {
            let (names, nothing, options) = (no_vocabulary_mut(), Context::default(), Default::default());
            let named = syntax::Context::from(named);
            let processed = named.process_full(names, &nothing, self, None, options, ()).now_or_never()?;
            processed.ok().map(Processed::into_processed)
        });
        let processed = processed.clone()?;
        document.shift_remove("@context");
        Some(processed)
    }
}

fn has_context(json: &Json) -> bool {
    match json {
        Json::Array(values) => values.iter().any(has_context),
        Json::Object(members) => members.iter().any(|(name, value)| name == "@context" || has_context(value)),
        _ => false,
    }
}

impl Loader for Nameable<'_> {
    async fn load(&self, url: &Iri) -> LoadingResult<IriBuf> {
        self.loads.update(|loads| loads + 1);
        if self.implied.is_some() && self.loads.get() > bounds::LOADS {
            return Err(LoadError::new(url.to_owned(), io::Error::from(io::ErrorKind::QuotaExceeded)));
        }
        match self.contexts.get(self.meant(url)) {
            Some(context) => Ok(context.clone()),
            None => {
                self.foreign.replace(Some(url.to_string()));
                Err(LoadError::new(url.to_owned(), io::Error::from(io::ErrorKind::NotFound)))
            }
        }
    }
}

impl std::fmt::Debug for Processor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Processor").field("contexts", &self.loader.0.len()).finish()
    }
}

impl Processor {
    /// A processor that knows contexts, each by its IRI.
    ///
    /// # Panics
    /// If one of them is no IRI.
    pub fn new(contexts: impl IntoIterator<Item = (String, Arc<Json>)>) -> Self {
        let contexts = contexts.into_iter().map(|(iri, context)| {
            let iri = IriBuf::new(iri).expect("the address of a context is an IRI");
            (iri, Known { context, document: OnceLock::new(), processed: OnceLock::new() })
        });
        Self { loader: Contexts(contexts.collect()) }
    }

    /// The IRI of a context of ours, as it stands in a document; none where it is not one of ours.
    pub fn resolved(&self, context: &str, document: &str) -> Option<String> {
        if percent::shielded(context).or_else(|| percent::shielded(document)).is_some() {
            return None;
        }
        let iri = match IriBuf::new(context.to_owned()) {
            Ok(iri) => iri,
            Err(_) => IriRef::new(context).ok()?.resolved(Iri::new(document).ok()?),
        };
        self.loader.0.contains_key(&iri).then(|| iri.to_string())
    }

    /// The expanded form of a document of ours.
    ///
    /// # Errors
    /// The processor's own word for what is wrong, a sentence.
    pub fn expand(&self, document: &Json, base: &str) -> Result<Json, String> {
        with_room(|| expanded(document, base, &self.nameable(&[], None)).map(array))
    }

    /// The expanded form of a body. Some contexts stand for the one that is implied.
    ///
    /// # Errors
    /// What is wrong, and which context is none of ours.
    pub fn expand_body(&self, body: &Json, base: &str, implied: &str, aliases: &[&str]) -> Result<Json, String> {
        let implied = Iri::new(implied).map_err(|_| format!("{implied} is not an IRI"))?;
        bounds::check(body)?;
        with_room(|| {
            let nameable = self.nameable(aliases, Some(implied));
            let expanded = expanded(body, base, &nameable);
            if nameable.loads.get() > bounds::LOADS {
                return Err(format!(
                    "the body asks for contexts more than {} times; name one for all of it",
                    bounds::LOADS
                ));
            }
            match nameable.foreign.into_inner() {
                Some(foreign) => Err(format!(
                    "the context {} is not one of this server's, and contexts are never fetched; put its terms into the body, or leave @context out",
                    percent::unshielded(&foreign)
                )),
                None => expanded.map(array).map_err(|why| format!("the body is not JSON-LD: {why}")),
            }
        })
    }

    /// The flattened form of a document.
    ///
    /// # Errors
    /// The processor's own word for what is wrong, a sentence.
    pub fn flatten(&self, document: &Json, base: &str) -> Result<Json, String> {
        with_room(|| {
            let mut blank = rdf_types::generator::Blank::new_with_prefix("b".into());
            let (expanded, mut names) = numbered(expanded(document, base, &self.nameable(&[], None))?);
            let flattened = expanded.flatten_with(&mut names, &mut blank, true);
            let flattened = flattened.map_err(|_| "two nodes of one name have different indexes")?;
            let mut flattened = flattened.into_json_with(&names).into_serde_json();
            percent::unshield(&mut flattened);
            Ok(flattened)
        })
    }

    fn nameable<'a>(&'a self, aliases: &'a [&'a str], implied: Option<&'a Iri>) -> Nameable<'a> {
        Nameable { contexts: &self.loader, aliases, implied, foreign: RefCell::new(None), loads: Cell::new(0) }
    }
}

/// Half a megabyte for each of the 128 levels to which JSON is read, and as much for terms that are defined by terms. Pages that are not touched cost nothing.
const STACK: usize = 128 << 20;

/// Does some work where there is room for documents that are nested as deeply as JSON is read: the library recurses through them
/// in steps of some ten kilobytes, and a stack that ends takes the whole process with it. On this thread, whose heap is warm:
/// on one of its own an expansion took twice the time.
fn with_room<T>(work: impl FnOnce() -> T) -> T {
    stacker::grow(STACK, work)
}

fn expanded(document: &Json, base: &str, nameable: &Nameable<'_>) -> Result<ExpandedDocument, String> {
    let shielded = percent::shielded(base).unwrap_or_else(|| base.to_owned());
    let base = IriBuf::new(shielded).map_err(|_| format!("{base} is not an IRI"))?;
    let mut document = document.clone();
    percent::shield(&mut document);
    let context = match nameable.taken(&mut document, &base) {
        Some(mut context) => {
            context.set_base_iri(Some(base.clone()));
            context
        }
        None => Context::new(Some(base.clone())),
    };
    let (document, names) = (Syntax::from_serde_json(document), no_vocabulary_mut());
    // Nothing here waits: every context is in memory.
    document
        .expand_full(names, context, Some(&base), nameable, expansion::Options::default(), ())
        .now_or_never()
        .ok_or("a context would have to be fetched")?
        .map_err(|error| percent::unshielded(&format!("{} ({error})", error.code())))
}

/// The same with numbers for IRIs: to hash an IRI takes it apart, and to flatten is to hash.
fn numbered(expanded: ExpandedDocument) -> (ExpandedDocument<IriIndex, BlankIdIndex>, IndexVocabulary) {
    let names = RefCell::new(IndexVocabulary::new());
    let number = |iri| names.borrow_mut().insert_owned(iri);
    let numbered = expanded.map_ids(number, |id| match id {
        Id::Valid(ValidId::Iri(iri)) => Id::iri(number(iri)),
        Id::Valid(ValidId::Blank(label)) => Id::blank(names.borrow_mut().insert_owned_blank_id(label)),
        Id::Invalid(text) => Id::Invalid(text),
    });
    (numbered, names.into_inner())
}

fn array(expanded: ExpandedDocument) -> Json {
    let nodes = expanded.into_iter().map(|object| object.into_json_with(no_vocabulary()).into_serde_json());
    let mut nodes = Json::Array(nodes.collect());
    percent::unshield(&mut nodes);
    nodes
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What is processed once, and kept, says the same as what is processed with the document.
    #[test]
    fn a_context_that_is_kept_means_what_it_means() {
        let context = json!({"@context": {
            "@version": 1.1,
            "v": "http://x.example/vocab#",
            "name": "v:name",
            "link": {"@id": "v:link", "@type": "@id"},
            "many": {"@id": "v:many", "@container": "@list", "@type": "v:number"},
            "within": {"@id": "v:within", "@context": {"name": "v:inner"}},
            "Kind": {"@id": "v:Kind", "@context": {"name": {"@id": "v:of", "@language": "en"}}},
            "none": null,
        }});
        let ld = Processor::new([("http://x.example/context".to_owned(), Arc::new(context))]);
        let members = json!({"@id": "../b?q#f", "name": "n", "link": ["c", "#d", "/e", ""], "many": [1, "2"], "none": 1,
            "within": {"name": "m", "link": "?g"}, "v:more": {"@type": "Kind", "name": "k", "within": {"name": "deep"}}});
        let says = |context: Json, base: &str| {
            let mut document = members.clone();
            document["@context"] = context;
            (ld.expand(&document, base), ld.flatten(&document, base), ld.expand_body(&document, base, base, &["alias"]))
        };
        for base in ["http://x.example/a/b/c", "http://x.example/a/other"] {
            let (kept, processed) = (says(json!("/context"), base), says(json!(["/context"]), base));
            assert_eq!(kept, processed);
            let expanded = kept.0.expect("it is JSON-LD").to_string();
            for iri in ["http://x.example/vocab#inner", "http://x.example/vocab#of", "http://x.example/e", base] {
                assert!(expanded.contains(iri), "{iri}: {expanded}");
            }
        }
        let other = says(json!("http://elsewhere.example/context"), "http://x.example/").2;
        assert!(other.is_err_and(|why| why.contains("http://elsewhere.example/context")));
    }

    /// Where the library works without end, or ends the process.
    #[test]
    fn a_body_that_asks_for_too_much_is_refused() {
        let ours = ("http://x.example/context".to_owned(), Arc::new(json!({"@context": {"v": "http://x.example/v#"}})));
        let ld = Processor::new([ours]);
        let expand = |body: &Json| ld.expand_body(body, "http://x.example/b", "http://x.example/context", &[]);
        for many in [900, 20_000] {
            let name = |number: usize| format!("k{number}");
            let chain = |end: &str| {
                let links = (0..many).map(|n| (name(n), json!(format!("{}{end}", name(n + 1)))));
                links.chain([(name(many), json!("http://x.example/"))]).collect()
            };
            let (aliases, prefixes): (Json, Json) = (Json::Object(chain("")), Json::Object(chain(":a")));
            let each: Vec<_> = (0..many).map(|n| json!({"@context": {"a": "v:a"}, "@id": name(n)})).collect();
            let loads: Vec<_> = (0..many).map(|n| json!({"@context": "/context", "@id": name(n)})).collect();
            let scoped = json!({"c": {"@id": "http://x.example/c", "@context": ["/context"]}});
            for body in [
                json!({"@context": aliases, "@type": "k0"}),
                json!({"@context": prefixes, "k0": 1}),
                json!({"@context": {"c": {"@id": "v:c", "@context": aliases}}, "c": vec![json!({"k0": 1}); 50]}),
                json!({"@graph": each}),
                json!({"@graph": loads}),
                json!({"@context": scoped, "c": vec![json!({"c": 1}); many / 3]}),
            ] {
                let (said, is_read) = (expand(&body), many < 1_000);
                assert_eq!(
                    said.is_ok(),
                    is_read,
                    "{many}: {}: {:?}",
                    body.to_string().get(..200).unwrap_or(""),
                    said.err()
                );
            }
        }
    }

    #[test]
    fn bytes_that_are_no_utf8_are_what_they_are() {
        let ours = ("http://x.example/context".to_owned(), Arc::new(json!({"@context": {"v": "http://x.example/v#"}})));
        let ld = Processor::new([ours]);
        let base = "http://x.example/b?q=%ff";
        for odd in ["http://x.example/%ff", "http://%ff/", "http://x.example/?%c3%28", "urn:x:%ED%A0%80%F4%8F%BF%BF"] {
            let document = json!({"@context": {"@base": base, "w": odd, "@vocab": odd}, "@id": "", "@type": odd, odd: 1, "w": odd,
                "x": [{"@id": odd}, {"@id": odd, "y": 1}, {"@value": "1", "@type": odd}], "z": {"@list": [odd, "%FF"]}});
            let expanded = ld.expand(&document, base).expect("it is JSON-LD").to_string();
            let flattened = ld.flatten(&document, base).expect("it is JSON-LD").to_string();
            for said in [odd, base, "\"%FF\""] {
                assert!(expanded.contains(said) && flattened.contains(said), "{said}: {expanded}");
            }
            ld.expand_body(&json!({odd: 1, "@id": odd}), base, "http://x.example/context", &[]).expect("it is JSON-LD");
            for context in [
                json!(odd),
                json!({"@import": odd}),
                json!(["/%ff", {}]),
                json!({"a": {"@id": "v:a", "@context": odd}}),
            ] {
                let body = json!({"@context": context, "a": {"b": 1}});
                let why = ld.expand_body(&body, base, "http://x.example/context", &[]).expect_err("it is none of ours");
                assert!(!why.contains("%F4%8F%BF%BF%"), "{why}");
            }
            assert_eq!(ld.resolved(odd, base), None);
        }
    }

    #[test]
    fn what_is_nested_as_deeply_as_json_is_read_is_expanded() {
        let ld = Processor::new([]);
        let levels = |open: &str, innermost: &str, close: &str, times: usize| {
            format!("{}{innermost}{}", open.repeat(times), close.repeat(times))
        };
        for nested in [
            format!(r#"{{"@context":{{"@vocab":"http://x/"}},"a":{}}}"#, levels(r#"{"a":"#, "1", "}", 124)),
            format!(r#"{{"@context":{{"@vocab":"http://x/"}},"a":{}}}"#, levels(r#"[{"@list":"#, "1", "}]", 62)),
            format!(r#"{{"@context":{{"@vocab":"http://x/"}},"@graph":{}}}"#, levels(r#"[{"@graph":"#, "[]", "}]", 61)),
            format!(r#"{{"@context":{}}}"#, levels(r#"{"t":{"@id":"http://x/t","@context":"#, "{}", "}}", 62)),
        ] {
            let document: Json = serde_json::from_str(&nested).expect("it is nested as deeply as JSON is read");
            ld.expand_body(&document, "http://x/", "http://x/context", &[]).expect("it is JSON-LD");
            ld.flatten(&document, "http://x/").expect("it can be flattened");
        }
    }
}
