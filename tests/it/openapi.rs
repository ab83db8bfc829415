//! The OpenAPI description says what the tables say, and what is answered is as it says.

use std::collections::BTreeSet;

use hydra::{Method, Payload};
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::conformance::{api, served};
use crate::support::fixtures::Scene;
use crate::support::{Portico, each_database, whatever_database};

/// The description, as anybody reads it.
async fn described(portico: &Portico) -> Value {
    let answer = portico.anonymous().get(&format!("{}/openapi.json", portico.url)).await.expect(200);
    assert!(answer.header("content-type").is_some_and(|given| given.contains("openapi")), "{answer}");
    answer.json()
}

/// A schema of it.
fn schema(description: &Value, name: &str) -> Validator {
    assert!(description["components"]["schemas"][name].is_object(), "there is no schema {name}");
    let whole = json!({"$ref": format!("#/components/schemas/{name}"), "components": description["components"]});
    jsonschema::draft202012::new(&whole).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn check(validator: &Validator, value: &Value, what: &str) {
    let wrong: Vec<_> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{what}: {wrong:#?}");
}

whatever_database!(the_description_has_every_operation_and_no_other, async |portico: Portico| {
    let description = described(&portico).await;
    let mut said = BTreeSet::new();
    for (path, item) in description["paths"].as_object().expect("it has paths") {
        for (method, operation) in
            item.as_object().expect("it has methods").iter().filter(|(name, _)| *name != "parameters")
        {
            let statuses: BTreeSet<_> =
                operation["responses"].as_object().expect("it is answered").keys().cloned().collect();
            said.insert((path.clone(), method.to_uppercase(), statuses));
        }
    }
    let api = api();
    let classes = served().map(|class| (class.path.to_owned(), class.operations));
    let lists = api.collections().iter().map(|site| (site.path(), site.operations));
    let mut expected = 0;
    for (path, operations) in classes.chain(lists) {
        for operation in operations {
            expected += 1;
            let found = said.iter().find(|(at, method, _)| *at == path && method == operation.method.name());
            let (_, _, statuses) =
                found.unwrap_or_else(|| panic!("{} {path} is not described", operation.method.name()));
            for (status, _) in operation.statuses.iter().chain(operation.further) {
                assert!(statuses.contains(&status.to_string()), "{} {path}: {status}", operation.method.name());
            }
        }
    }
    assert_eq!(said.len(), expected);
    // What is referred to is there, and what is there is referred to.
    let text = description.to_string();
    let referred: BTreeSet<_> =
        text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let there: BTreeSet<_> =
        description["components"]["schemas"].as_object().expect("it has schemas").keys().map(String::as_str).collect();
    assert_eq!(referred, there);
    let catalogue = portico.anonymous().get(&format!("{}/.well-known/api-catalog", portico.url)).await.expect(200);
    for link in catalogue.json()["linkset"][0]["service-desc"].as_array().expect("it is described") {
        portico.anonymous().get(link["href"].as_str().expect("it is an address")).await.expect(200);
    }
});

each_database!(what_is_answered_and_taken_is_as_described, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let description = described(&portico).await;
    let mut seen = 0;
    for class in served() {
        let item = scene.of(class.name).await.expect("the fixtures have it");
        if let Some(operation) = class.operation(Method::Get) {
            let answer = scene.whoever_may(operation).get(&item.url).await.expect(200);
            if answer.header("content-type").is_some_and(|given| given.starts_with("application/ld+json")) {
                check(&schema(&description, class.name), &answer.json(), class.name);
                seen += 1;
            }
        }
        for (method, suffix) in [(Method::Patch, "Change"), (Method::Put, "Replace")] {
            let is_own = class.operation(method).is_some_and(|operation| operation.expects == Payload::Itself);
            if is_own && item.media.is_none() && suffix == "Change" {
                check(&schema(&description, &format!("{}{suffix}", class.name)), &item.right, class.name);
                seen += 1;
            }
        }
    }
    for site in api().collections() {
        let collection = scene.collection(site.owner.name, site.property).await;
        let Some(operation) = site.operation(Method::Get) else { continue };
        let page = scene.whoever_may(operation).get(&collection.url).await.expect(200).json();
        check(&schema(&description, &format!("{}Collection", site.member.name)), &page, &collection.url);
        seen += 1;
    }
    let problem = scene.owner.get(&format!("{}/customers/2/spaces/999999", portico.url)).await.expect(404);
    check(&schema(&description, "Problem"), &problem.json(), "a problem");
    assert!(seen > 100, "{seen}");
});
