//! What the pages say of hypermedia, held against the tables of the classes.

use std::collections::BTreeSet;

/// A method and a path, whatever its variables are called.
fn place(method: &str, path: &str) -> String {
    let parts: Vec<_> = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect();
    format!("{method} {}", parts.join("/"))
}

/// Every operation that the classes have.
fn there() -> BTreeSet<String> {
    let class = |name: &str| vocab::CLASSES.iter().find(|class| class.name == name).expect("links lead to classes");
    let mut there = BTreeSet::new();
    for owner in vocab::CLASSES {
        there.extend(owner.operations.iter().map(|operation| place(operation.method.name(), owner.path)));
        for (property, link) in owner.collections() {
            let path = format!("{}/{}", owner.path.trim_end_matches('/'), property.name);
            let operations = link.operations.unwrap_or(class(link.class).collection);
            there.extend(operations.iter().map(|operation| place(operation.method.name(), &path)));
        }
    }
    there
}

/// Each of these is an operation of a class; `–` stands for none.
fn check<'a>(named: impl Iterator<Item = &'a str>) {
    let there = there();
    for named in named.filter(|named| *named != "–") {
        let (method, path) = named.split_once(' ').expect("a method and a path");
        assert!(there.contains(&place(method, path)), "{named} is no operation of a class");
    }
}

#[test]
fn what_the_page_says_of_hypermedia_is_there() {
    check(cloudentity::OPERATIONS.iter().map(|operation| operation.hydra));
    check(argus::OPERATIONS.iter().map(|operation| operation.hydra));
}
