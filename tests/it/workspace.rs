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
    ("logo", &["picture", "scaling"]),
    ("migrations", &["precis"]),
    ("iiif", &["picture", "scaling"]),
    ("ingest", &["iiif", "objects", "pattern", "resource", "vocab"]),
    ("objects", &[]),
    ("pattern", &[]),
    ("picture", &[]),
    ("scaling", &[]),
    ("store", &["migrations", "precis"]),
    ("resource", &["hydra", "logo", "vocab", "store", "pattern", "precis"]),
    ("cloudentity", &["face", "hydra", "vocab", "resource"]),
    ("server", &["argus", "cloudentity", "face", "hydra", "vocab", "resource", "iiif", "ingest", "objects"]),
    ("bench", &["hydra", "iiif", "resource", "vocab"]),
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

/// What lets somebody at something, and the only files that may say it: everybody else is let in.
const DOORS: &[(&str, &[&str])] = &[
    (".cx(", &["resource/src/rights/admission.rs", "resource/src/rights/identity.rs"]),
    ("Cx::new(", &["resource/src/rights/identity.rs"]),
    ("Permitted(())", &["resource/src/rights/admission.rs", "resource/src/rights/policy.rs"]),
    ("Sight::new(", &["resource/src/rights/actor.rs", "resource/src/cx.rs"]),
    ("impl Proof for", &["resource/src/cx.rs", "resource/src/customers/record/mod.rs"]),
    (
        "Tenant::of_operator",
        &[
            "resource/src/start/bootstrap.rs",
            "resource/src/start/operator.rs",
            "resource/src/start/operator/held_key.rs",
            "resource/src/start/operator/retry.rs",
            "resource/src/start/seed.rs",
            "resource/src/images/intake.rs",
        ],
    ),
    (
        "Tenant::of_public_address",
        &[
            "resource/src/images/delivery/mod.rs",
            "resource/src/images/delivery/viewer.rs",
            "resource/src/classes/named_query/matches.rs",
        ],
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

/// How many lines a file has before its second idea is looked for.
const MANY: usize = 400;

#[test]
fn a_file_has_one_idea_or_says_why_it_is_long() {
    for (name, text) in sources() {
        let lines = text.lines().count();
        assert!(
            lines <= MANY || text.contains("Longer than others: "),
            "{name} has {lines} lines and does not say why"
        );
    }
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

/// What has a number of its own: what is named for one of these holds that number.
const NUMBERED: &[&str] = &[
    "ancestor",
    "batch",
    "customer",
    "descriptor",
    "domain",
    "id",
    "image",
    "job",
    "owner",
    "parent",
    "service",
    "space",
    "tenant",
    "user",
];

/// Variants that hold a number, and not that of a row.
const NO_ROW: &[&str] = &["Version", "Whole"];

/// Where a page of a list goes on: after a row of whichever table.
const OF_WHICHEVER: &[&str] = &["store/src/keyset.rs: id", "store/src/listing.rs: id"];

/// Whether a type is a number, or holds one first.
fn is_bare(kind: &str) -> bool {
    within(kind).is_some_and(|rest| !rest.starts_with(':'))
}

/// What stands after the number that a type is, or holds first.
fn within(mut kind: &str) -> Option<&str> {
    let shells = ["&", "[", "(", "Option<", "Vec<", "BTreeSet<", "impl IntoIterator<Item = "];
    while let Some(inner) = shells.iter().find_map(|shell| kind.strip_prefix(shell)) {
        kind = inner;
    }
    kind.strip_prefix("i64")
}

/// The parameters, fields and variants of a source that hold numbers of rows and do not say of which: those that are named for
/// something that has one, and whole lists.
fn bare(source: &str) -> Vec<&str> {
    let lines = source.lines().map(str::trim).filter(|line| !line.starts_with("//") && !line.starts_with("let "));
    let last =
        |text: &str| text.rfind(|letter: char| !letter.is_alphanumeric() && letter != '_').map_or(0, |at| at + 1);
    let mut found = Vec::new();
    for line in lines {
        for (at, _) in line.match_indices(": ").filter(|(at, _)| is_bare(&line[at + 2..])) {
            let (name, kind) = (&line[last(&line[..at])..at], &line[at + 2..]);
            let is_list = ["&[", "Vec<", "impl IntoIterator<"].iter().any(|list| kind.starts_with(list));
            if is_list || name.split('_').any(|part| NUMBERED.contains(&part)) {
                found.push(name);
            }
        }
        for (at, _) in line.match_indices('(') {
            let (name, rest) =
                (&line[last(&line[..at])..at], within(&line[at + 1..]).map(|rest| rest.trim_start_matches('>')));
            let is_variant = name.starts_with(char::is_uppercase) && rest.is_some_and(|rest| rest.starts_with(')'));
            if is_variant && !NO_ROW.contains(&name) {
                found.push(name);
            }
        }
    }
    found
}

#[test]
fn a_number_says_what_it_is_the_number_of() {
    let rooms =
        sources().into_iter().filter(|(name, _)| name.starts_with("store/src") || name.starts_with("resource/src"));
    let found: BTreeSet<String> = rooms
        .flat_map(|(file, text)| bare(&text).into_iter().map(|name| format!("{file}: {name}")).collect::<Vec<_>>())
        .collect();
    assert_eq!(found, OF_WHICHEVER.iter().map(ToString::to_string).collect(), "these should be a store::Number");
}
