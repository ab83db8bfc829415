//! The published tables, cell by cell, against the served documentation.

use serde_json::Value;

use crate::support::{Database, Portico};

/// Property, range, read-only, write-only.
type PropertyRow = (&'static str, &'static str, bool, bool);
/// Method, label, expects, returns, statuses.
type OperationRow = (&'static str, &'static str, &'static str, &'static str, &'static [(u16, &'static str)]);

const LINK: &str = "hydra:Collection";

/// The table of the Customer. The range of `roles` and `spaces` is right; their operations were swapped by a slip.
const CUSTOMER: &[PropertyRow] = &[
    ("name", "xsd:string", false, false),
    ("displayName", "xsd:string", false, false),
    ("portalUsers", LINK, true, false),
    ("namedQueries", LINK, true, false),
    ("originStrategies", LINK, true, false),
    ("authServices", LINK, true, false),
    ("roles", LINK, true, false),
    ("queue", "vocab:Queue", true, false),
    ("spaces", LINK, true, false),
];

const PORTAL_USER: &[PropertyRow] = &[
    ("email", "xsd:string", false, false),
    ("created", "xsd:dateTime", false, false),
    ("roles", LINK, true, false),
    ("enabled", "xsd:boolean", false, false),
];

const CUSTOMER_OPERATIONS: &[OperationRow] =
    &[("GET", "Retrieve a Customer", "", "vocab:Customer", &[(200, "OK"), (404, "Not found")])];

const PORTAL_USER_OPERATIONS: &[OperationRow] = &[
    ("GET", "Retrieve a Portal User", "", "vocab:PortalUser", &[(200, "OK"), (404, "Not found")]),
    (
        "PUT",
        "create or replace a Portal User",
        "vocab:PortalUser",
        "vocab:PortalUser",
        &[(200, "OK"), (201, "Created Portal User"), (404, "Not found")],
    ),
    (
        "PATCH",
        "Update the supplied fields of the Portal User",
        "vocab:PortalUser",
        "vocab:PortalUser",
        &[(205, "Accepted Portal User, reset view"), (400, "Bad request"), (404, "Not found")],
    ),
    (
        "DELETE",
        "Delete the Portal User",
        "",
        "owl:Nothing",
        &[(205, "Accepted Portal User, reset view"), (404, "Not found")],
    ),
];

const PORTAL_USERS: &[OperationRow] = &[
    ("GET", "Retrieves all Portal User", "", LINK, &[(200, "OK")]),
    (
        "POST",
        "Creates a new Portal User",
        "vocab:PortalUser",
        "vocab:PortalUser",
        &[(201, "Portal User created."), (400, "Bad Request")],
    ),
];

const USER_ROLES: &[OperationRow] = &[
    ("GET", "Retrieves all Portal Role", "", LINK, &[(200, "OK")]),
    (
        "POST",
        "Creates a new Portal Role",
        "vocab:PortalRole",
        "vocab:PortalRole",
        &[(201, "Portal Role created."), (400, "Bad Request")],
    ),
];

const QUEUE: &[OperationRow] = &[
    ("GET", "Returns the queue resource", "", "vocab:Queue", &[]),
    (
        "POST",
        "Submit an array of Image and get a batch back",
        LINK,
        "vocab:Batch",
        &[(201, "Job has been accepted - Batch created and returned")],
    ),
];

/// Collections that can only be read: the class, the link, the label.
const READ_ONLY: &[(&str, &str, &str)] = &[
    ("Queue", "batches", "Retrieves all batches for customer"),
    ("Queue", "images", "Retrieves all images across batches for customer"),
    ("Queue", "recent", "Retrieves the recent (non superseded) batches for customer."),
    ("Queue", "active", "Retrieves the customer's currently running batches."),
    ("Batch", "images", "Retrieves all images in batch regardless of state"),
    ("Batch", "completedImages", "Retrieves all COMPLETED images in batch"),
    ("Batch", "errorImages", "Retrieves all ERROR images in batch"),
];

const QUEUE_PROPERTIES: &[PropertyRow] = &[
    ("size", "xsd:nonNegativeInteger", true, false),
    ("batches", LINK, true, false),
    ("images", LINK, true, false),
    ("recent", LINK, true, false),
    ("active", LINK, true, false),
];

const BATCH: &[PropertyRow] = &[
    ("submitted", "xsd:dateTime", true, false),
    ("count", "xsd:nonNegativeInteger", true, false),
    ("completed", "xsd:nonNegativeInteger", true, false),
    ("finished", "xsd:dateTime", true, false),
    ("errors", "xsd:nonNegativeInteger", true, false),
    ("superseded", "xsd:boolean", true, false),
    ("estCompletion", "xsd:dateTime", true, false),
    ("images", LINK, true, false),
    ("completedImages", LINK, true, false),
    ("errorImages", LINK, true, false),
];

