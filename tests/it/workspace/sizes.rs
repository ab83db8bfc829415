//! A file has one idea.

use super::sources;

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
