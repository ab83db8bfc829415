//! When two texts are the same: of what characters they may consist (PRECIS, RFC 8264), and in which form they are compared,
//! so that what people cannot tell apart is one. Passwords are here as well, where that matters most.
//!
//! What a text is for, how long it may be, and what is said to whoever sent it does not belong here; nor does where it is
//! kept.

mod address;
mod class;

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

pub use address::{address, domain, is_address};
pub use class::{is_freeform, is_identifier};

/// A text in normal form C (Unicode Standard Annex 15).
fn composed(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfc().normalize(text)
}

/// The form in which texts are compared: normalised, and in lower case.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // What was composed may be decomposed as a small letter.
    composed(&composed(text).to_lowercase()).into_owned()
}

/// The form in which names for people are compared: as [`folded`], and all blanks between two words are one.
pub fn nickname(text: &str) -> String {
    folded(&text.split(is_blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
}

fn is_blank(character: char) -> bool {
    character == ' ' || (!character.is_ascii() && category(character) == GeneralCategory::SpaceSeparator)
}

fn category(character: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(character)
}

/// The one text that a password is, in whatever way it was typed: the profile OpaqueString (RFC 8265 §4.2). Case and
/// compatibility forms stay apart. None where it has characters that are no part of passwords, such as control characters, or
/// none at all.
pub fn opaque(text: &str) -> Option<String> {
    let spaced: String = text.chars().map(|character| if is_blank(character) { ' ' } else { character }).collect();
    // In this order (RFC 8264 §7): some systems take syllables to pieces that are no characters by themselves.
    let password = composed(&spaced).into_owned();
    (!password.is_empty() && is_freeform(&password)).then_some(password)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_password_is_one_text_in_whatever_way_it_was_typed() {
        for (one, other) in [
            ("Çömlek-ñandú", "C\u{327}o\u{308}mlek-n\u{303}andu\u{301}"),
            ("a b", "a\u{a0}b"),
            ("a b", "a\u{3000}b"),
            ("a b", "a\u{2003}b"),
            ("한글", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}"),
            ("Å", "\u{212b}"),
        ] {
            assert_eq!(opaque(one), Some(composed(one).into_owned()), "{one}");
            assert_eq!(opaque(other), opaque(one), "{one}");
        }
        for (one, other) in
            [("a", "A"), ("ﬁ", "fi"), ("①", "1"), ("ａ", "a"), ("ß", "ss"), ("a  b", "a b"), ("x²", "x2"), (" a", "a")]
        {
            assert_ne!(opaque(one), opaque(other), "{one} {other}");
            assert!(opaque(one).is_some(), "{one}");
        }
        for none in [
            "",
            "a\tb",
            "a\nb",
            "a\u{0}",
            "a\u{ad}b",
            "a\u{200b}b",
            "a\u{feff}",
            "a\u{200d}b",
            "\u{fdd0}",
            "a\u{2028}b",
            "\u{e000}",
        ] {
            assert_eq!(opaque(none), None, "{none:?}");
        }
    }

    #[test]
    fn names_that_look_alike_are_one() {
        for (one, other) in
            [("Café", "CAFE\u{301}"), ("Mill", " Mill "), ("Old Mill", "old\u{a0}\u{3000} mill"), ("Å", "\u{212b}")]
        {
            assert_eq!(nickname(one), nickname(other), "{one}");
        }
        for (one, other) in [("Mill", "Mills"), ("Straße", "Strasse"), ("Old Mill", "OldMill"), ("Cafe", "Café")] {
            assert_ne!(nickname(one), nickname(other), "{one}");
        }
    }

    proptest! {
        #[test]
        fn a_form_is_the_form_of_itself(text in any::<String>()) {
            prop_assert_eq!(folded(&folded(&text)), folded(&text));
            prop_assert_eq!(nickname(&nickname(&text)), nickname(&text));
            prop_assert_eq!(address(&address(&text)), address(&text));
            if let Some(password) = opaque(&text) {
                prop_assert_eq!(opaque(&password), Some(password));
            }
        }

        #[test]
        fn what_is_composed_is_what_is_decomposed(text in any::<String>()) {
            let decomposed = icu_normalizer::DecomposingNormalizerBorrowed::new_nfd().normalize(&text);
            prop_assert_eq!(folded(&decomposed), folded(&text));
            prop_assert_eq!(nickname(&decomposed), nickname(&text));
        }
    }
}
