//! Properties of customers and what describes them, by links.

use serde_json::{Value, json};

use crate::support::people::person;
use crate::support::{Answer, Client, Portico, each_database, link};

const JSON: &str = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>";

/// Who may look at customers, and change them.
const EDITOR: &[&str] = &["ADMIN_GET_CUSTOMER", "ADMIN_LIST_CUSTOMERS", "ADMIN_UPDATE_CUSTOMER"];

async fn describe(admin: &Client, key: &str, more: Value) -> Answer {
    let mut body = json!({"key": key, "valueType": "stringType", "section": "s", "descriptions": {"english": key}});
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    admin.post(link(&admin.walk(&[]).await.json(), "propertyDescriptors"), &body).await
}

async fn museum(admin: &Client) -> Value {
    let body = json!({"name": "museum", "displayName": "Museum", "kind": "group"});
    admin.post(link(&admin.walk(&[]).await.json(), "customers"), &body).await.expect(201).json()
}

fn methods(document: &Value) -> Vec<&str> {
    document["operation"].as_array().expect("operations").iter().map(|one| link(one, "method")).collect()
}

fn keys(answer: &Answer) -> Vec<String> {
    answer.json()["member"].as_array().expect("members").iter().map(|one| link(one, "key").to_owned()).collect()
}

each_database!(a_property_has_a_value_of_its_own_or_the_default, async |portico: Portico| {
    let admin = portico.admin();
    let museum = museum(&admin).await;
    describe(&admin, "colour", json!({"default": "red", "sectionIndex": 2})).await.expect(201);
    describe(&admin, "size", json!({"valueType": "integerType", "sectionIndex": 1})).await.expect(201);
    describe(&admin, "other", json!({"section": "t"})).await.expect(201);
    let properties = link(&museum, "properties");
    assert_eq!(keys(&admin.get(properties).await), ["colour"]);
    assert_eq!(keys(&admin.get(&format!("{properties}?includeUnset=true")).await), ["size", "colour", "other"]);
    assert_eq!(keys(&admin.get(&format!("{properties}?includeUnset=true&section=t")).await), ["other"]);
    assert_eq!(keys(&admin.get(&format!("{properties}?includeUnset=1&key=size")).await), ["size"]);
    admin.get(&format!("{properties}?includeUnset=perhaps")).await.expect(400);
    let all = admin.get(properties).await.json();
    let colour = link(&all["member"][0], "@id");
    let document = admin.get(colour).await.expect(200).json();
    assert_eq!((&document["value"], &document["own"]), (&json!("red"), &json!(false)));
    assert_eq!(methods(&document), ["GET", "PUT"]);
    // Whoever read the default can set a value, and not overwrite what somebody else set meanwhile.
    let tag = admin.get(colour).await.header("etag").expect("a tag").to_owned();
    let set = |value: &str, tag: &str| {
        let request = admin.request("PUT", colour).header("if-match", tag).body(json!({"value": value}).to_string());
        admin.send(request)
    };
    let document = set("green", &tag).await.expect(200).json();
    assert_eq!((&document["value"], &document["own"]), (&json!("green"), &json!(true)));
    assert_eq!(methods(&document), ["GET", "PUT", "DELETE"]);
    set("blue", &tag).await.expect(412);
    admin.delete(colour).await.expect(204);
    assert_eq!(admin.get(colour).await.json()["value"], "red");
    let size = colour.replace("colour", "size");
    let said = admin.put(&size, &json!({"value": "many"})).await.expect(400).problem();
    assert_eq!(said["violations"][0], json!({"propertyPath": "value", "message": "value must be a whole number."}));
    admin.put(&size, &json!({"value": null})).await.expect(400);
    assert_eq!(admin.put(&size, &json!({"value": 7})).await.expect(200).json()["value"], 7);
    // The descriptor of a value that is there keeps its type, and takes the value along when it goes.
    let descriptor = admin.get(&size).await.json();
    let descriptor = link(&descriptor, "descriptor");
    let said = admin.patch(descriptor, &json!({"valueType": "stringType"})).await.expect(400).problem();
    assert_eq!(said["violations"][0]["propertyPath"], "valueType");
    admin.delete(descriptor).await.expect(205);
    admin.get(&size).await.expect(404);
});

each_database!(what_a_property_asks_for_is_asked_for, async |portico: Portico| {
    let admin = portico.admin();
    let museum = museum(&admin).await;
    describe(&admin, "open", json!({"default": "o"})).await.expect(201);
    describe(&admin, "shown", json!({"default": "s", "writeFunction": "PROPERTY_WRITE"})).await.expect(201);
    describe(&admin, "closed", json!({"default": "c", "readFunction": "PROPERTY_READ"})).await.expect(201);
    let properties = link(&museum, "properties");
    let (editor, _) = person(&portico, &admin, &museum, "editor", EDITOR).await;
    let (viewer, _) = person(&portico, &admin, &museum, "viewer", &EDITOR[..2]).await;
    let seen = editor.get(properties).await.expect(200);
    assert_eq!(keys(&seen), ["open", "shown"]);
    let at = |key: &str| format!("{properties}/{key}");
    assert_eq!(methods(&editor.get(&at("open")).await.json()), ["GET", "PUT"]);
    assert_eq!(methods(&editor.get(&at("shown")).await.json()), ["GET"]);
    assert_eq!(methods(&viewer.get(&at("open")).await.json()), ["GET"]);
    editor.put(&at("shown"), &json!({"value": "x"})).await.expect(403);
    viewer.put(&at("open"), &json!({"value": "x"})).await.expect(403);
    editor.get(&at("closed")).await.expect(404);
    editor.put(&at("closed"), &json!({"value": "x"})).await.expect(404);
    editor.put(&at("open"), &json!({"value": "x"})).await.expect(200);
    // Whoever may not define properties is not offered to.
    let descriptors = editor.walk(&["propertyDescriptors"]).await.expect(200).json();
    assert_eq!(methods(&descriptors), ["GET"]);
    assert_eq!(methods(&editor.get(link(&descriptors["member"][0], "@id")).await.json()), ["GET"]);
    // Customers' own keys do not administer, so they are shown none of it.
    let key = admin.post(link(&museum, "keys"), &json!({})).await.expect(201).json();
    let text = |name: &str| link(&key, name).to_owned();
    let own = portico.client(crate::support::Credentials::Basic(text("key"), text("secret")));
    let document = own.get(link(&museum, "@id")).await.expect(200).json();
    for link in ["properties", "logo", "data"] {
        assert!(document[link].is_null(), "{link} is shown to who may do nothing there");
    }
    own.get(properties).await.expect(403);
});

