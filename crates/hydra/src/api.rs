//! The tables at their public address: names resolved, texts that never change written once.

use std::collections::HashMap;
use std::sync::Arc;

use ld::Processor;
use serde_json::value::RawValue;
use serde_json::{Value as Json, json};

use crate::class::{ClassDef, Method, OperationDef, ParameterDef, PropertyKind};
use crate::iri::origin_and_path;
use crate::represent::Guarded;
use crate::search_template::{own_search, search};
use crate::site::{CollectionNode, CollectionSite, Site, raw};
use crate::terms::{CONTROLS, PREFIXES};
use crate::view::words::words;
use crate::view::{context, operation};

/// The name of the context of streams of changes.
pub(crate) const STREAM_CONTEXT: &str = "EventStream";

/// All classes of a service, at a base URL.
#[derive(Debug)]
pub struct Api {
    base: String,
    vocab: String,
    classes: &'static [&'static ClassDef],
    sites: HashMap<&'static str, Site>,
    collections: Vec<CollectionSite>,
    contexts: Vec<(String, Arc<Json>)>,
}

fn inline(
    owner: &str,
    class: &ClassDef,
    operations: &'static [OperationDef],
) -> Vec<(&'static OperationDef, Box<RawValue>)> {
    operations
        .iter()
        .map(|operation| (operation, raw(&Json::Object(operation::operation(owner, class, operation)))))
        .collect()
}

/// A word has one meaning in a context, and what stands before a colon is a word of it.
fn check_terms(class: &ClassDef) {
    for ParameterDef { name, .. } in class.parameters {
        let is_taken = class.property(name).is_some() || CONTROLS.iter().any(|term| term.name == *name);
        assert!(!is_taken, "{}.{name} means something else, too", class.name);
    }
    let names = class.properties.iter().map(|property| property.name);
    for name in names.chain(class.parameters.iter().map(|parameter| parameter.name)) {
        let is_prefix = name == "vocab" || PREFIXES.iter().any(|(prefix, _)| *prefix == name);
        assert!(!is_prefix, "{}.{name} is the name of a prefix", class.name);
    }
}

/// The links of a class at whose end more is asked than of whoever is shown the resource, at its address or in a list: of whoever
/// looks there or, where nobody can, of whoever does anything.
fn guarded(class: &'static ClassDef, find: impl Fn(&str) -> &'static ClassDef) -> Vec<Guarded> {
    let Some(look) = class.operation(Method::Get) else { return Vec::new() };
    let list = class.collection.iter().find(|operation| operation.method == Method::Get);
    let shown = list.filter(|list| !list.asks_more_than(look)).unwrap_or(look);
    let ends = class.properties.iter().filter_map(|property| match &property.kind {
        PropertyKind::Value(..) => None,
        PropertyKind::One(link) => link.known().map(|class| (property.name, find(class).operations)),
        PropertyKind::Many(link) => Some((property.name, link.operations.unwrap_or(find(link.class).collection))),
    });
    let all: Vec<_> = ends
        .map(|(name, operations)| Guarded { name, operations: following(operations) })
        .filter(|end| !end.operations.is_empty() && end.operations.iter().all(|end| end.asks_more_than(shown)))
        .collect();
    assert!(all.len() <= 64, "{}: too many links that not everybody may follow", class.name);
    all
}

