//! The two classes of texts of RFC 8264 §4: identifiers, and freeform texts such as passwords and names. The table of the RFC
//! is not copied but derived, as its §8 says, from the Unicode that this program was built with.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::props::{
    CanonicalCombiningClass, DefaultIgnorableCodePoint, GeneralCategory, HangulSyllableType, JoiningType,
    NoncharacterCodePoint, Script,
};
use icu_properties::{CodePointMapData, CodePointSetData};

use super::category;

/// What a character may be part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    /// Both classes.
    Valid,
    /// Freeform texts alone.
    Freeform,
    /// Both, in some surroundings.
    Context,
    /// Neither.
    Disallowed,
}

/// Whether a text consists of nothing but what identifiers may consist of.
pub fn is_identifier(text: &str) -> bool {
    consists(text, false)
}

/// Whether a text consists of nothing but what freeform texts may consist of.
pub fn is_freeform(text: &str) -> bool {
    consists(text, true)
}

fn consists(text: &str, freeform: bool) -> bool {
    // The common case, without a table: printable ASCII, and blanks in freeform texts.
    if text.bytes().all(|byte| byte.is_ascii_graphic() || (freeform && byte == b' ')) {
        return true;
    }
    let characters: Vec<char> = text.chars().collect();
    characters.iter().enumerate().all(|(at, character)| match value(*character) {
        Value::Valid => true,
        Value::Freeform => freeform,
        Value::Context => fits(&characters, at),
        Value::Disallowed => false,
    })
}

/// RFC 8264 §8, in its order.
fn value(character: char) -> Value {
    use GeneralCategory as Category;
    if let Some(value) = exception(character) {
        return value;
    }
    let category = category(character);
    if category == Category::Unassigned {
        return Value::Disallowed;
    }
    if character.is_ascii_graphic() {
        return Value::Valid;
    }
    if is_join_control(character) {
        return Value::Context;
    }
    let hangul = CodePointMapData::<HangulSyllableType>::new().get(character);
    let is_old_jamo =
        [HangulSyllableType::LeadingJamo, HangulSyllableType::VowelJamo, HangulSyllableType::TrailingJamo]
            .contains(&hangul);
    if is_old_jamo
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
        || CodePointSetData::new::<NoncharacterCodePoint>().contains(character)
        || category == Category::Control
    {
        return Value::Disallowed;
    }
    if has_compatibility(character) {
        return Value::Freeform;
    }
    match category {
        Category::LowercaseLetter
        | Category::UppercaseLetter
        | Category::OtherLetter
        | Category::DecimalNumber
        | Category::ModifierLetter
        | Category::NonspacingMark
        | Category::SpacingMark => Value::Valid,
        Category::TitlecaseLetter
        | Category::LetterNumber
        | Category::OtherNumber
        | Category::EnclosingMark
        | Category::SpaceSeparator
        | Category::MathSymbol
        | Category::CurrencySymbol
        | Category::ModifierSymbol
        | Category::OtherSymbol
        | Category::ConnectorPunctuation
        | Category::DashPunctuation
        | Category::OpenPunctuation
        | Category::ClosePunctuation
        | Category::InitialPunctuation
        | Category::FinalPunctuation
        | Category::OtherPunctuation => Value::Freeform,
        _ => Value::Disallowed,
    }
}

/// RFC 5892 §2.6, to which RFC 8264 §9.6 refers.
fn exception(character: char) -> Option<Value> {
    Some(match character {
        '\u{df}' | '\u{3c2}' | '\u{6fd}' | '\u{6fe}' | '\u{f0b}' | '\u{3007}' => Value::Valid,
        '\u{b7}' | '\u{375}' | '\u{5f3}' | '\u{5f4}' | '\u{30fb}' | '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}' => {
            Value::Context
        }
        '\u{640}' | '\u{7fa}' | '\u{302e}' | '\u{302f}' | '\u{3031}'..='\u{3035}' | '\u{303b}' => Value::Disallowed,
        _ => return None,
    })
}

