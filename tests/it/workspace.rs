//! The dependency arrows: who may know whom.

use std::collections::{BTreeMap, BTreeSet};

/// Each room and the rooms that it may know.
const ARROWS: &[(&str, &[&str])] = &[
    ("argus", &["face", "hydra", "resource", "vocab"]),
    ("face", &["hydra"]),
    ("hydra-derive", &[]),
    ("hydra", &["hydra-derive"]),
    ("precis", &[]),
    ("vocab", &["hydra", "precis"]),
    ("logo", &["picture"]),
    ("migrations", &["precis"]),
    ("iiif", &["picture"]),
    ("ingest", &["iiif", "objects", "pattern", "resource", "vocab"]),
    ("objects", &[]),
    ("pattern", &[]),
    ("picture", &[]),
    ("store", &["migrations", "precis"]),
    ("resource", &["hydra", "logo", "vocab", "store", "pattern", "precis"]),
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
    ("icu_normalizer", &["precis"]),
    ("icu_properties", &["precis"]),
    ("idna", &["precis"]),
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

/// What lets somebody at something, and the only files that may say it: everybody else is let in.
const DOORS: &[(&str, &[&str])] = &[
    (".cx(", &["resource/src/admission.rs", "resource/src/identity.rs"]),
    ("Cx::new(", &["resource/src/identity.rs"]),
    ("Permitted(())", &["resource/src/admission.rs", "resource/src/policy.rs"]),
    ("Sight::new(", &["resource/src/actor.rs", "resource/src/cx.rs"]),
    ("impl Proof for", &["resource/src/cx.rs", "resource/src/record/mod.rs"]),
    (
        "Tenant::of_operator",
        &[
            "resource/src/bootstrap.rs",
            "resource/src/operator.rs",
            "resource/src/operator/held_key.rs",
            "resource/src/retry.rs",
            "resource/src/seed.rs",
            "resource/src/intake.rs",
        ],
    ),
    (
        "Tenant::of_public_address",
        &["resource/src/delivery/mod.rs", "resource/src/delivery/viewer.rs", "resource/src/named_query/matches.rs"],
    ),
];

/// Every source file of the rooms, by its path within `crates`.
fn sources() -> Vec<(String, String)> {
    let crates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let all = crate::support::files(&crates).into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs"));
    all.map(|path| {
        let name = path.strip_prefix(&crates).expect("it is below").display().to_string();
        (name, std::fs::read_to_string(&path).expect("it can be read"))
    })
    .collect()
}

#[test]
fn nobody_goes_round_the_doors() {
    let sources = sources();
    for (word, keepers) in DOORS {
        let sayers: BTreeSet<_> =
            sources.iter().filter(|(_, text)| text.contains(word)).map(|(name, _)| name).collect();
        assert!(!sayers.is_empty(), "nobody says {word} any more");
        for name in sayers {
            assert!(keepers.iter().any(|keeper| name == keeper), "{name} must not say {word}");
        }
    }
}
