//! Properties and what is known of them.

use serde_json::{Value, json};

use super::{Argus, EVERYTHING, fields, root, user};
use crate::support::{Answer, Portico, each_database};

async fn describe(root: &Argus, key: &str, kind: &str, more: Value) -> Answer {
    let mut body = json!({
        "key": key, "type": kind, "section": "general", "localizedDescriptions": {"english": format!("The {key}")},
    });
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    root.with("POST", "/propertydescriptor", &body).await
}

fn values(answer: &Answer) -> Vec<(String, Value)> {
    assert_eq!(answer.status, 200, "{answer}");
    let json = answer.json();
    let data = json["data"].as_array().expect("a list");
    data.iter().map(|one| (one["key"].as_str().expect("a key").to_owned(), one["value"].clone())).collect()
}

fn pairs(pairs: &[(&str, Value)]) -> Vec<(String, Value)> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
}

each_database!(properties_have_values_of_their_own_or_the_default, async |portico: Portico| {
    let root = root(&portico).await;
    root.make("museum", "1", "leaf").await;
    let made = describe(&root, "count", "integerType", json!({"defaultValue": "7"})).await.expect(201).json();
    let made = &made["data"][0];
    assert_eq!((&made["defaultValue"], &made["readFunction"]), (&json!(7), &json!("viewCustomers")));
    assert_eq!((&made["schema"], &made["hidden"]), (&Value::Null, &json!(false)));
    assert_eq!(made["createdByUser"]["shortName"], "root");
    describe(&root, "ratio", "numberType", json!({"sectionIndex": -1})).await.expect(201);
    describe(&root, "open", "booleanType", json!({"section": "a first section"})).await.expect(201);
    describe(&root, "motto", "stringType", json!({"defaultValue": "Fiat lux"})).await.expect(201);
    let schema = json!({"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": false});
    describe(&root, "layout", "jsonType", json!({"schema": schema})).await.expect(201);
    let get = async |query: &str| root.get(&format!("/customer/museum/properties{query}")).await;
    assert_eq!(values(&get("").await), pairs(&[("count", json!(7)), ("motto", json!("Fiat lux"))]));
    let all = get("?includeUnset=True").await;
    let keys: Vec<_> = values(&all).into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["open", "ratio", "count", "layout", "motto"], "by section, place in it, key");
    assert_eq!(all.json()["data"][0]["value"], Value::Null);

    // Texts become values of the type; the answer has what was set, and nothing else.
    let body = json!({"properties": {"count": "42", "open": "TRUE", "ratio": "0.5", "layout": "{\"a\": 1}"}});
    let set = root.with("PUT", "/customer/museum/properties", &body).await;
    let expected = [("open", json!(true)), ("ratio", json!(0.5)), ("count", json!(42)), ("layout", json!({"a": 1}))];
    assert_eq!(values(&set), pairs(&expected));
    let count = &set.json()["data"][2];
    assert_eq!(
        (&count["default"], &count["defaultValue"], &count["type"]),
        (&json!(false), &json!(7), &json!("integerType"))
    );
    assert_eq!(count["lastUpdatedByUser"]["shortName"], "root");
    assert_eq!(values(&get("?key=count&name=motto&name=unknown").await).len(), 2, "name and key are one list");
    assert_eq!(values(&get("?section=a%20first%20section").await), pairs(&[("open", json!(true))]));
    let page = get("?limit=2&offset=1").await.expect(200).json();
    assert_eq!(
        (&page["limit"], &page["offset"], &page["count"], &page["size"]),
        (&json!(2), &json!(1), &json!(5), &json!(2))
    );
    let basic = root.request("GET", "/customers/v2/customer/museum/properties?key=count");
    assert_eq!(values(&root.send(basic).await), pairs(&[("count", json!(42))]));

    // All or nothing.
    for (properties, field) in [
        (json!({"count": "many", "motto": "x"}), "properties.count"),
        (json!({"nothing": 1, "motto": "x"}), "properties.nothing"),
        (json!({"motto": null}), "properties.motto"),
        (json!({"motto": 5}), "properties.motto"),
        (json!({"open": 1}), "properties.open"),
        (json!({"layout": {"b": 1}}), "properties.layout"),
        (json!({"layout": "null"}), "properties.layout"),
    ] {
        let refused = root.with("PUT", "/customer/museum/properties", &json!({"properties": properties})).await;
        assert_eq!(fields(&refused), [field]);
    }
    assert_eq!(fields(&root.with("PUT", "/customer/museum/properties", &json!({})).await), ["properties"]);
    assert_eq!(values(&get("?key=motto").await), pairs(&[("motto", json!("Fiat lux"))]));

    // To delete is to have the default again.
    assert_eq!(fields(&root.call("DELETE", "/customer/museum/properties").await), ["key"]);
    assert_eq!(fields(&root.call("DELETE", "/customer/museum/properties?key=count&key=nothing").await), ["key"]);
    let left = root.call("DELETE", "/customer/museum/properties?key=count&key=motto&name=open").await;
    let expected =
        [("ratio", json!(0.5)), ("count", json!(7)), ("layout", json!({"a": 1})), ("motto", json!("Fiat lux"))];
    assert_eq!(values(&left), pairs(&expected));
    root.call("DELETE", "/propertydescriptor/count").await.expect(200);
    assert_eq!(values(&get("?key=count&includeUnset=true").await), []);
});

