//! Headers that are lists, on as many lines as the client likes (RFC 9110 §5.3, §5.6.1).

use actix_web::http::header::{HeaderMap, HeaderName};

/// The elements of a list, over all lines of the header; empty ones are none. A quoted string is one value, whatever is in it.
pub fn elements<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| parts(line, ',')).filter(|element| !element.is_empty())
}

/// The parts of a text between separators that stand in no quoted string (RFC 9110 §5.6.4), without the blanks around them.
pub fn parts(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let parts = text.split(move |letter| {
        let was_escaped = std::mem::take(&mut is_escaped);
        match letter {
            '\\' if is_quoted && !was_escaped => is_escaped = true,
            '"' if !was_escaped => is_quoted = !is_quoted,
            _ => return letter == separator && !is_quoted,
        }
        false
    });
    parts.map(|part| part.trim_matches([' ', '\t']))
}

/// The value of a parameter, and what its quotation marks stand for if it has them (RFC 9110 §5.6.4).
pub fn unquoted(value: &str) -> String {
    let Some(quoted) = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) else {
        return value.to_owned();
    };
    let mut is_escaped = false;
    let literal = |letter: &char| {
        is_escaped = *letter == '\\' && !is_escaped;
        !is_escaped
    };
    quoted.chars().filter(literal).collect()
}

/// How much something is wanted, in thousandths (RFC 9110 §12.4.2). What is no number is not wanted at all.
pub fn weight(quality: &str) -> u16 {
    let quality = quality.parse::<f32>().unwrap_or(0.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies between 0 and 1000")]
    {
        (quality.clamp(0.0, 1.0) * 1000.0).round() as u16
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{ACCEPT, HeaderValue};

    use super::*;

    #[test]
    fn a_quoted_string_is_one_value() {
        for (text, expected) in [
            ("a, b", vec!["a", "b"]),
            ("a;p=\"x,y\", b", vec!["a;p=\"x,y\"", "b"]),
            ("a;p=\"x\\\",y\" ,\tb", vec!["a;p=\"x\\\",y\"", "b"]),
            ("a;p=\"x\\\\\", b", vec!["a;p=\"x\\\\\"", "b"]),
            ("\"never closed, b", vec!["\"never closed, b"]),
            ("", vec![""]),
        ] {
            assert_eq!(parts(text, ',').collect::<Vec<_>>(), expected, "{text}");
        }
        for (quoted, text) in [("x", "x"), ("\"a,b\"", "a,b"), ("\"a\\\"b\\\\\"", "a\"b\\"), ("\"", "\"")] {
            assert_eq!(unquoted(quoted), text, "{quoted}");
        }
    }

    #[test]
    fn lines_add_up_and_what_is_empty_is_nothing() {
        let mut headers = HeaderMap::new();
        for line in ["a, ,b", "", "c"] {
            headers.append(ACCEPT, HeaderValue::from_static(line));
        }
        assert_eq!(elements(&headers, &ACCEPT).collect::<Vec<_>>(), ["a", "b", "c"]);
    }
}
