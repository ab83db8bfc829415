//! Streams of changes as linked data event streams (LDES, TREE): pages whose members are changes, and what resources were after each as
//! a graph that is called as the change is.

use std::collections::HashMap;

use oxrdf::{GraphName, Quad, Triple};
use serde_json::{Map, Value as Json, json};

use crate::api::{Api, STREAM_CONTEXT};
use crate::class::ClassDef;
use crate::past::past;
use crate::quads::{Terms, named, of_node};

/// What the kinds of changes are called (Activity Streams 2.0), in the order of their names here.
const KINDS: [(&str, &str); 3] = [
    ("created", "https://www.w3.org/ns/activitystreams#Create"),
    ("updated", "https://www.w3.org/ns/activitystreams#Update"),
    ("deleted", "https://www.w3.org/ns/activitystreams#Delete"),
];

/// A change, as its state says it is.
#[derive(Debug)]
pub struct StreamMember {
    /// The class of changes.
    pub class: &'static ClassDef,
    /// The path of the change.
    pub path: String,
    /// Its members, with links as paths. Those that a stream reads are `kind`, `resource` and `state`.
    pub members: Map<String, Json>,
    /// The class of what was changed.
    pub of: &'static ClassDef,
}

/// Where the page is that comes after another, and from when on its members are.
#[derive(Debug)]
pub struct NextPage {
    /// The address.
    pub address: String,
    /// The instant.
    pub from: String,
}

/// A stream, or a page of it.
#[derive(Debug)]
pub struct Stream {
    nodes: Vec<Node>,
}

/// A node of a document, and the graph that it is in.
#[derive(Debug)]
struct Node {
    context: &'static str,
    terms: Option<&'static ClassDef>,
    graph: Option<String>,
    node: Map<String, Json>,
    /// What a resource was after this change.
    state: Option<Json>,
}

impl Stream {
    /// What is said of a stream at its own address. Of changes of a class the instant is `made`, and what was changed `resource`.
    pub fn described(api: &Api, changes: &ClassDef, address: &str, first: &str) -> Self {
        let property = |name: &str| format!("{}{}/{name}", api.vocab(), changes.name);
        let [(_, create), (_, update), (_, delete)] = KINDS;
        let node = json!({
            "@id": address,
            "@type": "EventStream",
            "timestampPath": property("made"),
            "versionOfPath": property("resource"),
            "versionCreateObject": create,
            "versionUpdateObject": update,
            "versionDeleteObject": delete,
            "view": first,
        });
        Self { nodes: vec![Node::of_stream(node)] }
    }

    /// Adds a page with its members.
    pub fn add(&mut self, api: &Api, page: &str, next: Option<&NextPage>, members: Vec<StreamMember>) {
        let changes: Vec<_> = members.iter().map(|member| Json::from([api.base(), &member.path].concat())).collect();
        if let Some(stream) = self.nodes.first_mut().filter(|_| !changes.is_empty()) {
            stream.node.insert("member".to_owned(), changes.into());
        }
        let mut node = json!({"@id": page, "@type": "TreeNode"});
        if let (Some(next), Some(member)) = (next, self.nodes.first().and_then(|node| node.node.get("timestampPath"))) {
            node["relation"] = json!([{
                "@id": format!("{page}#next"),
                "@type": "GreaterThanOrEqualToRelation",
                "node": next.address,
                "path": member,
                "value": next.from,
            }]);
        }
        self.nodes.push(Node::of_stream(node));
        for member in members {
            self.nodes.extend(Node::of_member(api, member));
        }
    }

    /// As JSON-LD: each node with the context of its class.
    pub fn json(&self, api: &Api) -> Json {
        let nodes = self.nodes.iter().map(|Node { context, graph, node, .. }| {
            let mut all = Map::new();
            all.insert("@context".to_owned(), api.context_iri(context).into());
            match graph {
                Some(graph) => {
                    all.insert("@id".to_owned(), graph.as_str().into());
                    all.insert("@graph".to_owned(), json!([node]));
                }
                None => all.extend(node.clone()),
            }
            Json::Object(all)
        });
        json!({"@graph": nodes.collect::<Vec<_>>()})
    }

    /// As quads.
    pub fn quads(&self, api: &Api) -> Vec<Quad> {
        let mut known = HashMap::new();
        let quads = self.nodes.iter().flat_map(|node| {
            let graph = node.graph.as_ref().map_or(GraphName::DefaultGraph, |graph| named(graph).into());
            let triples = of_node(&node.node, node.terms(api, &mut known));
            triples.into_iter().map(move |triple| triple.in_graph(graph.clone()))
        });
        quads.collect()
    }

    /// As triples, for formats that have no graphs: what resources were is JSON there.
    pub fn triples(&self, api: &Api) -> Vec<Triple> {
        let mut known = HashMap::new();
        let triples = self.nodes.iter().filter(|node| node.graph.is_none()).flat_map(|node| {
            let mut with = node.node.clone();
            with.extend(node.state.clone().map(|state| ("state".to_owned(), state)));
            of_node(&with, node.terms(api, &mut known))
        });
        triples.collect()
    }
}

impl Node {
    fn of_stream(node: Json) -> Self {
        let Json::Object(node) = node else { unreachable!("a node is an object") };
        Self { context: STREAM_CONTEXT, terms: None, graph: None, node, state: None }
    }

    /// A change, and what became of its resource.
    fn of_member(api: &Api, member: StreamMember) -> impl Iterator<Item = Self> {
        let StreamMember { class, path, mut members, of } = member;
        let state = members.remove("state");
        let was = match (&state, members.get("resource")) {
            (Some(Json::Object(state)), Some(Json::String(resource))) => Some(past(api, of, resource, state)),
            _ => None,
        };
        let kind = members.get("kind").and_then(Json::as_str);
        let activity = KINDS.iter().find(|(name, _)| Some(*name) == kind).map(|(_, activity)| *activity);
        let mut node = past(api, class, &path, &members);
        if let Some(kind) = node.get_mut("@type") {
            *kind = std::iter::once(kind.take()).chain(activity.map(Json::from)).collect();
        }
        let graph = [api.base(), &path].concat();
        let change = Self { context: class.name, terms: Some(class), graph: None, node, state };
        let was = was.map(|node| Self { context: of.name, terms: Some(of), graph: Some(graph), node, state: None });
        std::iter::once(change).chain(was)
    }

    /// What its names mean: of each class that is made once, however many nodes are of it.
    fn terms<'a>(&self, api: &Api, known: &'a mut HashMap<&'static str, Terms>) -> &'a Terms {
        known.entry(self.context).or_insert_with(|| match self.terms {
            Some(class) => Terms::of_class(api, class),
            None => Terms::of_stream(api),
        })
    }
}