/// Which operations follow a link to where these can be invoked.
fn following(operations: &'static [OperationDef]) -> &'static [OperationDef] {
    match operations.iter().position(|operation| operation.method == Method::Get) {
        Some(index) => &operations[index..=index],
        None => operations,
    }
}

impl Api {
    /// The classes at a base URL such as `https://api.example.org`.
    ///
    /// # Panics
    /// If the tables contradict themselves: a link to a class that is not in the list, a link that redefines the operations of
    /// a collection without giving it a class of its own, a property that is called as a prefix is. Both are seen by the first test that starts.
    pub fn new(base: &str, classes: &'static [&'static ClassDef]) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        let vocab = format!("{base}/vocab#");
        let find = |name: &str| -> &'static ClassDef {
            classes.iter().find(|class| class.name == name).unwrap_or_else(|| panic!("no class is called {name}"))
        };
        let context_iri = |name: &str| format!("{base}/contexts/{name}.jsonld");
        let mut contexts = vec![
            ("error".to_owned(), Arc::new(context::problem(&vocab))),
            (STREAM_CONTEXT.to_owned(), Arc::new(context::stream(&vocab))),
        ];
        let mut collections: Vec<CollectionSite> = Vec::new();
        for owner in classes {
            for (property, link) in owner.collections() {
                assert!(
                    link.operations.is_none() || link.collection.is_some() || owner.logged,
                    "{}.{}: a collection with operations of its own needs a class of its own",
                    owner.name,
                    property.name,
                );
                let member = find(link.class);
                let name = link.collection_class();
                let operations = link.operations.unwrap_or(member.collection);
                let (variables, mapping) = search(member);
                collections.push(CollectionSite {
                    owner,
                    property: property.name,
                    member,
                    operations,
                    class_operations: operations,
                    context: context_iri(&name),
                    types: ["Collection".into(), name.clone()],
                    manages: raw(&operation::assertion(member)),
                    mapping: raw(&mapping),
                    variables,
                    inline: inline(&name, member, operations),
                    name,
                });
            }
        }
        // Not every class has collections that are called after it.
        let is_collected = |class: &ClassDef| {
            let name = format!("{}Collection", class.name);
            collections.iter().any(|site| site.name == name)
        };
        let mut sites = HashMap::new();
        for class in classes {
            check_terms(class);
            assert!(class.operations.len() <= 64, "{}: too many operations", class.name);
            let nodes = class.collections().map(|(property, link)| {
                let manages = operation::assertion(find(link.class));
                let rest = [
                    ("@type", json!(["Collection", link.collection_class()])),
                    ("title", json!(words(property.name))),
                    ("manages", manages.clone()),
                    ("memberAssertion", json!([manages])),
                ];
                CollectionNode {
                    suffix: format!("/{}", property.name),
                    rest: rest.map(|(name, value)| (name, raw(&value))),
                }
            });
            let nodes: Vec<_> = nodes.collect();
            let name = json!(format!("vocab:{}", class.name));
            // One client in use looks for collections only on what is called a resource.
            let names = if nodes.is_empty() { name.clone() } else { json!([name, "hydra:Resource"]) };
            sites.insert(
                class.name,
                Site {
                    class,
                    context: context_iri(class.name),
                    types: raw(&names),
                    member_types: raw(&name),
                    collections: nodes,
                    operations: inline(class.name, class, class.operations),
                    guarded: guarded(class, find),
                    search: own_search(class),
                },
            );
            contexts.push((class.name.to_owned(), Arc::new(context::class(class, is_collected(class), &vocab))));
        }
        for site in &collections {
            if !contexts.iter().any(|(name, _)| *name == site.name) {
                let context = context::collection(&site.name, site.member, is_collected(site.member), &vocab);
                contexts.push((site.name.clone(), Arc::new(context)));
            }
        }
        Self { base, vocab, classes, sites, collections, contexts }
    }

    /// The base URL, without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What browsers call the origin of the service's pages: the base without its path.
    pub fn origin(&self) -> &str {
        origin_and_path(&self.base).0
    }

    /// The path that the addresses of all resources begin with, such as `/portico`; empty where they begin at the root.
    pub fn prefix(&self) -> &str {
        origin_and_path(&self.base).1
    }

    /// The namespace of the vocabulary.
    pub fn vocab(&self) -> &str {
        &self.vocab
    }

    /// The tables.
    pub fn classes(&self) -> &'static [&'static ClassDef] {
        self.classes
    }

    /// A class.
    ///
    /// # Panics
    /// If there is none of this name.
    pub fn class(&self, name: &str) -> &Site {
        self.sites.get(name).unwrap_or_else(|| panic!("no class is called {name}"))
    }

    /// All collections.
    pub fn collections(&self) -> &[CollectionSite] {
        &self.collections
    }

    /// The collection at the end of a link.
    ///
    /// # Panics
    /// If the class has no such link.
    pub fn collection(&self, owner: &str, property: &str) -> &CollectionSite {
        self.collections
            .iter()
            .find(|site| site.owner.name == owner && site.property == property)
            .unwrap_or_else(|| panic!("{owner} has no collection called {property}"))
    }

    /// One collection of each class of collections.
    pub fn collection_classes(&self) -> impl Iterator<Item = &CollectionSite> {
        self.collections
            .iter()
            .enumerate()
            .filter(|(index, site)| !self.collections[..*index].iter().any(|earlier| earlier.name == site.name))
            .map(|(_, site)| site)
    }

    /// The context documents, by name.
    pub fn contexts(&self) -> &[(String, Arc<Json>)] {
        &self.contexts
    }

    /// JSON-LD processing with these contexts.
    pub fn processor(&self) -> Processor {
        Processor::new(self.contexts.iter().map(|(name, context)| (self.context_iri(name), Arc::clone(context))))
    }

    /// The IRI of a context.
    pub fn context_iri(&self, name: &str) -> String {
        format!("{}/contexts/{name}.jsonld", self.base)
    }
}
