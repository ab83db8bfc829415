//! One word, one thing: what is called alike in two rooms is the same thing there.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{code, sources};

/// Names that several rooms have, and why.
const SHARED: &[(&str, &[&str])] = &[
    ("each room has its own, and says so by its path", &["Error", "Result", "Settings"]),
    (
        "a class, the row that it is kept as, and what other standards and interfaces make of it",
        &[
            "ApiKey",
            "AuthService",
            "Batch",
            "Change",
            "Customer",
            "CustomerProperty",
            "Domain",
            "Entitlement",
            "EntitlementGroup",
            "Eula",
            "EulaStatus",
            "Image",
            "ImageOptimisationPolicy",
            "Key",
            "Logo",
            "Manifest",
            "OriginStrategy",
            "PortalRole",
            "PortalUser",
            "PropertyDescriptor",
            "RoleGrant",
            "Space",
            "StoragePolicy",
            "ThumbnailPolicy",
            "UserRoleAssignment",
            "ViewerSession",
        ],
    ),
    (
        "what the rules make of a row, or of a literal",
        &["Choice", "Deliverable", "Descriptor", "Localised", "Mention", "Return", "Signer", "User"],
    ),
    ("a face tells it in words of its own", &["Act", "Exchange", "Fault", "Operation", "Reply"]),
];

#[test]
fn what_is_called_alike_in_two_rooms_is_one_thing() {
    let mut rooms: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, text) in sources() {
        let Some((room, _)) = file.split_once("/src/").filter(|(room, _)| *room != "bench") else { continue };
        for name in types(&code(&text)) {
            rooms.entry(name).or_default().insert(room.to_owned());
        }
    }
    let alike: BTreeMap<_, _> = rooms.into_iter().filter(|(_, rooms)| rooms.len() > 1).collect();
    let listed: Vec<&str> = SHARED.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    let unlisted: Vec<_> = alike.iter().filter(|(name, _)| !listed.contains(&name.as_str())).collect();
    assert!(unlisted.is_empty(), "these are called alike, and nobody says why:\n{unlisted:#?}");
    let stale: Vec<_> = listed.iter().filter(|name| !alike.contains_key(**name)).collect();
    assert!(stale.is_empty(), "these are in one room alone: {stale:?}");
    assert_eq!(listed.iter().collect::<BTreeSet<_>>().len(), listed.len(), "a name has one reason");
}

/// The types that a source lets others use, and the rows that it declares.
fn types(code: &str) -> Vec<String> {
    let kinds = ["struct", "enum", "trait", "type", "union"];
    let word = |text: &str| {
        text.trim_start().split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().map(str::to_owned)
    };
    let public = kinds.iter().flat_map(|kind| {
        let lines = code
            .lines()
            .filter_map(move |line| line.trim_start().strip_prefix("pub ")?.strip_prefix(*kind)?.strip_prefix(' '));
        lines.filter_map(word)
    });
    let rows = code.match_indices("row! {").filter_map(|(at, _)| word(&code[at + 6..]));
    public.chain(rows).filter(|name| !name.is_empty()).collect()
}
