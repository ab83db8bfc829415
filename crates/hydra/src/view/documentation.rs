//! The `hydra:ApiDocumentation`: one nested node with everything in it.
//!
//! Nested and repeated rather than flattened, five booleans where the vocabulary has three, `title` as the JSON key:
//! each is what some client in use reads. docs/api-design.md says which.

use serde_json::{Map, Value as Json, json};

use crate::api::Api;
use crate::class::{ClassDef, Datatype, Limits, LinkDef, OperationDef, PropertyDef, PropertyKind};
use crate::site::CollectionSite;
use crate::terms::{CONTROLS, Coercion, DOCUMENTATION, PROBLEM};
use crate::view::context::{extend, head};
use crate::view::core::core_classes;
use crate::view::operation::{assertion, operation};
use crate::view::words::words;

/// A status that any operation may answer.
pub type AnyStatus = (u16, &'static str, &'static str);

/// The statuses that belong to HTTP rather than to one operation: code, title, what to do.
pub const ANY: &[AnyStatus] = &[
    (304, "Not Modified", "The tag sent in If-None-Match is still the right one."),
    (400, "Bad Request", "The request cannot be understood; the problem says why."),
    (401, "Unauthorized", "Sign in: HTTP Basic with a key and its secret, or a Bearer token from /oauth/token."),
    (403, "Forbidden", "You may see this resource, but not do this with it."),
    (404, "Not Found", "There is no such resource, or it is not yours to see."),
    (405, "Method Not Allowed", "Allow names the methods that this resource has."),
    (406, "Not Acceptable", "Accept names no media type that is offered here."),
    (408, "Request Timeout", "The request took too long to arrive; send it again."),
    (
        409,
        "Conflict",
        "A request with this Idempotency-Key is being carried out, or was and its answer was lost; or what the operation says.",
    ),
    (
        412,
        "Precondition Failed",
        "The resource is not in the state that If-Match or If-None-Match asks for; read it again.",
    ),
    (413, "Content Too Large", "The body is larger than this server takes."),
    (414, "URI Too Long", "The query is longer than this server takes."),
    (
        415,
        "Unsupported Media Type",
        "Accept-Post or Accept-Patch names the media types that are understood, Accept-Encoding the codings.",
    ),
    (422, "Unprocessable Content", "Another request had this Idempotency-Key; send this one with a key of its own."),
    (429, "Too Many Requests", "Wait as long as Retry-After says."),
    (500, "Internal Server Error", "A fault of this server; nothing was changed."),
    (
        502,
        "Bad Gateway",
        "The change was made, or may have been: the answer to it was lost. Read what there is before you send it again.",
    ),
    (503, "Service Unavailable", "The server is busy or stopping; nothing was changed, try again."),
];

/// What the published texts do not say of a status.
fn meaning(code: u16) -> &'static str {
    match code {
        200 => "The request succeeded; the representation is in the body.",
        201 => "Something was created; Location names it.",
        204 => "Done; there is nothing more to say.",
        205 => "Done; the body is empty, read the resource again.",
        400 => "The request breaks a rule; every violation is named.",
        404 => "There is no such resource, or it is not yours to see.",
        409 => "The request conflicts with the state of another resource.",
        507 => "There is no room for more; the problem says what is full.",
        _ => "",
    }
}

/// The whole document.
pub fn documentation(api: &Api) -> Json {
    let vocab = api.vocab();
    let mut context = head(vocab);
    extend(&mut context, DOCUMENTATION);
    for action in crate::class::Method::ALL {
        context.insert(action.action().to_owned(), json!(format!("schema:{}", action.action())));
    }
    let collection = |site: &CollectionSite| collection_class(&site.name, site.member, site.class_operations);
    let mut classes: Vec<Json> = api.classes().iter().map(|class| class_node(api, class)).collect();
    classes.extend(api.collection_classes().map(collection));
    classes.extend(core_classes());
    let mut document = json!({
        "@context": context,
        "@id": format!("{}/vocab", api.base()),
        "@type": "ApiDocumentation",
        "title": "Portico",
        "description": "Customer administration by following links. Start at the entry point; everything a caller may \
            see and do is reached from there. Sign in with HTTP Basic (a customer's key and its secret), or with a Bearer \
            token: POST grant_type=password, username and password to /oauth/token.",
        "entrypoint": format!("{}/", api.base()),
        "supportedClass": [],
        "possibleStatus": ANY.iter().map(|(code, title, description)| json!({
            "@id": format!("vocab:status{code}"),
            "@type": "Status",
            "statusCode": code,
            "title": title,
            "description": description,
        })).collect::<Vec<_>>(),
    });
    document["seeAlso"] = Json::Array(further(api, &classes));
    // The macro would copy them, and they are nearly all of the document.
    document["supportedClass"] = Json::Array(classes);
    document
}

