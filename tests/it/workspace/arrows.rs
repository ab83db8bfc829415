//! The dependency arrows: who may know whom.

use std::collections::{BTreeMap, BTreeSet};

/// Each room and the rooms that it may know.
const ARROWS: &[(&str, &[&str])] = &[
    ("argus", &["face", "hydra", "resource", "vocab"]),
    ("explorer", &["hydra"]),
    ("face", &["hydra"]),
    ("hydra-derive", &[]),
    ("hydra", &["hydra-derive", "ld"]),
    ("ld", &[]),
    ("precis", &[]),
    ("vocab", &["hydra", "precis"]),
    ("logo", &["picture", "scaling"]),
    ("migrations", &["precis"]),
    ("iiif", &["picture", "scaling"]),
    ("ingest", &["iiif", "objects", "pattern", "resource", "vocab"]),
    ("objects", &[]),
    ("pattern", &[]),
    ("picture", &[]),
    ("scaling", &[]),
    ("value-schema", &[]),
    ("store", &["migrations", "precis"]),
    ("resource", &["hydra", "logo", "vocab", "store", "pattern", "precis", "value-schema"]),
    ("cloudentity", &["face", "hydra", "vocab", "resource"]),
    (
        "server",
        &["argus", "cloudentity", "explorer", "face", "hydra", "vocab", "resource", "iiif", "ingest", "objects"],
    ),
    ("bench", &["hydra", "iiif", "resource", "vocab"]),
    ("tests", &["server"]),
];

/// Libraries that only some rooms may name.
const KEPT_TO: &[(&str, &[&str])] = &[
    ("sea-orm", &["store"]),
    ("sea-orm-migration", &["store", "migrations"]),
    ("actix-web", &["server", "bench", "argus", "cloudentity", "face"]),
    ("json-ld", &["ld"]),
    ("sqlx", &["bench"]),
    ("jsonwebtoken", &["resource"]),
    ("jsonschema", &["value-schema"]),
    ("fancy-regex", &["pattern"]),
    ("fast_image_resize", &["scaling"]),
    ("icu_normalizer", &["precis"]),
    ("icu_properties", &["precis"]),
    ("idna", &["precis"]),
    ("object_store", &["objects"]),
];

#[test]
fn dependencies_point_the_way_that_the_architecture_says() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let manifests = crate::support::files(&root.join("crates")).into_iter().filter(|path| path.ends_with("Cargo.toml"));
    let others = ["vocab", "migrations", "tests"].map(|room| root.join(room).join("Cargo.toml"));
    let rooms: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for manifest in manifests.chain(others) {
        let text = std::fs::read_to_string(&manifest).expect("it can be read");
        let manifest: toml::Table = text.parse().expect("it is TOML");
        let name = manifest["package"]["name"].as_str().expect("a package has a name");
        let normal = manifest["dependencies"].as_table().expect("a room has dependencies");
        known.insert(name.to_owned(), normal.keys().cloned().collect());
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
