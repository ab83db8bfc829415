//! Addresses as IRIs. What clients send as an address has letters in it that an IRI cannot have: browsers, `fetch` and curl
//! leave some as they are.

use std::borrow::Cow;

/// An address with what may not stand where it stands (RFC 3987 §2.2) percent-encoded, and nothing else: what is an IRI, or a
/// part of one that begins with its path, is left to the letter.
pub fn encoded(address: &str) -> Cow<'_, str> {
    let start = path_of(address);
    let (mut part, mut out) = (Part::Path, None::<String>);
    for (index, letter) in address[start..].char_indices().map(|(index, letter)| (start + index, letter)) {
        let stands = match letter {
            '%' => is_escape(&address[index..]),
            '#' if part != Part::Fragment => {
                part = Part::Fragment;
                true
            }
            '?' if part == Part::Path => {
                part = Part::Query;
                true
            }
            '?' => true,
            letter => may_stand(letter, part),
        };
        match (&mut out, stands) {
            (None, true) => {}
            (Some(out), true) => out.push(letter),
            (out, false) => {
                let out = out.get_or_insert_with(|| address[..index].to_owned());
                let mut bytes = [0; 4];
                out.extend(letter.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")));
            }
        }
    }
    out.map_or(Cow::Borrowed(address), Cow::Owned)
}

/// Whether a text is a URI: an IRI of ASCII alone (RFC 3987 §3.1).
pub fn is_uri(text: &str) -> bool {
    text.is_ascii() && oxiri::Iri::parse(text).is_ok()
}

/// An address in two: its origin, as browsers call what comes before the path (RFC 6454 §6.2), and the rest.
pub fn origin_and_path(address: &str) -> (&str, &str) {
    address.split_at(path_of(address))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Path,
    Query,
    Fragment,
}

/// Where the path of an address begins: behind scheme and authority, where it has them.
fn path_of(address: &str) -> usize {
    let Some((scheme, rest)) = address.split_once("://").filter(|(scheme, _)| !scheme.contains(['/', '?', '#'])) else {
        return 0;
    };
    scheme.len() + 3 + rest.find(['/', '?', '#']).unwrap_or(rest.len())
}

fn is_escape(text: &str) -> bool {
    text.len() >= 3 && text.bytes().skip(1).take(2).all(|byte| byte.is_ascii_hexdigit())
}

fn may_stand(letter: char, part: Part) -> bool {
    match letter {
        'a'..='z' | 'A'..='Z' | '0'..='9' => true,
        '-' | '.' | '_' | '~' | '!' | '$' | '&' | '\'' | '(' | ')' | '*' | '+' | ',' | ';' | '=' | ':' | '@' | '/' => {
            true
        }
        letter if letter.is_ascii() => false,
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'.. => part == Part::Query && is_character(letter),
        '\u{A0}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFEF}' => true,
        // The tags at the beginning of plane 14 are not among them.
        '\u{10000}'..='\u{EFFFF}' => is_character(letter) && !('\u{E0000}'..'\u{E1000}').contains(&letter),
        _ => false,
    }
}

/// The last two of each plane are no characters.
fn is_character(letter: char) -> bool {
    u32::from(letter) & 0xFFFE != 0xFFFE
}

#[cfg(test)]
mod tests {
    use oxrdf::NamedNode;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_cannot_stand_is_encoded_and_nothing_else() {
        for (address, expected) in [
            ("https://a.example/b?q=a|b", "https://a.example/b?q=a%7Cb"),
            ("https://a.example/b?q=a{b}", "https://a.example/b?q=a%7Bb%7D"),
            ("/a b/<c>\"\\^`[]?x=[]\"", "/a%20b/%3Cc%3E%22%5C%5E%60%5B%5D?x=%5B%5D%22"),
            ("/100%?q=%2g&r=%e4", "/100%25?q=%252g&r=%e4"),
            ("/a?b?c#d?e#f", "/a?b?c#d?e%23f"),
            ("/Häfen/\u{85}?q=\u{E000}", "/Häfen/%C2%85?q=\u{E000}"),
            ("/\u{E000}", "/%EE%80%80"),
            ("http://[::1]:8080/x", "http://[::1]:8080/x"),
            ("/x?to=http://a.example/[1]", "/x?to=http://a.example/%5B1%5D"),
        ] {
            assert_eq!(encoded(address), expected);
        }
    }

    proptest! {
        #[test]
        fn what_comes_of_any_text_is_an_iri(text in ".{0,40}") {
            let iri = format!("https://a.example/{text}");
            let encoded = encoded(&iri);
            prop_assert!(NamedNode::new(&*encoded).is_ok(), "{encoded}");
            prop_assert_eq!(super::encoded(&encoded), encoded.as_ref());
            if NamedNode::new(&iri).is_ok() {
                prop_assert_eq!(encoded.as_ref(), iri.as_str());
            }
        }
    }
}