each_database!(a_property_is_for_those_who_have_its_functions, async |portico: Portico| {
    let root = root(&portico).await;
    root.make("museum", "1", "leaf").await;
    describe(&root, "open", "stringType", json!({"defaultValue": "x"})).await.expect(201);
    let secret = json!({"defaultValue": "x", "readFunction": "SECRET_READER", "writeFunction": "moveCustomer"});
    describe(&root, "secret", "stringType", secret).await.expect(201);
    let reader = user(&portico, Some("museum"), "reader", &EVERYTHING[..2]).await;
    let mover = user(&portico, Some("museum"), "mover", &[EVERYTHING, &["SECRET_READER"]].concat()).await;
    let get = async |actor: &Argus| values(&actor.get("/customer/museum/properties").await);
    assert_eq!(get(&reader).await.len(), 1);
    assert_eq!(get(&root).await.len(), 1, "an entitlement that they do not have");
    let set = |key: &str| json!({"properties": {key: "y"}});
    assert_eq!(fields(&reader.with("PUT", "/customer/museum/properties", &set("secret")).await), ["properties.secret"]);
    reader.with("PUT", "/customer/museum/properties", &set("open")).await.expect(403);
    reader.call("DELETE", "/customer/museum/properties?key=open").await.expect(403);
    root.with("PUT", "/customer/museum/properties", &set("secret")).await.expect(200);
    let wanted = json!({"properties": [{"key": "secret", "value": ["y"]}]});
    assert_eq!(fields(&reader.with("POST", "/customer/search", &wanted).await), ["properties[0].key"]);
    let insert = "INSERT INTO entitlement (name, description) VALUES ('SECRET_READER', 'Read what is secret')";
    crate::support::sql::execute(&portico.database(), insert).await;
    assert_eq!(get(&mover).await.len(), 2);
    assert_eq!(mover.with("POST", "/customer/search", &wanted).await.expect(200).json()["count"], 1);
});

