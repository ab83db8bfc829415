//! Sentences of the tables, in which names of what programs write stand between backticks.

use std::fmt;

use askama::filters::{Html, HtmlSafe, escape};

/// A text whose names are shown as such.
#[derive(Debug, Clone, Copy)]
pub struct Prose<'a>(pub &'a str);

impl fmt::Display for Prose<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, piece) in self.0.split('`').enumerate() {
            let escaped = escape(piece, Html).map_err(|_| fmt::Error)?;
            match index % 2 {
                0 => write!(f, "{escaped}")?,
                _ => write!(f, "<code>{escaped}</code>")?,
            }
        }
        Ok(())
    }
}

/// Whatever is in it was escaped.
impl HtmlSafe for Prose<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_code_and_nothing_is_markup() {
        let shown = Prose("Either `a<b>` or <i>, as `c`.").to_string();
        assert_eq!(shown, "Either <code>a&#60;b&#62;</code> or &#60;i&#62;, as <code>c</code>.");
    }
}
