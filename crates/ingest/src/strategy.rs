//! Which of a customer's strategies applies to an origin.

use pattern::{Pattern, TooCostly};

/// A strategy and the origins it is for.
#[derive(Debug, Clone)]
pub struct StrategyRule<I, S> {
    /// Rules are asked from the lowest to the highest.
    pub order: i64,
    /// Which of two rules of the same order is asked first.
    pub id: I,
    /// The origins it is for.
    pub pattern: Pattern,
    /// What is done for them.
    pub strategy: S,
}

/// The first rule, by order and then by id, whose pattern is found in the origin. None is the default: a plain fetch.
///
/// # Errors
/// A pattern that comes before any match could not be matched within its bounds. To go on to the next rule might send one
/// origin's credentials to another, so this is no choice at all; the error names the pattern.
pub fn choose<'a, I: Ord, S>(
    rules: &'a [StrategyRule<I, S>],
    origin: &str,
) -> Result<Option<&'a StrategyRule<I, S>>, TooCostly> {
    let mut sorted: Vec<_> = rules.iter().collect();
    sorted.sort_by_key(|rule| (rule.order, &rule.id));
    for rule in sorted {
        if rule.pattern.matches(origin)? {
            return Ok(Some(rule));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rule(order: i64, id: u32, pattern: &str) -> StrategyRule<u32, ()> {
        StrategyRule { order, id, pattern: pattern::compile(pattern).unwrap(), strategy: () }
    }

    fn chosen(rules: &[StrategyRule<u32, ()>], origin: &str) -> Option<u32> {
        choose(rules, origin).unwrap().map(|rule| rule.id)
    }

    #[test]
    fn the_first_that_matches_is_chosen_by_order_and_then_by_id() {
        let rules = [rule(2, 1, "example"), rule(1, 3, "example"), rule(1, 2, "EXAMPLE"), rule(0, 9, "elsewhere")];
        assert_eq!(chosen(&rules, "https://example.org/a.jpg"), Some(2));
        assert_eq!(chosen(&rules, "https://elsewhere.org/a.jpg"), Some(9));
        assert_eq!(chosen(&rules, "https://other.org/a.jpg"), None);
        assert_eq!(chosen(&[], "https://other.org/a.jpg"), None);
    }

    #[test]
    fn a_pattern_that_takes_too_long_is_no_match_and_not_passed_over() {
        let slow = "(?<!b)(a+)+b(?=c)";
        let origin = format!("https://example.org/{}", "a".repeat(500));
        let error = choose(&[rule(0, 1, slow), rule(1, 2, ".*")], &origin).unwrap_err();
        assert!(error.to_string().contains(slow), "{error}");
        assert_eq!(chosen(&[rule(0, 1, "^https:"), rule(1, 2, slow)], &origin), Some(1));
    }

    proptest! {
        #[test]
        fn no_rule_before_the_chosen_one_matches(orders in prop::collection::vec((0..4_i64, "[abc]{1,2}"), 0..8), origin in "[abc]{0,6}") {
            let rules: Vec<_> = (0..).zip(&orders).map(|(id, (order, pattern))| rule(*order, id, pattern)).collect();
            let expected = rules.iter().filter(|rule| origin.contains(rule.pattern.as_str())).map(|rule| (rule.order, rule.id)).min();
            prop_assert_eq!(choose(&rules, &origin).unwrap().map(|rule| (rule.order, rule.id)), expected);
        }
    }
}
