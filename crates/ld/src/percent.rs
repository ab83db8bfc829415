//! Percent-encoded bytes that are no UTF-8. RFC 3986 allows them in an IRI; the library panics where it compares two of them. So
//! something stands in for their percent signs while a document is processed.

use serde_json::Value as Json;

/// U+10FFFF, which is no character. Where a text has it by itself, its percent signs are stood in for as well.
const STAND_IN: &str = "%F4%8F%BF%BF";

/// A text in which every percent-encoded byte is part of UTF-8, if it is another one than this.
pub fn shielded(text: &str) -> Option<String> {
    let mut shielded = String::new();
    let (mut done, mut at) = (0, 0);
    while let Some(found) = text[at..].find('%') {
        let start = at + found;
        let run = bytes(&text[start..]);
        at = start + (3 * run.len()).max(1);
        let mut place = start;
        for chunk in run.utf8_chunks() {
            for character in chunk.valid().chars() {
                let bytes = character.len_utf8();
                if character == char::MAX {
                    stand_in(text, place, bytes, &mut done, &mut shielded);
                }
                place += 3 * bytes;
            }
            stand_in(text, place, chunk.invalid().len(), &mut done, &mut shielded);
            place += 3 * chunk.invalid().len();
        }
    }
    (done > 0).then(|| shielded + &text[done..])
}

/// Puts so many encoded bytes into a text, which has what stands before them up to here.
fn stand_in(text: &str, place: usize, bytes: usize, done: &mut usize, shielded: &mut String) {
    for byte in 0..bytes {
        let percent = place + 3 * byte;
        *shielded += &text[*done..percent];
        *shielded += STAND_IN;
        *done = percent + 1;
    }
}

/// The bytes that are encoded where a text begins.
fn bytes(text: &str) -> Vec<u8> {
    let triple = |triple: &[u8]| match triple {
        [b'%', high, low] => {
            let digit = |digit: u8| char::from(digit).to_digit(16);
            u8::try_from(16 * digit(*high)? + digit(*low)?).ok()
        }
        _ => None,
    };
    text.as_bytes().chunks(3).map_while(triple).collect()
}

/// The text that was shielded.
pub fn unshielded(text: &str) -> String {
    text.replace(STAND_IN, "%")
}

/// Shields every text of a document.
pub fn shield(json: &mut Json) {
    texts(json, &shielded);
}

/// Takes the shields out of a document.
pub fn unshield(json: &mut Json) {
    texts(json, &|text| text.contains(STAND_IN).then(|| unshielded(text)));
}

/// Changes the texts of a document where there is something to change.
fn texts(json: &mut Json, change: &dyn Fn(&str) -> Option<String>) {
    match json {
        Json::String(text) => {
            if let Some(changed) = change(text) {
                *text = changed;
            }
        }
        Json::Array(values) => values.iter_mut().for_each(|value| texts(value, change)),
        Json::Object(members) => {
            members.values_mut().for_each(|value| texts(value, change));
            if members.keys().any(|name| change(name).is_some()) {
                let renamed = std::mem::take(members).into_iter();
                *members = renamed.map(|(name, value)| (change(&name).unwrap_or(name), value)).collect();
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_utf8_is_stood_in_for_and_comes_back() {
        for text in [
            "",
            "%",
            "%%",
            "%2",
            "%zz",
            "plain",
            "%20",
            "%C3%A4",
            "ä%C3%A4",
            "%C3",
            "%ff",
            "a%ffb%C3%28c%e2%82",
            "%ED%A0%80",
            "%F4%8F%BF%BF",
            "%f4%8f%bf%bf%ff",
            "%F4%8F%BF",
            "%%ff%2",
            "%C3ä",
            "%25ff%FF%25",
        ] {
            let made = shielded(text);
            let shielded = made.as_deref().unwrap_or(text);
            let runs = shielded.match_indices('%').map(|(at, _)| bytes(&shielded[at..]));
            // Each run is read from its beginning alone.
            let mut last = 0;
            for ((at, _), run) in shielded.match_indices('%').zip(runs) {
                if at >= last && !run.is_empty() {
                    assert!(std::str::from_utf8(&run).is_ok(), "{text}: {shielded}");
                    last = at + 3 * run.len();
                }
            }
            assert_eq!(unshielded(shielded), text);
        }
        assert_eq!(shielded("%C3%A4%20x"), None);
    }
}
