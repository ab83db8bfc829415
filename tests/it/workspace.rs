//! The dependency arrows: who may know whom.

use std::collections::{BTreeMap, BTreeSet};

/// Each room and the rooms that it may know.
const ARROWS: &[(&str, &[&str])] = &[
    ("argus", &["face", "hydra", "resource", "vocab"]),
    ("face", &["hydra"]),
    ("hydra-derive", &[]),
    ("hydra", &["hydra-derive"]),
    ("vocab", &["hydra"]),
    ("logo", &[]),
    ("migrations", &[]),
    ("iiif", &[]),
    ("ingest", &["iiif", "objects", "pattern", "resource", "vocab"]),
    ("objects", &[]),
    ("pattern", &[]),
    ("store", &["migrations"]),
    ("resource", &["hydra", "logo", "vocab", "store", "pattern"]),
    ("cloudentity", &["face", "hydra", "vocab", "resource"]),
    ("server", &["argus", "cloudentity", "face", "hydra", "vocab", "resource", "iiif", "ingest", "objects"]),
    ("bench", &["iiif", "resource", "vocab"]),
    ("tests", &["server"]),
];

/// Libraries that only some rooms may name.
const KEPT_TO: &[(&str, &[&str])] = &[
    ("sea-orm", &["store"]),
    ("sea-orm-migration", &["store", "migrations"]),
    ("actix-web", &["server", "bench", "argus", "cloudentity", "face"]),
    ("json-ld", &["hydra"]),
    ("sqlx", &["bench"]),
    ("jsonwebtoken", &["resource"]),
    ("jsonschema", &["resource"]),
    ("fancy-regex", &["pattern"]),
    ("object_store", &["objects"]),
];

#[test]
fn dependencies_point_the_way_that_the_architecture_says() {
    let metadata = cargo_metadata::MetadataCommand::new().no_deps().exec().expect("cargo knows the workspace");
    let rooms: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in &metadata.packages {
        let normal =
            package.dependencies.iter().filter(|dependency| dependency.kind == cargo_metadata::DependencyKind::Normal);
        known.insert(package.name.to_string(), normal.map(|dependency| dependency.name.clone()).collect());
    }
    assert_eq!(known.keys().map(String::as_str).collect::<BTreeSet<_>>(), rooms, "every package is a room");
    for (room, allowed) in ARROWS {
        for other in known[*room].iter().filter(|name| rooms.contains(name.as_str())) {
            assert!(allowed.contains(&other.as_str()), "{room} must not know {other}");
        }
    }
    for (library, keepers) in KEPT_TO {
        for (room, dependencies) in &known {
            assert!(
                !dependencies.contains(*library) || keepers.contains(&room.as_str()),
                "{room} must not name {library}"
            );
        }
    }
}
