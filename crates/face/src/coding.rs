//! Content codings (RFC 9110 §8.4.1): how the bytes of an answer are compressed on their way. Each has tags of its own, which are made
//! of the tag of what is not compressed (§8.8.3.3).

use actix_web::http::header::{ACCEPT_ENCODING, HeaderMap};

use crate::list::{elements, parts, weight};

/// A coding that answers can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// Brotli, RFC 7932.
    Brotli,
    /// Gzip, RFC 1952.
    Gzip,
    /// Zstandard, RFC 8878.
    Zstandard,
}

impl Coding {
    /// All of them, in the order in which they are preferred among equals: by how short they make our documents.
    pub const ALL: [Self; 3] = [Self::Brotli, Self::Gzip, Self::Zstandard];

    /// Its name in `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstandard => "zstd",
            Self::Gzip => "gzip",
        }
    }

    /// Whether it is called that, in whatever letters (RFC 9110 §8.4.1.3 has two names for one).
    fn is_called(self, name: &str) -> bool {
        name.eq_ignore_ascii_case(self.name()) || self == Self::Gzip && name.eq_ignore_ascii_case("x-gzip")
    }

    /// What its tags end in, before the quotation mark. What proxies add begins with other signs.
    fn mark(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Zstandard => ".zstd",
            Self::Gzip => ".gzip",
        }
    }

    /// The tag of what has been put into this coding, by the tag of what it was; both in their quotation marks.
    pub fn tag(self, tag: &str) -> String {
        format!("{}{}\"", tag.trim_end_matches('"'), self.mark())
    }

    /// The coding that a tag is of, and the tag of what was put into it; both without quotation marks.
    pub(crate) fn of_tag(opaque: &str) -> (Option<Self>, &str) {
        let coded = Self::ALL.iter().find_map(|coding| Some((*coding, opaque.strip_suffix(coding.mark())?)));
        coded.map_or((None, opaque), |(coding, plain)| (Some(coding), plain))
    }
}

/// The codings that a client takes, with how much it wants each, in thousandths (RFC 9110 §12.5.3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Codings {
    wanted: [u16; Coding::ALL.len()],
    plain: u16,
}

impl Codings {
    /// Reads the header. Where it was not sent, nothing is compressed: whoever does not ask is often not prepared.
    pub fn of(headers: &HeaderMap) -> Self {
        let (mut named, mut plain, mut others) = ([None; Coding::ALL.len()], None, None);
        for element in elements(headers, &ACCEPT_ENCODING) {
            let mut parts = parts(element, ';');
            let name = parts.next().unwrap_or_default();
            let asked =
                parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
            let asked = Some(asked.map_or(1000, |(_, quality)| weight(quality.trim())));
            match Coding::ALL.iter().position(|coding| coding.is_called(name)) {
                Some(index) => named[index] = asked,
                None if name.eq_ignore_ascii_case("identity") => plain = asked,
                None if name == "*" => others = asked,
                None => {}
            }
        }
        Self { wanted: named.map(|named| named.or(others).unwrap_or(0)), plain: plain.unwrap_or(0) }
    }

    /// Whether this one is taken.
    pub fn has(self, coding: Coding) -> bool {
        self.wanted[coding as usize] > 0
    }

    /// The one that is wanted most; none where that is none at all, or where nothing was said.
    pub fn best(self) -> Option<Coding> {
        let most = self.wanted.into_iter().max().filter(|most| *most > 0 && *most >= self.plain)?;
        Coding::ALL.into_iter().find(|coding| self.wanted[*coding as usize] == most)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn the_most_wanted_is_chosen() {
        for (sent, best) in [
            (&["gzip, deflate, br, zstd"][..], Some(Coding::Brotli)),
            (&["gzip, deflate"], Some(Coding::Gzip)),
            (&["GZip"], Some(Coding::Gzip)),
            (&["x-gzip"], Some(Coding::Gzip)),
            (&["deflate", "zstd"], Some(Coding::Zstandard)),
            (&["br;q=0.5, gzip;q=0.8"], Some(Coding::Gzip)),
            (&["br ; Q=0.5, gzip ; q=0.5"], Some(Coding::Brotli)),
            (&["br;q=0, gzip;q=0.1"], Some(Coding::Gzip)),
            (&["*"], Some(Coding::Brotli)),
            (&["br;q=0, *;q=0.3"], Some(Coding::Gzip)),
            (&["identity, gzip;q=0.5"], None),
            (&["identity;q=0.5, gzip;q=0.5"], Some(Coding::Gzip)),
            (&["identity;q=0"], None),
            (&["gzip;q=nonsense"], None),
            (&["deflate, compress"], None),
            (&["*;q=0"], None),
            (&[""], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for line in sent {
                headers.append(ACCEPT_ENCODING, HeaderValue::from_static(line));
            }
            assert_eq!(Codings::of(&headers).best(), best, "{sent:?}");
        }
    }

    #[test]
    fn each_coding_has_a_tag_of_its_own() {
        for (index, coding) in Coding::ALL.into_iter().enumerate() {
            assert_eq!(coding as usize, index);
            let tag = coding.tag("\"a-b\"");
            assert_eq!(Coding::of_tag(tag.trim_matches('"')), (Some(coding), "a-b"));
        }
        for plain in ["a-b", "a-b-gzip", "br", ""] {
            assert_eq!(Coding::of_tag(plain), (None, plain));
        }
    }
}
