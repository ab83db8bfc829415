//! The OpenAPI description (3.1.1) of the hypermedia: for programs that are generated, and for tools that know no hypermedia. It says what the
//! tables say, as the documentation of Hydra does.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::api::Api;
use crate::class::{ClassDef, Limits, Method, OperationDef, Payload, PropertyKind};
use crate::query::{MAX_PAGE_SIZE, filters};
use crate::site::CollectionSite;
use crate::view::schema::{SchemaPurpose, schema, single};

/// What bodies are read as, and what answers are written as.
const JSON: [&str; 2] = ["application/ld+json", "application/json"];
/// Where schemas are.
const SCHEMAS: &str = "#/components/schemas/";
/// The schema of problems.
const PROBLEM: &str = "Problem";
/// What PATCH takes beside that.
const MERGE_PATCH: &str = "application/merge-patch+json";

/// The description.
pub fn openapi(api: &Api, version: &str) -> Json {
    let mut paths: BTreeMap<String, Map<String, Json>> = BTreeMap::new();
    for class in api.classes().iter().filter(|class| !class.path.is_empty() && !class.operations.is_empty()) {
        let place = Place { path: class.path.to_owned(), owner: class.name, class, list: None };
        paths.insert(place.path.clone(), place.item(class.operations));
    }
    for site in api.collections().iter().filter(|site| !site.operations.is_empty()) {
        let owner = site.owner.name;
        let place = Place { path: site.path(), owner, class: site.member, list: Some(site) };
        paths.insert(place.path.clone(), place.item(site.operations));
    }
    let paths = json!(paths);
    let schemas = schemas(api, &paths);
    let tags = api.classes().iter().filter(|class| !class.path.is_empty());
    let tags: Vec<_> = tags.map(|class| json!({"name": class.name, "description": class.description})).collect();
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": "Portico",
            "version": version,
            "summary": "Customers, and all that belongs to them.",
            "description": "The same API describes itself in Hydra, at /vocab: links lead from the entry point to everything here.",
            "contact": {"name": "Whoever runs this service", "url": api.base()},
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": api.base()}],
        "security": [{"basic": []}, {"bearer": []}],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {"Problem": {
                "description": "It was not done; why is said (RFC 9457).",
                "content": {"application/problem+json": {"schema": reference(PROBLEM)}},
            }},
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic", "description": "A key and its secret."},
                "bearer": {"type": "http", "scheme": "bearer", "description": "A token of /oauth/token."},
            },
        },
    })
}

/// The schemas that operations refer to, and those that these refer to.
fn schemas(api: &Api, paths: &Json) -> Map<String, Json> {
    let of_class =
        |class: &'static ClassDef| SchemaPurpose::ALL.map(|purpose| (purpose.name(class), schema(class, purpose)));
    let lists = api.collections().iter().map(|site| (list_of(site.member.name), collection(site.member)));
    let all: BTreeMap<String, Json> = api.classes().iter().copied().flat_map(of_class).chain(lists).collect();
    let mut wanted = vec![paths.to_string()];
    let mut found = Map::from_iter([(PROBLEM.to_owned(), problem())]);
    while let Some(text) = wanted.pop() {
        for name in text.split(SCHEMAS).skip(1).filter_map(|rest| rest.split('"').next()) {
            if let Some(schema) = all.get(name).filter(|_| !found.contains_key(name)) {
                wanted.push(schema.to_string());
                found.insert(name.to_owned(), schema.clone());
            }
        }
    }
    found.sort_keys();
    found
}

/// Something at a path.
struct Place<'a> {
    path: String,
    /// The class whose name operations begin with.
    owner: &'static str,
    class: &'static ClassDef,
    /// The collection that it is, where it is one.
    list: Option<&'a CollectionSite>,
}

