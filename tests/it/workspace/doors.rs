//! The doors: what lets somebody at something is said by few.

use std::collections::BTreeSet;

use super::sources;

/// What lets somebody at something, and the only files that may say it: everybody else is let in.
const DOORS: &[(&str, &[&str])] = &[
    (
        ".cx(",
        &[
            "resource/src/rights/admission.rs",
            "resource/src/rights/identity.rs",
            "resource/src/start/operator/acting.rs",
        ],
    ),
    ("Cx::new(", &["resource/src/rights/identity.rs"]),
    ("Permitted(())", &["resource/src/rights/admission.rs", "resource/src/rights/policy.rs"]),
    ("Sight::new(", &["resource/src/rights/actor.rs", "resource/src/cx.rs"]),
    ("impl Proof for", &["resource/src/cx.rs", "resource/src/customers/record/mod.rs"]),
    (
        "Tenant::of_operator",
        &[
            "resource/src/start/bootstrap.rs",
            "resource/src/start/operator.rs",
            "resource/src/start/operator/customer.rs",
            "resource/src/start/operator/held_key.rs",
            "resource/src/start/operator/retry.rs",
            "resource/src/start/seed.rs",
            "resource/src/images/ingestion.rs",
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
