//! The guides say what their worked example is: docs/adding-a-class.md and docs/adding-a-rule.md against the changes that
//! `tests/guide/run` builds.

use std::collections::BTreeMap;

const ON_CLASSES: &str = include_str!("../../docs/adding-a-class.md");
const ON_RULES: &str = include_str!("../../docs/adding-a-rule.md");
const NOTE: &str = include_str!("../guide/note.patch");
const RULE: &str = include_str!("../guide/rule.patch");

/// What a change adds: to each file that is there, and as each file that is new.
fn added(patch: &str) -> (BTreeMap<&str, Vec<&str>>, BTreeMap<&str, String>) {
    let (mut old, mut new): (BTreeMap<_, Vec<_>>, BTreeMap<_, String>) = Default::default();
    for part in patch.split("diff --git ").skip(1) {
        let (_, rest) = part.split_once("\n+++ b/").expect("a file is added to");
        let (file, lines) = rest.split_once('\n').expect("lines follow");
        let lines: Vec<_> = lines.lines().filter_map(|line| line.strip_prefix('+')).collect();
        match part.contains("\nnew file mode ") {
            true => drop(new.insert(file, lines.join("\n") + "\n")),
            false => drop(old.insert(file, lines)),
        }
    }
    (old, new)
}

#[test]
fn a_class_is_one_file_three_lines_and_a_drafted_migration() {
    let (old, new) = added(NOTE);
    let files: Vec<_> = new.keys().copied().collect();
    let [migration, "vocab/src/note.rs"] = files[..] else { panic!("these are new: {files:?}") };
    assert!(migration.starts_with("migrations/src/m"), "{migration}");
    let lines = |file: &str| old[file].iter().filter(|line| !line.trim_start().starts_with("//")).count();
    for (file, count) in [
        ("vocab/src/lib.rs", 1),
        ("vocab/src/customer.rs", 1),
        ("crates/resource/src/classes/mod.rs", 1),
        ("migrations/src/lib.rs", 1),
    ] {
        assert_eq!(lines(file), count, "{file}");
    }
    assert_eq!(old.len(), 4, "{old:?}");
}

#[test]
fn a_rule_is_one_more_file() {
    let (old, new) = added(RULE);
    assert_eq!(new.keys().copied().collect::<Vec<_>>(), ["crates/resource/src/classes/note.rs"]);
    assert_eq!(old.keys().copied().collect::<Vec<_>>(), ["crates/resource/src/classes/mod.rs"]);
}

#[test]
fn the_guides_show_what_is_built() {
    for (guide, (old, new)) in [(ON_CLASSES, added(NOTE)), (ON_RULES, added(RULE))] {
        for (file, text) in new.iter().filter(|(file, _)| !file.starts_with("migrations/")) {
            assert!(guide.contains(&format!("```rust\n{text}```")), "{file} is not as the guide has it");
        }
        for line in old.values().flatten().map(|line| line.trim()) {
            // What the guide says of numbers goes on with each release.
            assert!(line.starts_with('m') || guide.contains(line), "the guide does not say {line}");
        }
    }
}
