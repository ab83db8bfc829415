//! The variables of a path.

use std::borrow::Cow;

/// Whether a path is another, or below it.
pub(crate) fn is_within(path: &str, base: &str) -> bool {
    path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The variables of a path, decoded.
#[derive(Debug)]
pub struct Variables<'a>(Vec<(&'a str, Cow<'a, str>)>);

impl<'a> Variables<'a> {
    /// Reads them from a path as it came, where its template has names in braces. None where one of them is no text.
    pub fn of(template: &'a str, path: &'a str) -> Option<Self> {
        let variables = hydra::variables(template, path)?;
        variables.iter().all(|(_, value)| !value.contains('\0')).then_some(Self(variables))
    }

    /// One of them; empty where the template has none of this name.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| &**value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_decoded_once_and_are_text() {
        let of = |path| Variables::of("/a/{b}/c/{d}", path);
        let variables = of("/%61/x%2Fy/c/%2541").expect("they are text");
        assert_eq!((variables.get("b"), variables.get("d"), variables.get("e")), ("x/y", "%41", ""));
        assert!(of("/a/%ff/c/d").is_none() && of("/a/b/c/%00").is_none());
    }
}