/// The terms of ours that belong to no class: what pages of collections, their searches, problems and this document are
/// written with, and the parameters of searches that are no properties.
fn further(api: &Api, classes: &[Json]) -> Vec<Json> {
    let described = classes.iter().flat_map(|class| class["supportedProperty"].as_array().into_iter().flatten());
    let mut known: Vec<_> = described.map(|property| property["property"]["@id"].clone()).collect();
    let terms = [CONTROLS, PROBLEM, DOCUMENTATION].into_iter().flatten();
    let terms = terms.filter(|term| term.iri.starts_with("vocab:")).map(|term| {
        let values = match term.coercion {
            Coercion::Name => "the name of a property".to_owned(),
            Coercion::Plain => "a text, or what has several".to_owned(),
            Coercion::Typed(datatype) => datatype.to_owned(),
            Coercion::Json => Datatype::Json.iri().to_owned(),
            Coercion::Hydra(datatype) => format!("hydra:{datatype}"),
            Coercion::Iri | Coercion::Vocab => "an IRI".to_owned(),
        };
        (term.iri.to_owned(), format!("What it has: {values}."))
    });
    let parameters = api.classes().iter().flat_map(|class| {
        let of_class = |name| format!("vocab:{}/{name}", class.name);
        class.parameters.iter().map(move |parameter| (of_class(parameter.name), parameter.description.to_owned()))
    });
    let mut further = Vec::new();
    for (iri, comment) in terms.chain(parameters) {
        let id = json!(iri);
        if known.contains(&id) {
            continue;
        }
        let name = iri.rsplit([':', '/']).next().unwrap_or_default();
        further.push(json!({"@id": id, "@type": "rdf:Property", "label": words(name), "comment": comment}));
        known.push(id);
    }
    further
}

fn class_node(api: &Api, class: &'static ClassDef) -> Json {
    let mut node = Map::new();
    node.insert("@id".into(), json!(format!("vocab:{}", class.name)));
    node.insert("@type".into(), json!("Class"));
    node.insert("title".into(), json!(class.name));
    node.insert("label".into(), json!(class.label));
    node.insert("description".into(), json!(class.description));
    if let Some(wider) = class.sub_class_of {
        node.insert("subClassOf".into(), json!(format!("vocab:{wider}")));
    }
    let properties = class.properties.iter().map(|property| supported_property(api, class, property));
    node.insert("supportedProperty".into(), properties.collect());
    node.insert("supportedOperation".into(), operations(class.name, class, class.operations));
    Json::Object(node)
}

fn operations(owner: &str, class: &ClassDef, operations: &[OperationDef]) -> Json {
    operations.iter().map(|operation| documented(owner, class, operation)).collect()
}

