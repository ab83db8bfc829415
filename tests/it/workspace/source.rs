//! The sources of the rooms.

use std::path::Path;

/// Every source file of the rooms, by its path within `crates`, or from the root where it is in none of them.
pub fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let of = |folder: &str| {
        let folder = root.join(folder);
        let files =
            crate::support::files(&folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs"));
        files
            .map(|path| (path.strip_prefix(&folder).expect("it is below").display().to_string(), path))
            .collect::<Vec<_>>()
    };
    let vocab = of("vocab").into_iter().map(|(name, path)| (format!("vocab/{name}"), path));
    of("crates")
        .into_iter()
        .chain(vocab)
        .map(|(name, path)| (name, std::fs::read_to_string(path).expect("it can be read")))
        .collect()
}

/// A source without its tests, its comments and what stands in quotes, so that what is left is code.
pub fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("'\"'") {
            3
        } else if let Some(end) = raw(rest) {
            end
        } else if letter == '"' {
            quoted(rest)
        } else {
            code.push(letter);
            letter.len_utf8()
        };
        rest = &rest[length..];
    }
    code
}

/// How long a text in quotes is that begins here.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    let end = text.char_indices().skip(1).find(|(_, letter)| {
        let ends = *letter == '"' && !escaped;
        escaped = *letter == '\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |(at, _)| at + 1)
}

/// How long a raw text is, if one begins here.
fn raw(text: &str) -> Option<usize> {
    let (begin, end) = [("r\"", "\""), ("r#\"", "\"#")].into_iter().find(|(begin, _)| text.starts_with(begin))?;
    Some(text[begin.len()..].find(end).map_or(text.len(), |at| begin.len() + at + end.len()))
}

#[test]
fn what_is_in_quotes_or_comments_is_no_code() {
    let text = "a \"b \\\" c\" d // e\nf r#\"g \" h\"# '\"' i \"j\nk\" l\n#[cfg(test)]\nmod tests {\nm";
    let words: Vec<_> = code(text).split_whitespace().map(str::to_owned).collect();
    assert_eq!(words, ["a", "d", "f", "i", "l"]);
}