impl Place<'_> {
    fn item(&self, operations: &'static [OperationDef]) -> Map<String, Json> {
        let variables = self.path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        let parameters = variables.map(
            |name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string", "minLength": 1}}),
        );
        let mut item = Map::new();
        let parameters: Vec<_> = parameters.collect();
        if !parameters.is_empty() {
            item.insert("parameters".into(), parameters.into());
        }
        for operation in operations {
            item.insert(operation.method.name().to_lowercase(), self.operation(operation));
        }
        item
    }

    fn operation(&self, operation: &'static OperationDef) -> Json {
        let id = match self.list {
            Some(site) => format!("{}_{}_{}", self.owner, site.property, operation.name),
            None => format!("{}_{}", self.owner, operation.name),
        };
        let mut node = json!({
            "operationId": id,
            "tags": [self.class.name],
            "summary": OperationDef::text(operation.label, self.class),
            "description": asked(operation),
            "responses": self.responses(operation),
        });
        let parameters = self.parameters(operation);
        if !parameters.is_empty() {
            node["parameters"] = parameters.into();
        }
        if let Some(body) = self.body(operation) {
            node["requestBody"] = body;
        }
        if self.list.is_none() && self.class.public && operation.method == Method::Get {
            node["security"] = json!([{}, {"basic": []}, {"bearer": []}]);
        }
        node
    }

    fn parameters(&self, operation: &OperationDef) -> Vec<Json> {
        let text = |limits: &Limits| single(crate::class::Datatype::String, limits);
        let header = |name: &str, description: &str| json!({"name": name, "in": "header", "description": description, "schema": text(&Limits::NONE)});
        match operation.method {
            Method::Get if self.list.is_some() => self.search(),
            Method::Get => Vec::new(),
            Method::Post => {
                let description = "It is carried out once, however often it is sent within a day.";
                let key = json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!#-~]+$"});
                vec![json!({"name": "Idempotency-Key", "in": "header", "description": description, "schema": key})]
            }
            Method::Put | Method::Patch | Method::Delete => vec![
                header("If-Match", "The entity tag of what was seen: it is not done where that has changed."),
                header("If-None-Match", "`*`: it is not done where there is something already."),
            ],
        }
    }

    /// What a list is searched, ordered and paged by.
    fn search(&self) -> Vec<Json> {
        let member = self.class;
        let query = |name: &str, description: &str, schema: Json| json!({"name": name, "in": "query", "description": description, "schema": schema});
        let text = || json!({"type": "string"});
        let mut all = Vec::new();
        if member.free_text || member.json_query {
            all.push(query("q", "A text that is looked for.", text()));
        }
        for filter in filters(member) {
            let property = member.property(filter.name);
            let description = property.map_or("", |property| property.description);
            let schema = match property.map(|property| &property.kind) {
                Some(PropertyKind::Value(datatype, _)) => single(*datatype, &Limits::NONE),
                _ => text(),
            };
            let schema = if filter.several { json!({"type": "array", "items": schema}) } else { schema };
            all.push(query(filter.name, description, schema));
        }
        for parameter in member.parameters {
            let schema = single(parameter.datatype, &Limits::NONE);
            let schema = if parameter.many { json!({"type": "array", "items": schema}) } else { schema };
            all.push(query(parameter.name, parameter.description, schema));
        }
        let sorted = member.properties.iter().filter(|property| property.sort).map(|property| property.name);
        let sorted: Vec<_> = sorted.collect();
        if !sorted.is_empty() {
            for name in ["orderBy", "orderByDescending"] {
                all.push(query(
                    name,
                    "The property that comes first in the order.",
                    json!({"type": "string", "enum": sorted}),
                ));
            }
        }
        all.push(query("page", "The page, from 1.", json!({"type": "integer", "minimum": 1, "maximum": u32::MAX})));
        let size = json!({"type": "integer", "minimum": 1, "maximum": u32::MAX});
        let most = format!("Members on a page, {MAX_PAGE_SIZE} at the most.");
        all.push(query("pageSize", &most, size));
        all
    }

    /// What goes into an operation.
    fn body(&self, operation: &OperationDef) -> Option<Json> {
        let purpose = match operation.method {
            Method::Put => SchemaPurpose::Replace,
            Method::Patch => SchemaPurpose::Change,
            _ => SchemaPurpose::Create,
        };
        let suffix = purpose.name(self.class).replace(self.class.name, "");
        let schema = match operation.expects {
            Payload::Nothing => return None,
            Payload::Itself => reference(&purpose.name(self.class)),
            Payload::Class(name) => reference(&format!("{name}{suffix}")),
            Payload::Collection | Payload::Members(_) => {
                let name = match operation.expects {
                    Payload::Members(name) => name,
                    _ => self.class.name,
                };
                let member = json!({"type": "array", "items": reference(&format!("{name}{suffix}"))});
                json!({"type": "object", "properties": {"member": member}, "required": ["member"]})
            }
            Payload::Media(types) => {
                let content = types.iter().map(|one| ((*one).to_owned(), json!({}))).collect::<Map<_, _>>();
                return Some(json!({"required": true, "content": content}));
            }
        };
        let mut types = JSON.to_vec();
        if operation.method == Method::Patch {
            types.push(MERGE_PATCH);
        }
        Some(json!({"required": true, "content": content(&types, &schema)}))
    }

    fn responses(&self, operation: &OperationDef) -> Map<String, Json> {
        let mut responses = Map::new();
        for (status, text) in operation.statuses.iter().chain(operation.further) {
            let description = OperationDef::text(text, self.class);
            let mut response = json!({"description": description});
            if *status >= 400 {
                response["content"] = json!({"application/problem+json": {"schema": reference(PROBLEM)}});
            } else if *status != 205 && *status != 204 {
                if let Some(schema) = self.returned(operation.returns) {
                    response["content"] = content(&JSON, &schema).into();
                }
                let mut headers = json!({"ETag": header("The entity tag.")});
                if *status == 201 {
                    headers["Location"] = header("Where it is.");
                }
                response["headers"] = headers;
            }
            responses.entry(status.to_string()).or_insert(response);
        }
        for status in ["401", "403"].iter().filter(|_| !self.class.public || self.list.is_some()) {
            responses.entry(*status).or_insert_with(|| json!({"$ref": "#/components/responses/Problem"}));
        }
        if operation.method == Method::Get {
            responses.entry("406").or_insert_with(|| json!({"$ref": "#/components/responses/Problem"}));
        }
        responses.insert("default".into(), json!({"$ref": "#/components/responses/Problem"}));
        responses
    }

    /// What comes out of an operation.
    fn returned(&self, payload: Payload) -> Option<Json> {
        Some(match payload {
            Payload::Nothing => return None,
            Payload::Itself => reference(self.class.name),
            Payload::Class(name) => reference(name),
            Payload::Collection => reference(&list_of(self.class.name)),
            Payload::Members(name) => reference(&list_of(name)),
            Payload::Media(_) => json!({}),
        })
    }
}

