//! What can be set of a customer, and to what.

use serde_json::{Value, json};

use super::scene::Scene;
use super::write::{FLAGS, Setting};

/// Something else than a customer has.
fn other(scene: &mut Scene, customer: usize, field: &'static str, values: &[&str]) -> Setting {
    let now = scene.shown(customer)["administration"][field].clone();
    let others: Vec<_> = values.iter().filter(|value| now != **value).collect();
    (field, json!(scene.one(&others)))
}

/// The contrary.
fn contrary(scene: &Scene, customer: usize, field: &'static str) -> Setting {
    (field, json!(scene.shown(customer)["administration"][field] != true))
}

/// What hypermedia and Argus can change; all flags that a customer has not, and none that it has.
pub fn of_argus(scene: &mut Scene, customer: usize) -> Vec<Setting> {
    let is_leaf = scene.shown(customer)["customer"]["kind"] == "leaf";
    let of_group = ["excludeFromProduction", "customerDataDeleted", "singleNetworkDomain"];
    let is_fit = |flag: &str| if is_leaf { flag != "singleNetworkDomain" } else { of_group.contains(&flag) };
    let now = scene.shown(customer)["administration"]["flags"].as_array().cloned().unwrap_or_default();
    let flags = FLAGS.iter().map(|(flag, _)| *flag).filter(|flag| is_fit(flag) && !now.contains(&json!(flag)));
    let flags = ("flags", flags.collect());
    let language = other(scene, customer, "language", &["norwegian", "english"]);
    vec![language, other(scene, customer, "timeZone", &["Europe/Berlin", "Asia/Tokyo", "UTC"]), flags]
}

/// What hypermedia and Cloudentity can change.
pub fn of_cloudentity(scene: &mut Scene, customer: usize) -> Vec<Setting> {
    let email = scene.people.first().map_or_else(|| "boss@example.org".into(), |person| person.email.to_uppercase());
    let methods = ["NONE", "OTP", "KBA", "GOOGLE_AUTHENTICATION", "DUO_AUTHN"];
    vec![
        ("alias", json!(scene.name("Alias of å"))),
        ("metadata", json!({"size": scene.name("m"), "parts": [{"æ": null}, 7], "text": "\"\n"})),
        ("adminEmails", json!([email, format!("{}@example.org", scene.name("z"))])),
        ("customerDomains", json!(["b.example", format!("*.{}.example", scene.name("a"))])),
        other(scene, customer, "mfaMethod", &methods),
        contrary(scene, customer, "allowPublicRegistration"),
        contrary(scene, customer, "eulaAutomaticApproval"),
        ("eulaRevision", json!(scene.name("u"))),
    ]
}

/// The same, as far as it can be removed.
pub fn cleared() -> Vec<Setting> {
    vec![
        ("metadata", Value::Null),
        ("adminEmails", json!([])),
        ("customerDomains", json!([])),
        ("mfaMethod", Value::Null),
    ]
}

/// Some of several settings, at least one.
pub fn some(scene: &mut Scene, all: Vec<Setting>) -> Vec<Setting> {
    let count = 1 + scene.below(all.len());
    let mut some = scene.shuffled(all);
    some.truncate(count);
    some
}