each_database!(descriptors_are_made_changed_searched_and_removed, async |portico: Portico| {
    let root = root(&portico).await;
    root.make("museum", "1", "leaf").await;
    let right = json!({
        "key": "colour", "type": "enumType", "section": "look", "sectionIndex": 3, "hidden": true,
        "localizedDescriptions": {"english": "The colour", "norwegian": "Fargen"}, "localizedNames": {"english": "Colour"},
    });
    let with = |name: &str, value: Value| {
        let mut body = right.clone();
        body[name] = value;
        body
    };
    let missing = root.with("POST", "/propertydescriptor", &json!({})).await;
    assert_eq!(fields(&missing), ["key", "section", "type", "localizedDescriptions"]);
    let id = "11111111-2222-4333-8444-555555555555";
    for (name, value, field) in [
        ("key", json!("with space"), "key"),
        ("key", json!("search"), "key"),
        ("key", json!(id), "key"),
        ("type", json!("colourType"), "type"),
        ("section", json!("\u{7}"), "section"),
        ("sectionIndex", json!("first"), "sectionIndex"),
        ("localizedDescriptions", json!({"norwegian": "Fargen"}), "localizedDescriptions.english"),
        ("localizedDescriptions", json!({"english": "x", "klingon": "x"}), "localizedDescriptions.klingon"),
        ("readFunction", json!("no such function"), "readFunction"),
        ("schema", json!({}), "schema"),
        ("uiSchema", json!([]), "uiSchema"),
        ("defaultValue", json!("red"), "defaultValue"),
        ("unheardOf", json!(1), "unheardOf"),
    ] {
        assert_eq!(
            fields(&root.with("POST", "/propertydescriptor", &with(name, value.clone())).await),
            [field],
            "{value}"
        );
    }
    let mut far = with("type", json!("jsonType"));
    far["schema"] = json!({"$ref": "http://127.0.0.1:9/schema.json"});
    assert_eq!(fields(&root.with("POST", "/propertydescriptor", &far).await), ["schema"]);
    let made = root.with("POST", "/propertydescriptor", &right).await.expect(201).json()["data"][0].clone();
    assert_eq!(made["localizedDescriptions"]["norwegian"], "Fargen");
    assert_eq!(fields(&root.with("POST", "/propertydescriptor", &right).await), ["key"], "412, as the client expects");
    root.with("POST", "/propertydescriptor", &with("overwriteIfExists", json!(true))).await.expect(201);

    // The values to choose from.
    let entry = |value: &str| {
        json!({
            "value": value, "localizedValues": {"english": value.to_uppercase()}, "localizedDescriptions": {"english": "x"},
        })
    };
    for value in ["red", "blue", "green"] {
        let made = root.with("POST", "/propertydescriptor/colour/values", &entry(value)).await.expect(201).json();
        assert_eq!(
            (&made["data"][0]["value"], &made["data"][0]["localizedValue"]),
            (&json!(value), &json!(value.to_uppercase()))
        );
    }
    assert_eq!(fields(&root.with("POST", "/propertydescriptor/colour/values", &entry("red")).await), ["value"]);
    let listed = root.get("/propertydescriptor/colour/values?sortBy=-value&keywords=R").await.expect(200).json();
    assert_eq!((&listed["count"], &listed["data"][0]["value"]), (&json!(2), &json!("red")));
    let any = json!({"keywords": ["BLU", "gre"], "keywordMatchStrategy": "any", "keywordFieldStrategy": ["value"]});
    let found = root.with("POST", "/propertydescriptor/colour/values/search", &any).await.expect(200).json();
    assert_eq!(found["count"], 2);
    let changed = json!({"localizedValues": {"english": "Crimson"}});
    let changed = root.with("PUT", "/propertydescriptor/colour/values/red", &changed).await.expect(200).json();
    assert_eq!(
        (&changed["data"][0]["value"], &changed["data"][0]["localizedValue"]),
        (&json!("red"), &json!("Crimson"))
    );
    let schema = root.get("/propertydescriptor/colour/jsonschema").await.expect(200).json();
    assert_eq!(schema["data"][0]["enum"], json!(["red", "blue", "green"]));
    root.with("PUT", "/propertydescriptor/colour", &json!({"defaultValue": "red", "deprecated": true}))
        .await
        .expect(200);
    let set = async |value: &str| {
        root.with("PUT", "/customer/museum/properties", &json!({"properties": {"colour": value}})).await
    };
    set("blue").await.expect(200);
    assert_eq!(fields(&set("pink").await), ["properties.colour"]);
    for (value, why) in [("red", "the default"), ("blue", "a customer's")] {
        assert_eq!(
            fields(&root.call("DELETE", &format!("/propertydescriptor/colour/values/{value}")).await),
            ["value"],
            "{why}"
        );
    }
    root.call("DELETE", "/propertydescriptor/colour/values/green").await.expect(200);
    root.call("DELETE", "/propertydescriptor/colour/values/green").await.expect(404);
    assert_eq!(fields(&root.with("PUT", "/propertydescriptor/colour", &json!({"type": "stringType"})).await), ["type"]);

    // Found again.
    describe(&root, "plain", "stringType", json!({"defaultValue": "Grey"})).await.expect(201);
    let uuid = made["id"].as_str().expect("an identity");
    assert_eq!(root.get(&format!("/propertydescriptor/{uuid}")).await.expect(200).json()["data"][0]["key"], "colour");
    assert_eq!(root.get("/propertydescriptor?keywords=GREY").await.expect(200).json()["data"][0]["key"], "plain");
    assert_eq!(root.get("/propertydescriptor?section=look&sortBy=-key").await.expect(200).json()["count"], 1);
    for (body, count) in [
        (json!({}), 2),
        (json!({"includeFlags": ["hidden", "deprecated"]}), 1),
        (json!({"excludeFlags": ["hidden"]}), 1),
        (json!({"type": ["enumType"], "subCriteria": [{"section": ["general"]}]}), 2),
        (json!({"subCriteria": [{"section": ["general"], "exclude": true}]}), 1),
        (json!({"section": ["general"], "subCriteria": [{"keywords": ["nothing"], "required": true}]}), 0),
    ] {
        let found = root.with("POST", "/propertydescriptor/search", &body).await.expect(200).json();
        assert_eq!(found["count"], count, "{body}");
    }
    let museum = user(&portico, Some("museum"), "reader", &EVERYTHING[..2]).await;
    museum.get("/propertydescriptor").await.expect(200);
    museum.with("POST", "/propertydescriptor", &with("key", json!("another"))).await.expect(403);
    root.call("DELETE", "/propertydescriptor/colour").await.expect(200);
    root.get("/propertydescriptor/colour").await.expect(404);
});
