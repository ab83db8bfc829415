//! What the template of a named query leaves open.

use std::collections::BTreeMap;

use hydra::PageParameter;

use super::template::{is_digits, pairs, property};

/// Keys of templates that are about no property that images are ordered by, and the terms that come next to them.
const OTHERS: [(&str, &str); 3] = [("space", "space"), ("spacename", "freetextQuery"), ("batch", "freetextQuery")];

/// What a template leaves open: each of its parameters once, in the order of their numbers, with what it is compared with.
pub(super) fn parameters(template: &str) -> Vec<PageParameter> {
    let mut open = BTreeMap::new();
    for (key, value) in pairs(template) {
        let Some(property) = property(key).or(OTHERS.iter().find(|(other, _)| *other == key).map(|(_, term)| *term))
        else {
            continue;
        };
        for name in value.split(',') {
            let digits = name.strip_prefix('p').filter(|digits| !digits.is_empty() && is_digits(digits));
            if let Some(number) = digits.and_then(|digits| digits.parse::<u32>().ok()) {
                open.entry(number).or_insert((name.to_owned(), key, property));
            }
        }
    }
    let parameter = |(name, key, property): (String, &str, &'static str)| PageParameter {
        comment: format!("What the template of the query calls {name}, which is compared as {key}."),
        name,
        property,
    };
    open.into_values().map(parameter).collect()
}
