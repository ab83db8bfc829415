//! What is logged: levels, and levels of parts of the program.

use anyhow::{Context, Result, bail};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// What is logged where nothing is said of it.
/// What says again, and louder, what is told of each request that is none.
const SAID: &str = "actix_http::h1::dispatcher";

/// All libraries that the program is made of: a line of the log comes from one of them.
const LOCK: &str = include_str!("../../../../Cargo.lock");

/// Reads a filter: levels, and directives of tracing's `EnvFilter`. To that a word that is no level is a part of the program of
/// which all is logged, and nothing else is; here it has to be a part that there is.
///
/// # Errors
/// It is empty, or a word of it is neither a level nor a directive for a part that there is.
pub fn filter(text: &str) -> Result<EnvFilter> {
    let directives: Vec<_> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    if directives.is_empty() {
        bail!("log must be a level (off, error, warn, info, debug, trace) or directives, and not empty");
    }
    for directive in &directives {
        if directive.parse::<LevelFilter>().is_ok() {
            continue;
        }
        let target = directive.split(['=', '[']).next().unwrap_or_default();
        if target.is_empty() && directive.starts_with('[') {
            continue;
        }
        let part = target.split("::").next().unwrap_or_default();
        // The library takes a level that is left out for the most that can be said.
        if !is_part(part) || directive.ends_with('=') {
            bail!(
                "log: {directive:?} is neither a level (off, error, warn, info, debug, trace) nor a directive for a part of \
                 this program, such as server::edge=warn"
            );
        }
    }
    let said = if text.contains("actix_http") { String::new() } else { format!(",{SAID}=off") };
    EnvFilter::try_new(directives.join(",") + &said).with_context(|| format!("log: {text:?} is not a filter"))
}

fn is_part(name: &str) -> bool {
    let known = |line: &str| line.strip_prefix("name = \"").and_then(|rest| rest.strip_suffix('"')).map(str::to_owned);
    !name.is_empty() && LOCK.lines().filter_map(known).any(|known| known.replace('-', "_") == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_a_level_or_a_part_that_there_is() {
        for right in [
            "info",
            "OFF",
            "warn,",
            "debug, server=trace",
            "info,server::edge=warn",
            "sqlx=debug,actix_server=off",
            "server",
            "trace,sqlx=info",
            "server[request{path=\"a\"}]=debug,info",
            "[request]=trace",
            "warn,ingest::worker=debug",
        ] {
            filter(right).expect(right);
        }
        filter(&crate::Settings::default().log).expect("the usual one is right");
        for wrong in [
            "",
            " ",
            ",",
            "verbose",
            "information",
            "info,verbose",
            "portico=debug",
            "a=b=c",
            "server=loud",
            "server=",
            "=info",
            "sevrer=debug",
            "info;server=debug",
            "server:edge=info",
        ] {
            let said = format!("{:#}", filter(wrong).expect_err(wrong));
            assert!(said.starts_with("log") && said.lines().count() == 1, "{said}");
        }
    }
}
