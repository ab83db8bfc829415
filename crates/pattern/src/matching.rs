use std::fmt;

use fancy_regex::{CompileError, Error, Expr, ParseError, Regex, RegexBuilder};

use crate::bounds::{LONGEST_PATTERN, LONGEST_TEXT};
use crate::cost::{self, forward, is_linear};
use crate::{PatternError, TooCostly};

/// Steps in all, forward and back: below a second of work on an ordinary machine.
const STEPS: u64 = 50_000_000;
const MOST_STEPS_BACK: u64 = 100_000;
/// Bytes that each part of a pattern may take when compiled.
const PART: usize = 1 << 20;
const INSTRUCTIONS: usize = 20_000;

/// A regular expression that was found to be one, and to be bounded.
#[derive(Clone)]
pub struct Pattern(Regex);

/// Compiles a pattern: case-insensitive, in any language's letters, and looking around where it wants to.
///
/// # Errors
/// The text is not a regular expression, or not one whose time can be bounded. The error says so to its author.
pub fn compile(pattern: &str) -> Result<Pattern, PatternError> {
    if pattern.is_empty() {
        return Err(PatternError::Empty);
    }
    let length = pattern.chars().count();
    if length > LONGEST_PATTERN {
        return Err(PatternError::TooLong { length });
    }
    let tree = Expr::parse_tree(pattern).map_err(|error| explain(pattern, error))?;
    let steps_back = if is_linear(&tree.expr) {
        MOST_STEPS_BACK
    } else {
        let steps = forward(&tree.expr, LONGEST_TEXT as u64).ok_or(PatternError::Unsupported)?;
        if steps > cost::MOST {
            return Err(PatternError::TooCostly);
        }
        MOST_STEPS_BACK.min(STEPS / steps)
    };
    RegexBuilder::new(pattern)
        .case_insensitive(true)
        .backtrack_limit(usize::try_from(steps_back).unwrap_or(usize::MAX))
        .delegate_size_limit(PART)
        .delegate_dfa_size_limit(PART)
        .max_prog_size(INSTRUCTIONS)
        .build()
        .map(Pattern)
        .map_err(|error| explain(pattern, error))
}

impl Pattern {
    /// Whether the pattern matches anywhere in the text. To match the whole text, a pattern has `^` and `$`.
    ///
    /// # Errors
    /// It could not be found out within the bounds. That is not a match, and not "no match" either.
    pub fn matches(&self, text: &str) -> Result<bool, TooCostly> {
        let length = text.chars().count();
        if length > LONGEST_TEXT {
            return Err(TooCostly::Text { length });
        }
        self.0.is_match(text).map_err(|_| TooCostly::Steps { pattern: self.as_str().to_owned() })
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({:?})", self.as_str())
    }
}

fn explain(pattern: &str, error: Error) -> PatternError {
    match error {
        Error::ParseError(at, error) => {
            let position = pattern.get(..at).map_or(0, |before| before.chars().count()) + 1;
            let sign = pattern.get(at..).and_then(|rest| rest.chars().next());
            match (error, sign) {
                (ParseError::TargetNotRepeatable, Some(sign @ ('*' | '+' | '?'))) => {
                    PatternError::NothingToRepeat { sign, position }
                }
                (ParseError::RecursionExceeded, _) => PatternError::TooCostly,
                (error, _) => PatternError::Syntax { position, reason: error.to_string().to_lowercase() },
            }
        }
        Error::CompileError(error) => match *error {
            CompileError::PatternTooComplex => PatternError::TooCostly,
            // The engine does not say from outside which limit it met.
            CompileError::InnerError(error) if error.size_limit().is_some() => PatternError::TooCostly,
            CompileError::InnerError(error) => PatternError::Meaning(match error.syntax_error() {
                Some(syntax) => last_line(&syntax.to_string()),
                None => error.to_string(),
            }),
            CompileError::DfaBuildError(..) => PatternError::TooCostly,
            error => PatternError::Meaning(error.to_string()),
        },
        error => PatternError::Meaning(error.to_string()),
    }
}

