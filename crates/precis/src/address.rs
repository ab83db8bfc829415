//! E-mail addresses: what one may be, and the form in which two are compared.

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};

use super::{composed, folded, is_freeform, is_identifier};

/// Whether a text is an address: a local part that is a dot-string (RFC 5321 §4.1.2, RFC 6531 §3.3) of what identifiers may
/// consist of, and a domain. A quoted local part is none, and neither is a number of a host in place of the domain.
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let local = composed(local);
    let is_atext = |character: char| {
        character.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(character) || !character.is_ascii()
    };
    let is_atom = |atom: &str| !atom.is_empty() && atom.chars().all(is_atext);
    // An octet more is no local part (RFC 5321 §4.5.3.1.1).
    let is_local = local.len() <= 64 && local.split('.').all(is_atom) && is_identifier(&local);
    // What the standards pass over in a domain, such as soft hyphens, is none of it.
    is_local && is_freeform(domain) && self::domain(domain).is_some()
}

/// The form in which an address is compared: the local part in [`folded`] form, the domain as A-labels. What
/// is no address has a form as well, so that it can be looked for.
pub fn address(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((local, domain)) => {
            let domain = self::domain(domain).unwrap_or_else(|| folded(domain));
            format!("{}@{domain}", folded(local))
        }
        None => folded(text),
    }
}

/// A domain as A-labels (RFC 5890 §2.3.2.1); none where it is no domain (RFC 5891 §4.2, Unicode Technical Standard 46).
pub fn domain(domain: &str) -> Option<String> {
    let ascii = Uts46::new()
        .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::Check, DnsLength::Verify)
        .ok()?
        .into_owned();
    let (unicode, sound) = Uts46::new().to_unicode(ascii.as_bytes(), AsciiDenyList::STD3, Hyphens::Check);
    // The standard of the two that is stricter on symbols; of letters both say the same.
    let is_sound = sound.is_ok() && unicode.split('.').all(is_identifier);
    is_sound.then_some(ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_look_alike_are_one() {
        for (one, other) in [
            ("josé@x.example", "JOSE\u{301}@X.example"),
            ("b@bücher.example", "b@xn--bcher-kva.example"),
            ("b@bücher.example", "B@BU\u{308}CHER.EXAMPLE"),
            ("b@bücher.example", "b@XN--BCHER-KVA.example"),
            ("a@ｘ.example", "a@x.example"),
            ("a@x。example", "a@x.example"),
            ("a@日本.example", "a@xn--wgv71a.example"),
        ] {
            assert_eq!(address(one), address(other), "{one} {other}");
            assert!(is_address(one) && is_address(other), "{one} {other}");
        }
        for (one, other) in [
            ("a@x.example", "a+b@x.example"),
            ("straße@x.example", "strasse@x.example"),
            ("a@faß.example", "a@fass.example"),
        ] {
            assert_ne!(address(one), address(other), "{one} {other}");
            assert!(is_address(one) && is_address(other), "{one} {other}");
        }
    }

    #[test]
    fn what_is_no_dot_string_at_a_domain_is_no_address() {
        for good in
            ["a@b", "a.b@c", "o'hara@x.example", "a/b=c@x.example", "用户@例え.example", "1@2.example", "a@b-c.example"]
        {
            assert!(is_address(good), "{good}");
        }
        let long = format!("{}@x", "a".repeat(65));
        for bad in [
            "",
            "a",
            "@",
            "a@",
            "@x",
            ".a@x",
            "a.@x",
            "a..b@x",
            "a b@x",
            "a@b@x",
            "\"a\"@x",
            "(a)@x",
            "a,b@x",
            "a<b@x",
            "a\u{ad}@x",
            "a\u{200b}@x",
            "a\u{202e}b@x",
            "ａ@x",
            "a☠@x",
            "a@-x",
            "a@x-",
            "a@x.",
            "a@.x",
            "a@x..y",
            "a@x_y",
            "a@x y",
            "a@[1.2.3.4]",
            "a@xn--zz--",
            "a@ab--cd.example",
            "a@☠.example",
            "a@x\u{ad}y",
            "a@x\u{200b}y",
            &long,
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
