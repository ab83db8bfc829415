//! A crawl from the entry point: every link resolves, every class that is served is reached.

use std::collections::{BTreeSet, VecDeque};

use serde_json::Value;

use crate::support::fixtures::Scene;
use crate::support::{Portico, each_database};

/// The classes that have no members yet; a crawl finds their collections and nothing in them.
pub fn announced() -> BTreeSet<&'static str> {
    vocab::CLASSES.iter().filter(|class| class.operations.is_empty()).map(|class| class.name).collect()
}

each_database!(every_link_resolves_and_every_class_is_reached, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    scene.one_of_each().await;
    let base = portico.url.clone();
    let mut queue = VecDeque::from([format!("{base}/")]);
    let (mut visited, mut types) = (BTreeSet::new(), BTreeSet::new());
    while let Some(url) = queue.pop_front() {
        if !visited.insert(url.clone()) {
            continue;
        }
        let answer = scene.admin.get(&url).await.expect(200);
        let document = answer.json();
        collect(&document, &base, &mut queue, &mut types);
    }
    let expected: BTreeSet<_> = vocab::CLASSES.iter().map(|class| class.name).collect();
    let reached: BTreeSet<_> = expected.iter().copied().filter(|name| types.contains(*name)).collect();
    let missing: BTreeSet<_> = expected.difference(&reached).copied().collect();
    assert_eq!(missing, announced(), "visited {} addresses", visited.len());
    for name in announced() {
        assert!(types.contains(&format!("{name}Collection")), "no collection of {name} was found");
    }
    println!("crawled {} addresses", visited.len());
    assert!(visited.len() > 50);
});

/// Every IRI of ours in a document, but for those that are names of terms.
pub fn collect(value: &Value, base: &str, queue: &mut VecDeque<String>, types: &mut BTreeSet<String>) {
    match value {
        // What is delivered is for viewers; it has tests of its own.
        Value::String(text)
            if text.starts_with(&format!("{base}/iiif-")) || text.starts_with(&format!("{base}/thumbs/")) => {}
        Value::String(text) if text.starts_with(base) && !text.contains('#') && !text.contains('{') => {
            queue.push_back(text.clone());
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, base, queue, types)),
        Value::Object(object) => {
            for (name, value) in object {
                if name == "@type" {
                    let names = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                    types.extend(
                        names.iter().filter_map(Value::as_str).map(|name| name.trim_start_matches("vocab:").to_owned()),
                    );
                }
                collect(value, base, queue, types);
            }
        }
        _ => {}
    }
}