/// What is asked of whoever invokes an operation.
fn asked(operation: &OperationDef) -> String {
    let mut said = match operation.needs {
        [] => "Being signed in is enough, where that is asked for.".to_owned(),
        needs => format!("Asks for the entitlements {}.", needs.join(", ")),
    };
    if operation.own {
        said.push_str(" For those alone who belong to the customer.");
    }
    if operation.parental {
        said.push_str(" For those who see what the customer lies below.");
    }
    if operation.bestows {
        said.push_str(" It gives away all that the customer may do.");
    }
    said
}

fn header(description: &str) -> Json {
    json!({"description": description, "schema": {"type": "string"}})
}

fn reference(name: &str) -> Json {
    json!({"$ref": format!("{SCHEMAS}{name}")})
}

fn content(types: &[&str], schema: &Json) -> Map<String, Json> {
    types.iter().map(|one| ((*one).to_owned(), json!({"schema": schema}))).collect()
}

/// The name of the schema of lists of a class.
fn list_of(name: &str) -> String {
    format!("{name}Collection")
}

/// A list of resources of a class.
fn collection(class: &ClassDef) -> Json {
    let uri = json!({"type": "string", "format": "uri"});
    json!({
        "type": "object",
        "description": "A page of a collection.",
        "required": ["@id", "@type", "member", "view"],
        "properties": {
            "@id": uri,
            "@type": {"type": ["string", "array"], "items": {"type": "string"}},
            "totalItems": {"type": "integer", "minimum": 0, "description": "How many there are on all pages, where that was counted."},
            "member": {"type": "array", "items": reference(class.name)},
            "view": {
                "type": "object",
                "properties": {"@id": uri, "first": uri, "next": uri, "previous": uri, "last": uri},
            },
        },
    })
}

/// What a problem is (RFC 9457).
fn problem() -> Json {
    let text = json!({"type": "string"});
    json!({
        "type": "object",
        "description": "What is wrong (RFC 9457).",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "instance": {"type": "string", "format": "uri-reference"},
            "violations": {"type": "array", "items": {
                "type": "object",
                "required": ["propertyPath", "message"],
                "properties": {"propertyPath": text, "message": text},
            }},
        },
    })
}