/// What an image says of itself, without the addresses that follow from where it is and the state of its ingest, which are
/// ours alone to write.
const IMAGE: &[PropertyRow] = &[
    ("id", "xsd:string", false, false),
    ("space", "xsd:integer", false, false),
    ("thumbnail400", "xsd:string", true, false),
    ("created", "xsd:dateTime", true, false),
    ("origin", "xsd:string", false, false),
    ("initialOrigin", "xsd:string", false, false),
    ("maxUnauthorised", "xsd:integer", false, false),
    ("queued", "xsd:dateTime", true, false),
    ("dequeued", "xsd:dateTime", true, false),
    ("finished", "xsd:dateTime", true, false),
    ("ingesting", "xsd:boolean", true, false),
    ("tags", "xsd:string", false, false),
    ("string1", "xsd:string", false, false),
    ("string2", "xsd:string", false, false),
    ("string3", "xsd:string", false, false),
    ("number1", "xsd:nonNegativeInteger", false, false),
    ("number2", "xsd:nonNegativeInteger", false, false),
    ("number3", "xsd:nonNegativeInteger", false, false),
    ("roles", "vocab:Role", false, false),
    ("batch", "vocab:Batch", true, false),
    ("imageOptimisationPolicy", "vocab:ImageOptimisationPolicy", true, false),
    ("thumbnailPolicy", "vocab:ThumbnailPolicy", true, false),
];

/// The links whose operations are the generated rows: the link, the label of the class, its name.
const GENERATED: &[(&str, &str, &str)] = &[
    ("namedQueries", "Named Query", "vocab:NamedQuery"),
    ("originStrategies", "Origin Strategy", "vocab:OriginStrategy"),
    ("authServices", "Auth Service", "vocab:AuthService"),
    ("roles", "Role", "vocab:Role"),
    ("spaces", "Space", "vocab:Space"),
];

/// The classes that have the four generated rows: the class, its label, its name.
const FOUR_ROWS: &[(&str, &str, &str)] = &[
    ("NamedQuery", "Named Query", "vocab:NamedQuery"),
    ("CustomerOriginStrategy", "Origin Strategy", "vocab:CustomerOriginStrategy"),
    ("AuthService", "Auth Service", "vocab:AuthService"),
    ("RoleProvider", "Role Provider", "vocab:RoleProvider"),
    ("Role", "Role", "vocab:Role"),
    ("Space", "Space", "vocab:Space"),
    ("Image", "Image", "vocab:Image"),
];

#[tokio::test]
async fn the_documentation_says_what_the_published_tables_say() {
    let portico = Portico::start(Database::Sqlite).await.expect("it starts");
    let documentation = portico.anonymous().get(&format!("{}/vocab", portico.url)).await.expect(200).json();
    let class = |name: &str| find(&documentation["supportedClass"], "title", name);

    properties(&documentation, class("Customer"), CUSTOMER);
    properties(&documentation, class("PortalUser"), PORTAL_USER);
    operations(&documentation, &class("Customer")["supportedOperation"], CUSTOMER_OPERATIONS, false);
    operations(&documentation, &class("PortalUser")["supportedOperation"], PORTAL_USER_OPERATIONS, true);
    let at = |name: &str, property: &str| link_operations(class(name), property);
    operations(&documentation, at("Customer", "portalUsers"), PORTAL_USERS, true);
    operations(&documentation, at("PortalUser", "roles"), USER_ROLES, true);
    operations(&documentation, at("Customer", "queue"), QUEUE, true);
    operations(&documentation, &class("Queue")["supportedOperation"], QUEUE, true);
    properties(&documentation, class("Queue"), QUEUE_PROPERTIES);
    properties(&documentation, class("Batch"), BATCH);
    properties(&documentation, class("Image"), IMAGE);
    for (name, property, label) in READ_ONLY {
        operations(&documentation, at(name, property), &[("GET", label, "", LINK, &[(200, "OK")])], true);
    }
    for (property, label, name) in GENERATED {
        let texts = Texts::of(label);
        let created = [(201, texts.created), (400, "Bad Request")];
        let rows: [OperationRow; 2] = [
            ("GET", texts.list, "", LINK, &[(200, "OK")]),
            ("POST", texts.create, name, name, Box::leak(Box::new(created))),
        ];
        operations(&documentation, at("Customer", property), &rows, true);
    }
    for (title, label, name) in FOUR_ROWS {
        let texts = Texts::of(label);
        let put: &[(u16, &str)] = Box::leak(Box::new([(200, "OK"), (201, texts.upserted), (404, "Not found")]));
        let patch: &[(u16, &str)] =
            Box::leak(Box::new([(205, texts.accepted), (400, "Bad request"), (404, "Not found")]));
        let delete: &[(u16, &str)] = Box::leak(Box::new([(205, texts.accepted), (404, "Not found")]));
        let rows: [OperationRow; 4] = [
            ("GET", texts.retrieve, "", name, &[(200, "OK"), (404, "Not found")]),
            ("PUT", texts.upsert, name, name, put),
            ("PATCH", texts.update, name, name, patch),
            ("DELETE", texts.delete, "", "owl:Nothing", delete),
        ];
        operations(&documentation, &class(title)["supportedOperation"], &rows, true);
    }
}

