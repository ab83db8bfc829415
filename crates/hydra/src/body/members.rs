//! Bodies that list several resources of a class: collections, as Hydra writes them, and plain arrays.

use std::collections::BTreeSet;

use ld::Processor;
use serde_json::{Map, Value as Json, json};

use super::document::imply;
use super::statement::{Graph, Object};
use super::{Body, Reader, Refusal, Syntax, as_json, as_text, class_name, is_empty, turtle};
use crate::addressee::Addressee;
use crate::api::Api;
use crate::class::ClassDef;

/// `hydra:member`
const MEMBER: &str = "http://www.w3.org/ns/hydra/core#member";
/// `hydra:Collection`
const COLLECTION: &str = "http://www.w3.org/ns/hydra/core#Collection";
/// What members are listed under where names alone tell what a body means.
const NAMES: [&str; 3] = ["member", "hydra:member", "members"];

/// Reads a body that is to list several resources of a class.
///
/// # Errors
/// The body is not of its syntax, names a context that is neither ours nor Hydra's, or lists nothing.
pub fn parse_members(
    api: &Api,
    ld: &Processor,
    class: &ClassDef,
    bytes: &[u8],
    syntax: Syntax,
    addressee: &Addressee,
) -> Result<Vec<Body>, Refusal> {
    let reader = Reader { api, ld, class, addressee };
    let text = as_text(bytes)?;
    if is_empty(text) {
        return Err(format!("the body is empty; {}", reader.wanted()));
    }
    if syntax == Syntax::Turtle {
        return reader.listed(turtle::read(text, addressee)?, true);
    }
    let mut json = match as_json(text)? {
        // JSON-LD may put any document into an array.
        Json::Array(mut values) if values.len() == 1 && lists(&values[0]) => values.remove(0),
        json @ (Json::Array(_) | Json::Object(_)) => json,
        _ => return Err(format!("the body must be a JSON object or an array; {}", reader.wanted())),
    };
    if syntax == Syntax::MergePatch
        && let Json::Object(object) = &mut json
    {
        object.remove("@context");
    }
    if reader.tells(&json) { reader.plain(json) } else { reader.expanded(json) }
}

fn lists(json: &Json) -> bool {
    json.as_object().is_some_and(|object| NAMES.iter().any(|name| object.contains_key(*name)))
}

