//! Which representation a client wants (RFC 9110 §12.5.1), and how it is made from the one that is written.

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, HeaderMap};
use mediatype::{MediaType, ReadParams};

use crate::failure::Failure;

/// A representation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON-LD, compacted: what is written.
    JsonLd,
    /// The same bytes for those who only know JSON; the context comes in a Link header.
    Json,
    /// JSON-LD, expanded.
    Expanded,
    /// JSON-LD, flattened.
    Flattened,
    /// Turtle.
    Turtle,
    /// N-Triples.
    NTriples,
    /// N-Quads.
    NQuads,
}

impl Format {
    /// The media type, in full.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::JsonLd => "application/ld+json",
            Self::Json => "application/json",
            Self::Expanded => "application/ld+json; profile=\"http://www.w3.org/ns/json-ld#expanded\"",
            Self::Flattened => "application/ld+json; profile=\"http://www.w3.org/ns/json-ld#flattened\"",
            Self::Turtle => "text/turtle; charset=utf-8",
            Self::NTriples => "application/n-triples",
            Self::NQuads => "application/n-quads",
        }
    }

    /// What tells its entity tags from those of other representations.
    pub fn mark(self) -> char {
        match self {
            Self::JsonLd => 'l',
            Self::Json => 'j',
            Self::Expanded => 'e',
            Self::Flattened => 'f',
            Self::Turtle => 't',
            Self::NTriples => 'n',
            Self::NQuads => 'q',
        }
    }
}

/// The media types on offer, the first being the one for whoever has no preference.
const OFFER: &[(&str, Format)] = &[
    ("application/ld+json", Format::JsonLd),
    ("application/json", Format::Json),
    ("text/turtle", Format::Turtle),
    ("application/n-triples", Format::NTriples),
    ("application/n-quads", Format::NQuads),
];

/// The format for a request.
///
/// # Errors
/// 406 where none is acceptable.
pub fn format(headers: &HeaderMap) -> Result<Format, Failure> {
    let mut values = headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok());
    match (values.next(), values.next()) {
        (None, _) => Ok(Format::JsonLd),
        (Some("*/*" | "application/ld+json"), None) => Ok(Format::JsonLd),
        (Some(first), second) => {
            let all: Vec<&str> = std::iter::once(first).chain(second).chain(values).collect();
            choose(&all.join(",")).ok_or_else(|| {
                let offer: Vec<_> = OFFER.iter().map(|(name, _)| *name).collect();
                Failure::new(StatusCode::NOT_ACCEPTABLE, format!("Offered are: {}.", offer.join(", ")))
            })
        }
    }
}

fn choose(accept: &str) -> Option<Format> {
    let ranges: Vec<MediaType<'_>> =
        accept.split(',').filter_map(|range| MediaType::parse(range.trim()).ok()).collect();
    if ranges.is_empty() {
        return None;
    }
    let mut best: Option<(u16, Format)> = None;
    for (name, format) in OFFER {
        let Some((quality, range)) = quality(name, &ranges) else {
            continue;
        };
        if quality > 0 && best.is_none_or(|(so_far, _)| quality > so_far) {
            best = Some((quality, if *format == Format::JsonLd { profiled(range) } else { *format }));
        }
    }
    best.map(|(_, format)| format)
}

/// The quality of a media type, in thousandths: that of the most specific range that takes it in.
fn quality<'a>(name: &str, ranges: &'a [MediaType<'a>]) -> Option<(u16, &'a MediaType<'a>)> {
    let offered = MediaType::parse(name).ok()?;
    let mut best: Option<(u8, u16, &MediaType<'_>)> = None;
    for range in ranges {
        let suffix = |of: &MediaType<'_>| of.suffix.map(|suffix| suffix.as_str().to_ascii_lowercase());
        let specificity = match (range.ty.as_str(), range.subty.as_str()) {
            ("*", "*") => 1,
            (ty, "*") if ty.eq_ignore_ascii_case(offered.ty.as_str()) => 2,
            (ty, subty)
                if ty.eq_ignore_ascii_case(offered.ty.as_str())
                    && subty.eq_ignore_ascii_case(offered.subty.as_str())
                    && suffix(range) == suffix(&offered) =>
            {
                3
            }
            _ => continue,
        };
        let q = thousandths(range);
        // Among equally specific ranges the most wanted one counts: profiles are told apart by their own quality.
        if best.is_none_or(|(so_far, quality, _)| (specificity, q) > (so_far, quality)) {
            best = Some((specificity, q, range));
        }
    }
    best.map(|(_, quality, range)| (quality, range))
}

fn thousandths(range: &MediaType<'_>) -> u16 {
    let q = range.params().find(|(name, _)| name.as_str().eq_ignore_ascii_case("q"));
    let quality = q.map_or(1.0, |(_, value)| value.unquoted_str().parse::<f32>().unwrap_or(0.0));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies between 0 and 1000")]
    {
        (quality.clamp(0.0, 1.0) * 1000.0).round() as u16
    }
}

/// The form of JSON-LD that a range asks for; a profile that is not known is ignored (RFC 6906 §3.1).
fn profiled(range: &MediaType<'_>) -> Format {
    let profile = range.params().find(|(name, _)| name.as_str().eq_ignore_ascii_case("profile"));
    let Some((_, value)) = profile else {
        return Format::JsonLd;
    };
    let value = value.unquoted_str();
    value
        .split_ascii_whitespace()
        .find_map(|iri| match iri.strip_prefix("http://www.w3.org/ns/json-ld#")? {
            "expanded" => Some(Format::Expanded),
            "flattened" => Some(Format::Flattened),
            "compacted" => Some(Format::JsonLd),
            _ => None,
        })
        .unwrap_or(Format::JsonLd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_wanted_offer_wins_and_json_ld_wins_ties() {
        let table = [
            ("application/ld+json, application/trig, application/n-quads, text/turtle", Some(Format::JsonLd)),
            (
                "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,text/html;q=0.2",
                Some(Format::NQuads),
            ),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some(Format::JsonLd)),
            ("text/*", Some(Format::Turtle)),
            ("application/json", Some(Format::Json)),
            ("application/*;q=0.5, text/turtle;q=0.4", Some(Format::JsonLd)),
            ("application/ld+json;q=0, */*", Some(Format::Json)),
            ("image/png", None),
            ("nonsense", None),
            ("application/ld+json;profile=\"http://www.w3.org/ns/json-ld#flattened\"", Some(Format::Flattened)),
            (
                "application/ld+json;profile=\"http://example.org/x http://www.w3.org/ns/json-ld#expanded\"",
                Some(Format::Expanded),
            ),
            ("application/ld+json;profile=\"http://example.org/x\"", Some(Format::JsonLd)),
        ];
        for (accept, expected) in table {
            assert_eq!(choose(accept), expected, "{accept}");
        }
    }
}