/// The generated texts of a class, which live as long as the test.
struct Texts {
    list: &'static str,
    create: &'static str,
    created: &'static str,
    retrieve: &'static str,
    upsert: &'static str,
    upserted: &'static str,
    update: &'static str,
    accepted: &'static str,
    delete: &'static str,
}

impl Texts {
    fn of(label: &str) -> Self {
        let text = |text: &str| &*Box::leak(text.replace("{}", label).into_boxed_str());
        Self {
            list: text("Retrieves all {}"),
            create: text("Creates a new {}"),
            created: text("{} created."),
            retrieve: text("Retrieve a {}"),
            upsert: text("create or replace a {}"),
            upserted: text("Created {}"),
            update: text("Update the supplied fields of the {}"),
            accepted: text("Accepted {}, reset view"),
            delete: text("Delete the {}"),
        }
    }
}

fn find<'a>(list: &'a Value, key: &str, value: &str) -> &'a Value {
    let list = list.as_array().expect("it is a list");
    list.iter().find(|node| node[key] == value).unwrap_or_else(|| panic!("no {value}"))
}

fn link_operations<'a>(class: &'a Value, property: &str) -> &'a Value {
    &find(&class["supportedProperty"], "title", property)["property"]["supportedOperation"]
}

/// A class as the tables write it: one of our own collections is a `hydra:Collection`.
fn published(documentation: &Value, iri: &str) -> String {
    let class = documentation["supportedClass"].as_array().expect("classes").iter().find(|class| class["@id"] == iri);
    match class.and_then(|class| class["subClassOf"].as_str()) {
        Some(LINK) => LINK.to_owned(),
        _ => iri.to_owned(),
    }
}

fn properties(documentation: &Value, class: &Value, rows: &[PropertyRow]) {
    let documented: Vec<_> = class["supportedProperty"].as_array().expect("properties").iter().collect();
    let order: Vec<_> = rows.iter().map(|row| row.0).collect();
    let known: Vec<_> =
        documented.iter().filter_map(|p| p["title"].as_str()).filter(|name| order.contains(name)).collect();
    assert_eq!(known, order, "in the published order");
    for (name, range, read_only, write_only) in rows {
        let property = find(&class["supportedProperty"], "title", name);
        let definition = &property["property"];
        assert_eq!(definition["domain"], class["@id"], "domain of {name}");
        let documented = definition["range"].as_str().or(definition["range"]["@id"].as_str()).expect("one range");
        assert_eq!(published(documentation, documented), *range, "range of {name}");
        assert_eq!(property["readonly"], *read_only, "readonly of {name}");
        assert_eq!(property["writeonly"], *write_only, "writeonly of {name}");
        let is_link = definition["@type"] == "Link";
        assert_eq!(is_link, !range.starts_with("xsd:"), "{name} is a link or not");
    }
}

/// With `all`, these rows and no more; otherwise these among others.
fn operations(documentation: &Value, documented: &Value, rows: &[OperationRow], all: bool) {
    let documented = documented.as_array().expect("operations");
    if all {
        assert_eq!(documented.len(), rows.len(), "{documented:#?}");
    }
    for (method, label, expects, returns, statuses) in rows {
        let operation = documented.iter().find(|operation| operation["method"] == *method);
        let operation = operation.unwrap_or_else(|| panic!("no {method} in {documented:#?}"));
        assert_eq!(operation["title"], *label);
        assert_eq!(operation["label"], *label);
        let expected = if expects.is_empty() { "owl:Nothing" } else { expects };
        let payload = |name: &str| published(documentation, operation[name].as_str().expect("one class"));
        assert_eq!(payload("expects"), expected, "{label}");
        assert_eq!(payload("returns"), *returns, "{label}");
        let listed = operation["possibleStatus"].as_array().expect("statuses");
        for (index, (code, text)) in statuses.iter().enumerate() {
            // The published ones come first, in their order; ours follow.
            assert_eq!(listed[index]["statusCode"], *code, "{label}");
            assert_eq!(listed[index]["title"], *text, "{label}");
        }
    }
}