fn is_join_control(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

/// Whether a character is another one in normal form KC (RFC 8264 §9.17).
fn has_compatibility(character: char) -> bool {
    let mut buffer = [0; 4];
    let text = &*character.encode_utf8(&mut buffer);
    ComposingNormalizerBorrowed::new_nfkc().normalize(text) != text
}

/// Whether what needs certain surroundings has them (RFC 5892, appendix A).
fn fits(text: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| text[before]);
    let after = text.get(at + 1).copied();
    let is_of = |script: Script, character: char| CodePointMapData::<Script>::new().get(character) == script;
    let is_virama = |character: char| {
        CodePointMapData::<CanonicalCombiningClass>::new().get(character) == CanonicalCombiningClass::Virama
    };
    match text[at] {
        '\u{200c}' => before.is_some_and(is_virama) || joins(text, at),
        '\u{200d}' => before.is_some_and(is_virama),
        '\u{b7}' => before == Some('l') && after == Some('l'),
        '\u{375}' => after.is_some_and(|after| is_of(Script::Greek, after)),
        '\u{5f3}' | '\u{5f4}' => before.is_some_and(|before| is_of(Script::Hebrew, before)),
        '\u{30fb}' => {
            let scripts = [Script::Hiragana, Script::Katakana, Script::Han];
            text.iter().any(|one| scripts.into_iter().any(|script| is_of(script, *one)))
        }
        '\u{660}'..='\u{669}' => !text.iter().any(|one| ('\u{6f0}'..='\u{6f9}').contains(one)),
        '\u{6f0}'..='\u{6f9}' => !text.iter().any(|one| ('\u{660}'..='\u{669}').contains(one)),
        _ => false,
    }
}

/// Whether a non-joiner stands between letters that would join (RFC 5892, appendix A.1).
fn joins(text: &[char], at: usize) -> bool {
    let joining = |character: &char| CodePointMapData::<JoiningType>::new().get(*character);
    let first = |mut types: Box<dyn Iterator<Item = JoiningType>>| types.find(|one| *one != JoiningType::Transparent);
    let before = first(Box::new(text[..at].iter().rev().map(joining).collect::<Vec<_>>().into_iter()));
    let after = first(Box::new(text[at + 1..].iter().map(joining).collect::<Vec<_>>().into_iter()));
    matches!(before, Some(JoiningType::LeftJoining | JoiningType::DualJoining))
        && matches!(after, Some(JoiningType::RightJoining | JoiningType::DualJoining))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_of_the_class_that_the_rfc_puts_them_in() {
        for both in ['a', 'A', '!', '~', 'é', 'ß', 'ς', '漢', '1', '\u{301}', 'ا', '한', '\u{3007}'] {
            assert_eq!(value(both), Value::Valid, "{both}");
        }
        for freeform in [' ', '\u{a0}', '€', '☠', '🐒', '🤖', 'ﬁ', 'ａ', 'Ⅷ', '²', '’', '«', '\u{1c5}', '·']
        {
            let expected = if freeform == '·' { Value::Context } else { Value::Freeform };
            assert_eq!(value(freeform), expected, "{freeform}");
        }
        for neither in [
            '\u{0}', '\t', '\u{7f}', '\u{ad}', '\u{200b}', '\u{202e}', '\u{feff}', '\u{1170}', '\u{640}', '\u{e000}',
            '\u{ffff}', '\u{378}', '\u{fe0f}',
        ] {
            assert_eq!(value(neither), Value::Disallowed, "{neither:?}");
        }
    }

    #[test]
    fn surroundings_decide_where_they_should() {
        for good in ["col·legi", "क्\u{200d}ष", "क्\u{200c}ष", "ا\u{660}\u{661}", "א׳", "ア・イ", "بی\u{200c}خ"]
        {
            assert!(is_identifier(good), "{good}");
        }
        for bad in ["a·b", "·", "a\u{200d}b", "a\u{200c}b", "\u{660}\u{6f0}", "a׳", "a・b", "\u{375}a"] {
            assert!(!is_identifier(bad), "{bad}");
        }
    }
}