impl Reader<'_> {
    /// What to send instead.
    fn wanted(self) -> String {
        format!("send {{\"@type\": \"Collection\", \"member\": [...]}}, in which each member is a {}", self.class.label)
    }

    /// Whether names alone tell what a body means.
    fn tells(self, json: &Json) -> bool {
        match json {
            Json::Array(values) => values.iter().all(|value| self.tell_member(value) && !lists(value)),
            Json::Object(object) => object.iter().all(|(name, value)| match name.as_str() {
                "@context" => self.gives_names(value),
                "@id" => value.is_string(),
                "@type" => value.is_string() || value.is_array(),
                name if NAMES.contains(&name) => value
                    .as_array()
                    .map_or(std::slice::from_ref(value), Vec::as_slice)
                    .iter()
                    .all(|value| self.tell_member(value)),
                // What is said of the collection beside its members is left aside, but not what may hold members.
                name => !(name.starts_with('@') || name == MEMBER) && self.names().says_nothing_here(value, None),
            }),
            _ => true,
        }
    }

    fn tell_member(self, json: &Json) -> bool {
        !json.is_null()
            && json.as_object().is_none_or(|object| self.names().tell(object, |context| self.gives_names(context)))
    }

    /// Whether contexts give names the meaning that they have without any.
    fn gives_names(self, context: &Json) -> bool {
        let named = context.as_array().map_or(std::slice::from_ref(context), Vec::as_slice);
        let is_of_collection = |context: &Json| {
            let iri = context.as_str().and_then(|iri| self.ld.resolved(iri, self.addressee.document()));
            iri.is_some_and(|iri| self.collections().any(|name| iri == self.api.context_iri(&name)))
        };
        !named.is_empty() && named.iter().all(|context| self.is_implied(context) || is_of_collection(context))
    }

    /// The names of the classes of collections of this class.
    fn collections(self) -> impl Iterator<Item = String> {
        let declared = self.api.collections().iter().filter(move |site| site.member.name == self.class.name);
        std::iter::once(format!("{}Collection", self.class.name)).chain(declared.map(|site| site.name.clone()))
    }

    fn plain(self, json: Json) -> Result<Vec<Body>, Refusal> {
        let values = match json {
            Json::Object(object) => self.member(object)?,
            Json::Array(values) => values,
            _ => Vec::new(),
        };
        values.into_iter().enumerate().map(|(index, value)| self.named(index, value)).collect()
    }

    /// The members of a collection.
    fn member(self, mut object: Map<String, Json>) -> Result<Vec<Json>, Refusal> {
        let types = object
            .get("@type")
            .filter(|types| !types.is_null())
            .map(|types| types.as_array().map_or(std::slice::from_ref(types), Vec::as_slice));
        self.check_types(types.unwrap_or_default().iter().map(|name| name.as_str().unwrap_or_default()))?;
        match NAMES.iter().find_map(|name| object.remove(*name).filter(|value| !value.is_null())) {
            Some(Json::Array(values)) => Ok(values),
            Some(one @ Json::Object(_)) => Ok(vec![one]),
            Some(_) => Err(format!("member must be an array of objects; {}", self.wanted())),
            None => Err(format!("the body lists no members; {}", self.wanted())),
        }
    }

    /// What one member says: it describes a resource, or is no more than the IRI of one.
    fn named(self, index: usize, value: Json) -> Result<Body, Refusal> {
        match value {
            Json::Object(object) => self.names().read(object).map_err(|why| format!("in member[{index}], {why}")),
            Json::String(iri) => {
                Ok(Body { id: self.addressee.identity(&iri), addressee: self.addressee.clone(), ..Body::default() })
            }
            _ => Err(format!("in the list, member[{index}] must be an object that is a {}", self.class.label)),
        }
    }

    fn check_types<'t>(self, types: impl Iterator<Item = &'t str>) -> Result<(), Refusal> {
        let mut claimed = types.peekable();
        let is_one = |name: &str| {
            let name = class_name(self.api, name);
            ["Collection", "hydra:Collection", COLLECTION].contains(&name.as_str())
                || self.collections().any(|collection| collection == name)
        };
        if claimed.peek().is_none() || claimed.any(is_one) {
            return Ok(());
        }
        Err(format!("the @type of the body must be left out or be Collection; {}", self.wanted()))
    }

    /// The members of a document that only a processor understands.
    fn expanded(self, mut json: Json) -> Result<Vec<Body>, Refusal> {
        let context = json.get("@context");
        let is_ours = context.is_none_or(|context| self.is_ours(context));
        if let Json::Object(object) = &mut json
            && is_ours
            && !object.contains_key("member")
            && let Some(members) = object.remove("members")
        {
            object.insert("member".into(), members);
        }
        let Json::Array(nodes) = &json else { return self.listed(self.graph(json)?, is_ours) };
        let mut wrapped = nodes.clone();
        let graph = self.graph(json)?;
        if graph.that_say(MEMBER).next().is_some() {
            return self.listed(graph, is_ours);
        }
        // No collection is among them, so the array itself is the list.
        for node in &mut wrapped {
            match node {
                Json::String(iri) => *node = json!({"@id": iri}),
                node => imply(node, self.implied()),
            }
        }
        self.listed(self.graph(json!({"@context": null, MEMBER: wrapped}))?, is_ours)
    }

    /// The members of the one node that has some, in the order of the document.
    fn listed(self, mut graph: Graph, is_ours: bool) -> Result<Vec<Body>, Refusal> {
        let id = self.pick_list(&graph)?;
        let list = graph.take(&id).unwrap_or_default();
        self.check_types(list.types.iter().map(String::as_str))?;
        let objects = list.values.into_iter().filter(|(name, _)| name == MEMBER).map(|(_, object)| object).collect();
        let mut seen = BTreeSet::new();
        let mut bodies = Vec::new();
        for object in graph.spread(objects).map_err(|what| format!("member {what}; {}", self.wanted()))? {
            let Object::Node(id) = object else {
                return Err(format!("each member must be a node, not a literal; {}", self.wanted()));
            };
            // In a graph a resource is a member or is not; it cannot be one twice.
            if seen.insert(id.clone()) {
                let node = graph.take(&id).unwrap_or_default();
                bodies.push(self.body(id, node, &graph, is_ours));
            }
        }
        Ok(bodies)
    }

    /// The node that lists: the target, else the only one, else the only one that no other refers to.
    fn pick_list(self, graph: &Graph) -> Result<String, Refusal> {
        let lists: Vec<_> = graph.that_say(MEMBER).collect();
        let free: Vec<_> = lists.iter().copied().filter(|id| !graph.is_referenced(id)).collect();
        let target = self.addressee.target();
        match (lists.iter().find(|id| id.as_str() == target), lists.as_slice(), free.as_slice()) {
            (Some(id), ..) | (None, [id], _) | (None, _, [id]) => Ok((*id).clone()),
            (None, [], _) => Err(format!("the body lists no members; {}", self.wanted())),
            _ => Err(format!("the body holds several collections; give the one that is meant the @id {target}")),
        }
    }
}

#[cfg(test)]
mod tests;