/// The engine's errors draw the pattern with a caret below it; what is wrong stands in the last line.
fn last_line(text: &str) -> String {
    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;

    const ORIGIN: &str = "https://Images.example.org/scans/page-1.jp2?size=full";

    fn matches(pattern: &str, text: &str) -> bool {
        compile(pattern).unwrap().matches(text).unwrap()
    }

    #[test]
    fn a_pattern_is_searched_for_and_case_does_not_matter() {
        assert!(matches("images", ORIGIN));
        assert!(matches("IMAGES\\.EXAMPLE", ORIGIN));
        assert!(matches("^https://", ORIGIN));
        assert!(!matches("^images", ORIGIN));
        assert!(matches("ÄPFEL", "https://example.org/äpfel"));
    }

    #[test]
    fn a_pattern_may_look_around() {
        assert!(matches(r"^https://.*(?<!\.jpg)$", ORIGIN));
        assert!(!matches(r"^https://.*(?<!full)$", ORIGIN));
        assert!(matches(r"^(?!ftp).*example\.org(?=/scans)", ORIGIN));
        assert!(matches(r"^(?:(?!private).)*$", ORIGIN));
        assert!(!matches(r"^(?:(?!scans).)*$", ORIGIN));
        assert!(matches(r"(?<=\.jp.*)full", ORIGIN));
    }

    #[test]
    fn what_is_wrong_with_a_pattern_is_said() {
        for (pattern, said) in [
            ("", "the pattern is empty; to match everything, write .*"),
            ("*", "there is nothing before the * at character 1 that it could repeat; for any text, write .*"),
            ("é(?:*)", "there is nothing before the * at character 5 that it could repeat; for any text, write .*"),
            (
                "(a",
                "the pattern is no regular expression, at character 3: opening parenthesis without closing parenthesis",
            ),
            ("[a", "the pattern is no regular expression, at character 3: invalid character class"),
            (r"\p{Foo}", "the pattern cannot be used: Unicode property not found"),
            (r"(a)(?=b)\2", "the pattern cannot be used: Invalid back reference to group 2"),
        ] {
            assert_eq!(compile(pattern).unwrap_err().to_string(), said, "{pattern}");
        }
        assert_eq!(compile(&"a".repeat(1001)).unwrap_err(), PatternError::TooLong { length: 1001 });
        assert!(compile(&"é".repeat(1000)).is_ok());
    }

    #[test]
    fn what_has_no_bound_is_refused() {
        for pattern in [
            "(?:(?:(?:(?>|x)){1000}){1000}){1000}(?=q)",
            "(?:(?=(?:(?=(?:(?=a*)a)*)a)*)a)*b",
            r"\w{1000}{10}",
            r"(?<=\p{L}{0,300})x",
            &"(".repeat(1000),
            &format!("{}a{}", "(?:".repeat(200), ")".repeat(200)),
        ] {
            assert_eq!(bounded(|| compile(pattern)).unwrap_err(), PatternError::TooCostly, "{pattern}");
        }
        for pattern in [r"(?<a>x\g<a>?y)", "(?~abc)", "(a)?(?(1)b|c)", "a(*FAIL)", r"a\Kb", r"\Ga"] {
            assert_eq!(compile(pattern).unwrap_err(), PatternError::Unsupported, "{pattern}");
        }
    }

    #[test]
    fn catastrophic_patterns_end_soon_and_are_no_match() {
        let text = format!("https://example.org/{}", "a".repeat(980));
        // Without looking around an engine runs them that never steps back.
        for (pattern, expected) in [("(a+)+$", true), ("(a+)+b", false), ("(a|aa)+b", false), ("((a*)*)*b", false)] {
            assert_eq!(bounded(|| matches(pattern, &text)), expected, "{pattern}");
        }
        for pattern in [
            "(?<!b)(a+)+b(?=c)",
            "(?<!b)(a+)+(?=b)$",
            "(a|aa)+(?=b)c",
            r"(.+)\1+b",
            "(?:a?){30}(?=x)a{30}",
            "(.*)(.*)(.*)(.*)(.*)(?=q)q",
            "(?:a|a|a|a|a|a|a|a|a|a|a|a)(?>(?:(?!foo).)*)b",
        ] {
            let error = bounded(|| compile(pattern).unwrap().matches(&text)).unwrap_err();
            assert_eq!(error, TooCostly::Steps { pattern: pattern.to_owned() });
            assert!(error.to_string().contains(&format!("{pattern:?}")));
        }
    }

    #[test]
    fn a_text_that_is_too_long_is_not_matched() {
        let error = compile("a").unwrap().matches(&"a".repeat(1001)).unwrap_err();
        assert_eq!(error, TooCostly::Text { length: 1001 });
    }

    /// Generous, because tests run unoptimised and beside each other; what is not bounded takes hours.
    fn bounded<T>(work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let answer = work();
        assert!(start.elapsed() < Duration::from_secs(20), "it took {:?}", start.elapsed());
        answer
    }

    /// Patterns made of all that makes patterns slow.
    fn slow() -> impl Strategy<Value = String> {
        let leaf =
            prop_oneof![Just("a"), Just("b?"), Just("."), Just("[^q]"), Just(r"\w"), Just(""), Just("^"), Just("$")];
        leaf.prop_map(str::to_owned).prop_recursive(5, 24, 3, |inner| {
            let wrapped = (
                prop_oneof![Just("(?:"), Just("("), Just("(?>"), Just("(?="), Just("(?!"), Just("(?<="), Just("(?<!")],
                prop::collection::vec(inner, 1..3),
                prop_oneof![Just(""), Just("|")],
                prop_oneof![Just(""), Just("*"), Just("+"), Just("{9}"), Just("{2,300}"), Just("*?")],
            );
            wrapped.prop_map(|(open, parts, between, repeat)| format!("{open}{}){repeat}", parts.join(between)))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(150))]

        #[test]
        fn every_pattern_is_refused_or_bounded(pattern in slow(), text in "[ab]{0,10}a{0,900}q?") {
            bounded(|| {
                let _ = compile(&pattern).map(|pattern| pattern.matches(&text));
            });
        }

        #[test]
        fn no_text_breaks_the_compiler(pattern in "[a(){}\\[\\]?<!=:*+|^$.\\\\0-9{,}é#-]{0,40}") {
            bounded(|| {
                let _ = compile(&pattern).map(|pattern| pattern.matches(ORIGIN));
            });
        }
    }
}
