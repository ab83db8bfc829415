//! As whom an origin is asked: a customer's strategies applied to it.

use std::sync::Arc;

use pattern::{Pattern, PatternError};
use quick_cache::sync::Cache;
use resource::images::{Strategy, Way};

use super::failure::IngestFailure;
use crate::origin::OriginAccess;
use crate::strategy::{StrategyRule, choose};

/// How many compiled patterns are kept; one may take a megabyte.
const PATTERNS: usize = 100;

/// Chooses among strategies. Copies share the patterns that are compiled already.
#[derive(Debug, Clone)]
pub struct StrategyChoice(Arc<Cache<String, Pattern>>);

impl StrategyChoice {
    pub fn new() -> Self {
        Self(Arc::new(Cache::new(PATTERNS)))
    }

    /// As whom an origin is to be asked, by the first strategy whose pattern is found in its text.
    pub async fn access(&self, origin: &str, strategies: &[Strategy]) -> Result<OriginAccess, IngestFailure> {
        if strategies.is_empty() {
            return Ok(OriginAccess::Default);
        }
        let patterns: Vec<_> = strategies.iter().map(|strategy| strategy.regex.clone()).collect();
        let (choice, origin) = (self.clone(), origin.to_owned());
        // Matching may keep a core busy for a second.
        let chosen = tokio::task::spawn_blocking(move || choice.first(&patterns, &origin)).await??;
        match chosen.and_then(|index| strategies.get(index)).map(|strategy| &strategy.way) {
            None | Some(Way::Default) => Ok(OriginAccess::Default),
            Some(Way::Basic { user, password }) => {
                Ok(OriginAccess::Basic { user: user.clone(), password: password.as_str().into() })
            }
            Some(Way::Ambient) => Ok(OriginAccess::S3Ambient),
            Some(Way::Unreadable) => Err(IngestFailure::Credentials),
        }
    }

    fn first(&self, patterns: &[String], origin: &str) -> Result<Option<usize>, IngestFailure> {
        let rules = patterns.iter().enumerate().map(|(index, pattern)| {
            let pattern = self.0.get_or_insert_with(pattern, || pattern::compile(pattern))?;
            // They come in the order in which they are tried.
            Ok(StrategyRule { order: 0, id: index, pattern, strategy: index })
        });
        let rules = rules.collect::<Result<Vec<_>, PatternError>>()?;
        Ok(choose(&rules, origin)?.map(|rule| rule.strategy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strategy(regex: &str, way: Way) -> Strategy {
        Strategy { regex: regex.to_owned(), way }
    }

    #[tokio::test]
    async fn the_first_strategy_that_is_for_an_origin_says_as_whom_it_is_asked() {
        let basic = Way::Basic { user: "reader".to_owned(), password: "hush".to_owned() };
        let strategies = [strategy("^s3:", Way::Ambient), strategy("one", basic), strategy(".", Way::Unreadable)];
        let choice = StrategyChoice::new();
        let chosen = async |origin: &str| choice.access(origin, &strategies).await;
        assert!(matches!(chosen("s3://one/a").await, Ok(OriginAccess::S3Ambient)));
        assert!(matches!(chosen("https://one/").await, Ok(OriginAccess::Basic { user, .. }) if user == "reader"));
        assert!(matches!(chosen("https://other/").await, Err(IngestFailure::Credentials)));
        assert!(matches!(choice.access("https://other/", &[]).await, Ok(OriginAccess::Default)));
        assert!(matches!(choice.access("https://other/", &strategies[..1]).await, Ok(OriginAccess::Default)));
    }

    #[tokio::test]
    async fn a_pattern_that_cannot_be_matched_decides_nothing() {
        let origin = format!("https://example.org/{}", "a".repeat(500));
        let strategies = [strategy("(?<!b)(a+)+b(?=c)", Way::Ambient), strategy(".", Way::Default)];
        let failure = StrategyChoice::new().access(&origin, &strategies).await.unwrap_err();
        assert!(matches!(failure, IngestFailure::Undecided(_)) && failure.is_permanent());
    }
}