each_database!(a_json_value_is_the_same_in_every_syntax, async |portico: Portico| {
    let admin = portico.admin();
    let museum = museum(&admin).await;
    describe(&admin, "anything", json!({"valueType": "jsonType"})).await.expect(201);
    let url = format!("{}/anything", link(&museum, "properties"));
    let vocab = format!("{}/vocab#CustomerProperty/value", portico.url);
    let value = json!({"@id": "b", "@context": "http://elsewhere.example/", "list": [1, [2.5, null], {"@value": "x"}], "ä": "\u{1F98A}"});
    let text = value.to_string();
    let literal = text.replace('\\', "\\\\").replace('"', "\\\"");
    for (media_type, body) in [
        ("application/json", json!({"value": value}).to_string()),
        (
            "application/ld+json",
            json!({"@context": format!("{}/contexts/CustomerProperty.jsonld", portico.url), "value": value})
                .to_string(),
        ),
        ("text/turtle", format!("<> <{vocab}> \"{literal}\"^^{JSON} .")),
    ] {
        admin.delete(&url).await.expect(204);
        let request = admin.request("PUT", &url).header("content-type", media_type).body(body);
        let answer = admin.send(request).await.expect(200);
        assert_eq!(answer.json()["value"], value, "{media_type}");
    }
    // JSON-LD that says it itself. What is within is no context, and none is fetched.
    let inner = json!({"z": 1, "a": [true, {"b": "c"}]});
    let body = json!({"@id": url, &vocab: [{"@type": "@json", "@value": inner}]}).to_string();
    let request = admin.request("PUT", &url).header("content-type", "application/ld+json").body(body);
    assert_eq!(admin.send(request).await.expect(200).json()["value"], inner);
    let triples = admin.get_as(&url, "application/n-triples").await.expect(200).body;
    let triples = String::from_utf8(triples).expect("it is UTF-8");
    // RFC 8785: the keys in their order.
    let canonical = "{\\\"a\\\":[true,{\\\"b\\\":\\\"c\\\"}],\\\"z\\\":1}";
    assert!(triples.contains(&format!("<{vocab}> \"{canonical}\"^^{JSON} .")), "{triples}");
    // A text that is no JSON is refused where it says that it is.
    let body = format!("<> <{vocab}> \"{{\"^^{JSON} .");
    let request = admin.request("PUT", &url).header("content-type", "text/turtle").body(body);
    admin.send(request).await.expect(400);
});

each_database!(a_list_of_choices_is_replaced_as_a_whole, async |portico: Portico| {
    let admin = portico.admin();
    let museum = museum(&admin).await;
    let choices = json!([{"value": "red"}, {"value": "green", "names": {"english": "Green", "norwegian": "Grønn"}}]);
    let made = describe(&admin, "colour", json!({"valueType": "enumType", "choices": choices})).await.expect(201);
    let made = made.json();
    assert_eq!(
        made["choices"][0],
        json!({"value": "red", "names": {"english": "red"}, "descriptions": {"english": "red"}})
    );
    assert_eq!(made["choices"][1]["names"]["norwegian"], "Grønn");
    let url = link(&made, "@id");
    let property = format!("{}/colour", link(&museum, "properties"));
    let said = admin.put(&property, &json!({"value": "blue"})).await.expect(400).problem();
    assert_eq!(said["violations"][0]["message"], "value must be one of: red, green.");
    admin.put(&property, &json!({"value": "red"})).await.expect(200);
    let said = admin.patch(url, &json!({"choices": [{"value": "green"}]})).await.expect(409).problem();
    assert_eq!(said["violations"][0]["propertyPath"], "choices");
    let wrong = json!({"choices": [{"value": "red"}, {"value": "red"}, {"value": "a/b"}], "default": "pink"});
    let said = admin.patch(url, &wrong).await.expect(400).problem();
    let paths: Vec<_> = said["violations"]
        .as_array()
        .expect("violations")
        .iter()
        .map(|one| link(one, "propertyPath").to_owned())
        .collect();
    assert_eq!(paths, ["choices[1].value", "choices[2].value"]);
    admin.patch(url, &json!({"default": "pink"})).await.expect(400);
    admin.patch(url, &json!({"choices": [{"value": "blue"}, {"value": "red"}], "default": "blue"})).await.expect(205);
    admin.delete(&property).await.expect(204);
    assert_eq!(admin.get(&property).await.json()["value"], "blue");
    // PUT is the whole of it: what is not said is as if nobody had ever said it.
    let whole = json!({"valueType": "enumType", "section": "s", "descriptions": {"english": "c"}});
    let put = admin.put(url, &whole).await.expect(200).json();
    assert_eq!((&put["choices"], &put["default"]), (&json!([]), &Value::Null));
});