fn supported_property(api: &Api, class: &'static ClassDef, property: &'static PropertyDef) -> Json {
    let iri = format!("vocab:{}/{}", class.name, property.name);
    let label = words(property.name);
    let mut definition = Map::new();
    definition.insert("@id".into(), json!(iri));
    let is_link = !matches!(property.kind, PropertyKind::Value(..));
    definition.insert("@type".into(), json!(if is_link { "Link" } else { "rdf:Property" }));
    definition.insert("label".into(), json!(label));
    definition.insert("comment".into(), json!(property.description));
    definition.insert("domain".into(), json!(format!("vocab:{}", class.name)));
    let mut limits = Limits::NONE;
    match &property.kind {
        PropertyKind::Value(datatype, bounds) => {
            limits = *bounds;
            definition.insert("range".into(), json!(datatype.iri()));
        }
        PropertyKind::One(link) => {
            definition.insert("range".into(), json!(link.range()));
            if !link.many {
                definition.insert("maxCardinality".into(), json!(1));
            }
            if let Some(class) = link.known() {
                let target = api.class(class).class;
                let at_link = link.operations.unwrap_or(target.operations);
                definition.insert("supportedOperation".into(), operations(target.name, target, at_link));
            }
        }
        PropertyKind::Many(link) => collection_link(api, link, &mut definition),
    }
    let mut node = Map::new();
    node.insert("@type".into(), json!("SupportedProperty"));
    node.insert("title".into(), json!(property.name));
    node.insert("description".into(), json!(property.description));
    node.insert("property".into(), Json::Object(definition));
    node.insert("required".into(), json!(property.required));
    node.insert("readable".into(), json!(property.readable));
    node.insert("writable".into(), json!(property.writable));
    node.insert("writeable".into(), json!(property.writable));
    node.insert("readonly".into(), json!(!property.writable));
    node.insert("writeonly".into(), json!(!property.readable));
    if limits.max_length < usize::MAX {
        node.insert("minLength".into(), json!(limits.min_length));
        node.insert("maxLength".into(), json!(limits.max_length));
    }
    if let Some(example) = property.example {
        node.insert("example".into(), example.json());
    }
    Json::Object(node)
}

fn collection_link(api: &Api, link: &'static LinkDef, definition: &mut Map<String, Json>) {
    let name = link.collection_class();
    let member = api.class(link.class).class;
    definition.insert(
        "range".into(),
        json!({
            "@id": format!("vocab:{name}"),
            "equivalentClass": {
                "@type": "Restriction",
                "onProperty": "hydra:member",
                "allValuesFrom": format!("vocab:{}", member.name),
            },
        }),
    );
    definition.insert("memberAssertion".into(), json!([assertion(member)]));
    let at_link = link.operations.unwrap_or(member.collection);
    definition.insert("supportedOperation".into(), operations(&name, member, at_link));
}

fn collection_class(name: &str, member: &'static ClassDef, class_operations: &'static [OperationDef]) -> Json {
    json!({
        "@id": format!("vocab:{name}"),
        "@type": "Class",
        "subClassOf": "hydra:Collection",
        "title": name,
        "label": format!("Collection of {}", member.label),
        "description": format!("A collection whose members are of the class {}.", member.name),
        "manages": assertion(member),
        "memberAssertion": [assertion(member)],
        "supportedProperty": [],
        "supportedOperation": operations(name, member, class_operations),
    })
}

fn documented(owner: &str, class: &ClassDef, definition: &OperationDef) -> Json {
    let mut node = operation(owner, class, definition);
    let label = node["title"].clone();
    node.insert("label".into(), label.clone());
    node.insert("description".into(), json!(format!("{}.", label.as_str().unwrap_or_default().trim_end_matches('.'))));
    // An operation is written out wherever it can be invoked; statuses with names of their own do not multiply thereby.
    let name = node["@id"].as_str().unwrap_or_default().to_owned();
    let statuses = definition.statuses.iter().chain(definition.further).map(|(code, text)| {
        json!({
            "@id": format!("{name}/{code}"),
            "@type": "Status",
            "statusCode": code,
            "title": OperationDef::text(text, class),
            "description": meaning(*code),
        })
    });
    node.insert("possibleStatus".into(), statuses.collect());
    let (expects, returns): (&[&str], &[&str]) = match definition.method {
        crate::class::Method::Get => (&["Authorization", "If-Match", "If-None-Match"], &["ETag", "Link"]),
        crate::class::Method::Post => {
            let expects = &["Authorization", "Content-Type", "If-Match", "If-None-Match", "Idempotency-Key"];
            (expects, &["Location", "ETag", "Link"])
        }
        _ => (
            &["Authorization", "Content-Type", "If-Match", "If-None-Match", "Prefer"],
            &["ETag", "Link", "Preference-Applied"],
        ),
    };
    node.insert("expectsHeader".into(), json!(expects));
    node.insert("returnsHeader".into(), json!(returns));
    Json::Object(node)
}
