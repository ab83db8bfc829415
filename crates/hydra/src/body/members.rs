//! Bodies that list several resources of a class: collections, as Hydra writes them, and plain arrays.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::document::imply;
use super::statement::{Graph, Object};
use super::{Body, Reader, Refusal, Syntax, as_json, as_text, class_name, is_empty, turtle};
use crate::api::Api;
use crate::class::ClassDef;
use crate::ld::Processor;
use crate::place::Place;

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
    place: &Place,
) -> Result<Vec<Body>, Refusal> {
    let reader = Reader { api, ld, class, place };
    let text = as_text(bytes)?;
    if is_empty(text) {
        return Err(format!("the body is empty; {}", reader.wanted()));
    }
    if syntax == Syntax::Turtle {
        return reader.listed(turtle::read(text, place)?, true);
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
            let iri = context.as_str().and_then(|iri| self.ld.resolved(iri, self.place.document()));
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
                Ok(Body { id: self.place.identity(&iri), place: self.place.clone(), ..Body::default() })
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
        let target = self.place.target();
        match (lists.iter().find(|id| id.as_str() == target), lists.as_slice(), free.as_slice()) {
            (Some(id), ..) | (None, [id], _) | (None, _, [id]) => Ok((*id).clone()),
            (None, [], _) => Err(format!("the body lists no members; {}", self.wanted())),
            _ => Err(format!("the body holds several collections; give the one that is meant the @id {target}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::CORE;
    use crate::{Class, Collection, Link, Set};

    crate::key! {
        /// The one owner.
        OwnerKey {}
        customer = |_| None
    }

    crate::key! {
        /// Which image.
        ImageKey { image: i64 }
        customer = |_| None
    }

    /// Whoever has images.
    #[derive(Debug, Clone, Class)]
    #[hydra(path = "/", key = OwnerKey, label = "Owner")]
    struct Owner {
        /// All of them.
        pub images: Link<Collection<Image>>,
    }

    /// An image.
    #[derive(Debug, Clone, Class)]
    #[hydra(path = "/images/{image}", key = ImageKey, label = "Image")]
    struct Image {
        /// Where it comes from.
        pub origin: Option<String>,
        /// A number.
        pub number1: Option<i64>,
        /// Words.
        pub tags: Set<String>,
    }

    const BASE: &str = "http://api.example";
    const TARGET: &str = "http://api.example/images";

    fn parse(body: &str, syntax: Syntax) -> Result<Vec<Body>, Refusal> {
        let api = Api::new(BASE, &[Owner::CLASS, Image::CLASS]);
        let ld = Processor::new(&api);
        parse_members(&api, &ld, Image::CLASS, body.as_bytes(), syntax, &Place::new(&api, TARGET))
    }

    /// Identities and members: what a list comes to.
    fn read(body: &str, syntax: Syntax) -> Vec<(Option<String>, Json)> {
        let bodies = parse(body, syntax).unwrap_or_else(|why| panic!("{body}: {why}"));
        let members =
            |body: Body| body.members.into_iter().map(|(name, member)| (name, member.unwrap_or_else(Json::from)));
        bodies.into_iter().map(|mut body| (body.id.take(), members(body).collect())).collect()
    }

    fn two() -> Vec<(Option<String>, Json)> {
        vec![
            (Some(format!("{TARGET}/2")), json!({"origin": "http://x.example/2.jpg", "number1": 2})),
            (Some(format!("{TARGET}/1")), json!({"origin": "http://x.example/1.jpg", "number1": 1})),
        ]
    }

    /// The two members, with these terms.
    fn members(id: &str, origin: &str, number: &str) -> Json {
        let member =
            |n: u32| json!({id: format!("{TARGET}/{n}"), origin: format!("http://x.example/{n}.jpg"), number: n});
        json!([member(2), member(1)])
    }

    #[test]
    fn names_alone_say_what_a_list_means() {
        let plain = members("@id", "origin", "number1");
        let typed = |index: usize| {
            let mut member = plain[index].clone();
            member["@type"] = json!(["vocab:Image"]);
            member["@context"] = json!(format!("{BASE}/contexts/Image.jsonld"));
            member
        };
        for (what, body) in [
            ("a bare array", plain.clone()),
            ("member", json!({"member": plain})),
            ("hydra:member", json!({"hydra:member": plain})),
            ("members", json!({"members": plain})),
            ("a type", json!({"@type": "Collection", "member": plain})),
            ("a compact type", json!({"@type": "hydra:Collection", "member": plain})),
            ("a type of ours", json!({"@type": "vocab:ImageCollection", "member": plain})),
            ("two types", json!({"@type": ["Collection", "ImageCollection"], "member": plain})),
            ("an array around it", json!([{"@type": "Collection", "member": plain}])),
            (
                "all that a page says",
                json!({
                    "@id": TARGET, "@type": "Collection", "totalItems": 2, "total_items": 2, "member": plain,
                    "view": {"@id": "x", "@type": "PartialCollectionView"}, "hydra:view": null,
                }),
            ),
            ("Hydra's context", json!({"@context": CORE[0], "@type": "Collection", "member": plain})),
            ("Hydra's context, https", json!({"@context": CORE[1], "@type": "hydra:Collection", "member": plain})),
            ("Hydra's context in an array", json!({"@context": [CORE[0]], "member": plain})),
            ("our context", json!({"@context": format!("{BASE}/contexts/ImageCollection.jsonld"), "member": plain})),
            ("our context, relative", json!({"@context": [CORE[0], "/contexts/Image.jsonld"], "member": plain})),
            ("members with context and type", json!({"member": [typed(0), typed(1)]})),
            ("members with Hydra's context", {
                let mut list = plain.clone();
                list[0]["@context"] = json!(CORE[0]);
                list
            }),
        ] {
            assert_eq!(read(&body.to_string(), Syntax::JsonLd), two(), "{what}");
            assert_eq!(read(&body.to_string(), Syntax::MergePatch), two(), "{what}, as a merge patch");
        }
        let bodies = parse(&json!({"member": [typed(0)]}).to_string(), Syntax::JsonLd).expect("it is right");
        assert_eq!(bodies[0].types, ["Image"]);
    }

    #[test]
    fn a_member_may_be_alone_or_be_no_more_than_its_iri() {
        let alone = json!({"@id": "/images/1", "tags": ["a"]});
        let expected = [(Some(format!("{TARGET}/1")), json!({"tags": ["a"]}))];
        assert_eq!(read(&json!({"member": alone}).to_string(), Syntax::JsonLd), expected);
        let named = [(Some(format!("{TARGET}/1")), json!({})), (Some(format!("{TARGET}/2")), json!({}))];
        for list in [json!([{"@id": "/images/1"}, {"@id": "/images/2"}]), json!(["/images/1", "/images/2"])] {
            assert_eq!(read(&json!({"member": list}).to_string(), Syntax::JsonLd), named);
            let ours = format!("{BASE}/contexts/Image.jsonld");
            let inline = json!({"@context": [ours, {"x": "http://x.example/"}], "member": list});
            assert_eq!(read(&inline.to_string(), Syntax::JsonLd), named);
        }
        let new = json!([{"origin": "http://x.example/1.jpg"}, {"@id": "_:b0", "origin": "http://x.example/1.jpg"}]);
        let expected = (None, json!({"origin": "http://x.example/1.jpg"}));
        assert_eq!(read(&new.to_string(), Syntax::JsonLd), [expected.clone(), expected]);
        assert_eq!(read("[]", Syntax::JsonLd), []);
        assert_eq!(read(r#"{"member": []}"#, Syntax::JsonLd), []);
    }

    #[test]
    fn a_processor_reads_the_rest() {
        let plain = members("@id", "origin", "number1");
        let [origin, number] = ["origin", "number1"].map(|name| format!("{BASE}/vocab#Image/{name}"));
        let whole = members("@id", &origin, &number);
        let ours = format!("{BASE}/contexts/Image.jsonld");
        let reversed = |member: &Json| {
            let mut member = member.clone();
            member["@reverse"] = json!({"hydra:member": {"@id": ""}});
            member
        };
        let expanded = |n: u32| {
            json!({
                "@id": format!("{TARGET}/{n}"),
                "@type": [format!("{BASE}/vocab#Image")],
                origin.as_str(): [{"@value": format!("http://x.example/{n}.jpg")}],
                number.as_str(): [{"@value": n}],
            })
        };
        let both = json!([expanded(2), expanded(1)]);
        for (what, body) in [
            ("expanded", json!([{"@type": [COLLECTION], MEMBER: both}])),
            ("an array of expanded nodes", both.clone()),
            ("whole IRIs", json!({MEMBER: whole})),
            ("whole IRIs in plain members", json!({"member": whole})),
            ("a list", json!({"member": {"@list": plain}})),
            ("a list among values", json!({"@type": "Collection", "member": [{"@list": plain}]})),
            ("value objects", {
                let mut list = plain.clone();
                list[1]["origin"] = json!({"@value": "http://x.example/1.jpg"});
                json!({"member": list})
            }),
            ("value objects in a bare array", {
                let mut list = plain.clone();
                list[1]["origin"] = json!({"@value": "http://x.example/1.jpg"});
                list
            }),
            (
                "a context of its own",
                json!({"@context": {"from": origin, "n": number, "list": MEMBER}, "list": members("@id", "from", "n")}),
            ),
            (
                "an inline context that says what is implied in another way",
                json!({
                    "@context": {"hydra": "http://www.w3.org/ns/hydra/core#", "member": "hydra:member", "origin": origin, "number1": number},
                    "@type": "hydra:Collection",
                    "member": plain,
                }),
            ),
            (
                "a prefix of its own",
                json!({
                    "@context": [ours, {"h": "http://www.w3.org/ns/hydra/core#"}],
                    "@type": "h:Collection",
                    "h:member": plain,
                }),
            ),
            ("our context and another", json!({"@context": [ours, {"x": "http://x.example/"}], "hydra:member": plain})),
            ("another name for members beside what only a processor reads", json!({"x:y": 1, "members": plain})),
            ("said of each member", json!([reversed(&plain[0]), reversed(&plain[1])])),
            (
                "Hydra's context and another",
                json!({"@context": [CORE[0], {"from": origin}], "@type": "Collection", "member": members("@id", "from", "number1")}),
            ),
            (
                "aliases",
                json!({
                    "@context": {"id": "@id", "list": MEMBER, "origin": origin, "number1": number},
                    "list": members("id", "origin", "number1"),
                }),
            ),
            (
                "a graph",
                json!({"@graph": [{"@id": TARGET, "@type": "Collection", "member": [{"@id": "/images/2"}, "/images/1"]}, plain[1], plain[0]]}),
            ),
            (
                "a graph in Hydra's context",
                json!({"@context": CORE[0], "@graph": [{"@type": "Collection", "member": plain}]}),
            ),
            ("members with contexts of their own", {
                let mut list = members("@id", "from", "number1");
                list[0]["@context"] = json!([CORE[1], {"from": origin}]);
                list[1]["@context"] = json!({"from": origin});
                json!({"@context": CORE[0], "member": list})
            }),
        ] {
            assert_eq!(read(&body.to_string(), Syntax::JsonLd), two(), "{what}");
        }
    }

    #[test]
    fn turtle_lists_in_its_order() {
        let vocab = format!("{BASE}/vocab#");
        let prefixes = format!(
            "@prefix h: <http://www.w3.org/ns/hydra/core#> . @prefix i: <{vocab}Image/> . @prefix v: <{vocab}> ."
        );
        let members = "<images/2> i:origin \"http://x.example/2.jpg\" ; i:number1 2 . \
            <images/1> a v:Image ; i:origin \"http://x.example/1.jpg\" ; i:number1 \"1\" .";
        for list in
            ["[] a h:Collection ; h:member <images/2>, <images/1> .", "<> h:member <images/2> ; h:member <images/1> ."]
        {
            for body in [format!("{prefixes} {list} {members}"), format!("{prefixes} {members} {list}")] {
                assert_eq!(read(&body, Syntax::Turtle), two(), "{body}");
            }
        }
        let blank = format!("{prefixes} [] h:member [ i:origin \"x\" ], <images/3> .");
        let expected = [(None, json!({"origin": "x"})), (Some(format!("{TARGET}/3")), json!({}))];
        assert_eq!(read(&blank, Syntax::Turtle), expected);
    }

    #[test]
    fn what_lists_nothing_is_told_what_to_send() {
        for (syntax, body) in [
            (Syntax::JsonLd, ""),
            (Syntax::JsonLd, " \n"),
            (Syntax::Turtle, ""),
            (Syntax::JsonLd, "{}"),
            (Syntax::JsonLd, "7"),
            (Syntax::JsonLd, "null"),
            (Syntax::JsonLd, r#"{"origin": "http://x.example/1.jpg"}"#),
            (Syntax::JsonLd, r#"{"@type": "Collection", "totalItems": 1}"#),
            (Syntax::JsonLd, r#"{"member": null}"#),
            (Syntax::JsonLd, r#"{"member": 7}"#),
            (Syntax::JsonLd, r#"{"member": "x"}"#),
            (Syntax::JsonLd, r#"{"@type": "vocab:Owner", "member": []}"#),
            (Syntax::JsonLd, r#"{"@context": {"x": "http://x.example/"}, "x": 1}"#),
            (Syntax::JsonLd, r#"[{"http://www.w3.org/ns/hydra/core#member": [{"@value": 1}]}]"#),
            (Syntax::Turtle, "<> <http://x.example/> 1 ."),
            (Syntax::Turtle, "<> <http://www.w3.org/ns/hydra/core#member> 1 ."),
        ] {
            let refusal = parse(body, syntax).expect_err(body);
            assert!(refusal.contains(r#"send {"@type": "Collection", "member": [...]}"#), "{body}: {refusal}");
        }
        for (body, said) in [
            (r#"{"member": [{}, 7]}"#, "member[1] must be an object"),
            (r#"{"member": [[]]}"#, "member[0] must be an object"),
            (r#"{"member": [{"@type": 7}]}"#, "the body is not JSON-LD"),
            (r#"{"member": ["#, "the body is not JSON: "),
            (r#"[{"h:member": []}, {"@context": "http://elsewhere.example/x"}]"#, "http://elsewhere.example/x"),
            (r#"{"@context": "http://elsewhere.example/x", "member": []}"#, "http://elsewhere.example/x"),
            (
                r#"{"@context": ["http://www.w3.org/ns/hydra/context.jsonld", "http://elsewhere.example/x"], "member": []}"#,
                "http://elsewhere.example/x",
            ),
            (
                r#"{"member": [{"@context": "http://www.w3.org/ns/hydra/core"}]}"#,
                "http://www.w3.org/ns/hydra/core is not one",
            ),
            (r#"{"@graph": [{"@id": "a", "member": ["/x"]}, {"@id": "b", "member": ["/y"]}]}"#, "several collections"),
        ] {
            let refusal = parse(body, Syntax::JsonLd).expect_err(body);
            assert!(refusal.contains(said), "{body}: {refusal}");
        }
    }
}
