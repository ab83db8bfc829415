//! Numbers of rows say what they are the numbers of.

use std::collections::BTreeSet;

use super::sources;

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
const OF_WHICHEVER: &[&str] = &["store/src/keyset.rs: id", "store/src/order.rs: id"];

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
