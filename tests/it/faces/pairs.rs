//! What two faces alone show, descriptors, properties and logos, they show alike: whatever is written through whichever of
//! them, in an order that is drawn.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::ImageFormat;
use proptest::prelude::{Rng, RngExt as _};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::argus::{Argus, root};
use crate::support::origin::picture;
use crate::support::{Answer, Client, Portico, each_database, link};

/// What a descriptor has, by links and in the other face.
const DESCRIPTOR: &[(&str, &str)] = &[
    ("key", "key"),
    ("valueType", "type"),
    ("section", "section"),
    ("sectionIndex", "sectionIndex"),
    ("names", "localizedNames"),
    ("descriptions", "localizedDescriptions"),
    ("default", "defaultValue"),
    ("valueSchema", "schema"),
    ("uiSchema", "uiSchema"),
    ("hidden", "hidden"),
    ("externallyManaged", "externallyManaged"),
    ("deprecated", "deprecated"),
    ("readFunction", "readFunction"),
    ("writeFunction", "writeFunction"),
    ("created", "createdTimestamp"),
    ("updated", "lastUpdatedTimestamp"),
];

/// Types, and values of each that are right; the last one is wrong.
const KINDS: &[(&str, &[&str])] = &[
    ("stringType", &["\"Fiat lux\"", "\"\\\"\\n😀\"", "7"]),
    ("integerType", &["7", "-9007199254740993", "1.5"]),
    ("numberType", &["0.1", "1e30", "\"many\""]),
    ("booleanType", &["true", "false", "\"perhaps\""]),
    ("jsonType", &["{\"b\": [1, null], \"a\": {\"@id\": \"x\"}}", "[]", "null"]),
    ("enumType", &["\"red\"", "\"green\"", "\"blue\""]),
];

struct Pair {
    hydra: Client,
    argus: Argus,
    museum: Value,
    descriptors: String,
}

/// Instants as the other face has them.
fn alike(seen: &Value) -> Value {
    let instant = seen.as_str().and_then(|text| chrono::DateTime::parse_from_rfc3339(text).ok());
    instant.map_or_else(|| seen.clone(), |instant| json!(instant.timestamp_millis()))
}

impl Pair {
    fn at(&self, link_name: &str, key: &str) -> String {
        format!("{}/{key}", link(&self.museum, link_name))
    }

    async fn listed(&self, path: &str) -> Vec<Value> {
        let answer = self.argus.get(path).await.expect(200).json();
        answer["data"].as_array().expect("data").clone()
    }

    async fn agree(&self) {
        let described = self.listed("/propertydescriptor?limit=0").await;
        let members = self.hydra.members(&self.descriptors).await;
        assert_eq!(members.len(), described.len());
        let valued = self.listed("/customer/museum/properties?includeUnset=true").await;
        for (hydra, argus) in members.iter().zip(&described) {
            for (name, other) in DESCRIPTOR {
                assert_eq!(alike(&hydra[name]), argus[other], "{name} of {hydra} and {argus}");
            }
            let key = link(hydra, "key");
            if hydra["valueType"] == "enumType" {
                let entries = self.listed(&format!("/propertydescriptor/{key}/values")).await;
                let entries = entries.iter().map(|one| {
                    json!({"value": one["value"], "names": one["localizedValues"], "descriptions": one["localizedDescriptions"]})
                });
                assert_eq!(hydra["choices"], entries.collect::<Value>(), "{key}");
            }
            let here = self.hydra.get(&self.at("properties", key)).await.expect(200).json();
            let there = valued.iter().find(|one| one["key"] == key).expect("it is listed");
            assert_eq!(here["value"], there["value"], "{key}");
            assert_eq!(here["own"], json!(there["default"] == false), "{key}: {there}");
        }
        let here = self.hydra.get_as(link(&self.museum, "logo"), "image/*").await;
        let there = self.argus.request("GET", "/customeradmin/v2/customer/museum/logo?includeDefault=false");
        let there = self.argus.raw(there).await;
        assert_eq!((here.status, here.status == 200), (there.status, here.body == there.body), "{here} and {there}");
    }

    /// Sets a property through one of the two; whether it was done.
    async fn set(&self, by_links: bool, key: &str, value: &Value) -> bool {
        let answer = match by_links {
            true => self.hydra.put(&self.at("properties", key), &json!({"value": value})).await,
            false => {
                let body = json!({"properties": {key: value}});
                self.argus.with("PUT", "/customer/museum/properties", &body).await
            }
        };
        done(&answer)
    }

    async fn write(&self, rng: &mut impl Rng) {
        let by_links = rng.random_bool(0.5);
        let (key, values) = KINDS[rng.random_range(0..KINDS.len())];
        let index = rng.random_range(0..values.len());
        let value: Value = serde_json::from_str(values[index]).expect("it is JSON");
        let is_right = index < 2;
        let descriptor = format!("/propertydescriptor/{key}");
        match rng.random_range(0..5) {
            0 | 1 => {
                assert_eq!(self.set(by_links, key, &value).await, is_right, "{key} {value} by links: {by_links}");
                if !is_right {
                    assert!(!self.set(!by_links, key, &value).await, "{key} {value} by links: {}", !by_links);
                }
            }
            2 if by_links => assert!(done(&self.hydra.delete(&self.at("properties", key)).await)),
            2 => assert!(done(&self.argus.call("DELETE", &format!("/customer/museum/properties?key={key}")).await)),
            3 => {
                let (hidden, names) = (rng.random_bool(0.5), json!({"english": key, "norwegian": value.to_string()}));
                let answer = match by_links {
                    true => {
                        let body =
                            json!({"hidden": hidden, "names": names, "default": values[0].parse::<Value>().ok()});
                        self.hydra.patch(&format!("{}/{key}", self.descriptors), &body).await
                    }
                    false => {
                        let body = json!({"hidden": hidden, "localizedNames": names, "sectionIndex": hidden as i64});
                        self.argus.with("PUT", &descriptor, &body).await
                    }
                };
                assert!(done(&answer), "{answer}");
            }
            _ => {
                let bytes = picture(rng.random_range(1..80), rng.random_range(1..80), ImageFormat::Png);
                let url = link(&self.museum, "logo");
                let answer = match (by_links, rng.random_bool(0.3)) {
                    (true, true) => self.hydra.delete(url).await,
                    (true, false) => {
                        let request = self.hydra.request("PUT", url).header("content-type", "image/png").body(bytes);
                        self.hydra.send(request).await
                    }
                    (false, _) => {
                        let body = json!({"image": STANDARD.encode(bytes), "mimeType": "image/png"});
                        self.argus.with("PUT", "/customer/museum/logo", &body).await
                    }
                };
                assert!(done(&answer), "{answer}");
            }
        }
    }
}

fn done(answer: &Answer) -> bool {
    (200..300).contains(&answer.status)
}

each_database!(two_faces_show_the_same_properties_and_logos, async |portico: Portico| {
    let (hydra, argus) = (portico.admin(), root(&portico).await);
    let number = argus.make("museum", "1", "leaf").await["id"].clone();
    let museum = hydra.get(&format!("{}/customers/{number}", portico.url)).await.expect(200).json();
    let descriptors = link(&hydra.walk(&[]).await.json(), "propertyDescriptors").to_owned();
    let pair = Pair { hydra, argus, museum, descriptors };
    for (index, (kind, _)) in KINDS.iter().enumerate() {
        let key = *kind;
        let answer = match index % 2 {
            0 => {
                let body = json!({"key": key, "valueType": kind, "section": "s", "descriptions": {"english": key}});
                pair.hydra.post(&pair.descriptors, &body).await
            }
            _ => {
                let body = json!({"key": key, "type": kind, "section": "s", "localizedDescriptions": {"english": key}});
                pair.argus.with("POST", "/propertydescriptor", &body).await
            }
        };
        answer.expect(201);
    }
    let one = |value: &str| json!({"value": value, "localizedValues": {"english": value}, "localizedDescriptions": {"english": value}});
    pair.argus.with("POST", "/propertydescriptor/enumType/values", &one("red")).await.expect(201);
    let both =
        json!({"choices": [{"value": "green", "names": {"english": "Green", "norwegian": "Grønn"}}, {"value": "red"}]});
    pair.hydra.patch(&format!("{}/enumType", pair.descriptors), &both).await.expect(205);
    pair.agree().await;
    let mut runner = TestRunner::deterministic();
    for _ in 0..40 {
        portico.world.advance(chrono::TimeDelta::milliseconds(187_654));
        pair.write(runner.rng()).await;
        pair.agree().await;
    }
});
