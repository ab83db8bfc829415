//! Which representation a client wants (RFC 9110 §12.5.1), and how it is made from the one that is written.

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, HeaderMap};
use face::{elements, weight};

use crate::failure::Failure;

/// A representation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Representation {
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
    /// A page, for people.
    Html,
}

impl Representation {
    /// Those that programs read, in the order in which they are offered.
    pub const DATA: [Self; 7] =
        [Self::JsonLd, Self::Json, Self::Expanded, Self::Flattened, Self::Turtle, Self::NTriples, Self::NQuads];

    /// How many there are.
    pub const COUNT: usize = Self::DATA.len() + 1;

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
            Self::Html => "text/html; charset=utf-8",
        }
    }

    /// What tells its entity tags from those of other representations.
    pub fn mark(self) -> &'static str {
        match self {
            Self::JsonLd => "l",
            Self::Json => "j",
            Self::Expanded => "e",
            Self::Flattened => "f",
            Self::Turtle => "t",
            Self::NTriples => "n",
            Self::NQuads => "q",
            Self::Html => "h",
        }
    }
}

/// The media types on offer, the first being the one for whoever has no preference.
const OFFER: &[(&str, Representation)] = &[
    ("application/ld+json", Representation::JsonLd),
    ("application/json", Representation::Json),
    ("text/turtle", Representation::Turtle),
    ("application/n-triples", Representation::NTriples),
    ("application/n-quads", Representation::NQuads),
];

/// The media type of pages. It is not among the offers: only its name chooses it, no wildcard, because scripts and command
/// lines send `*/*` and cannot read pages.
const PAGE: &str = "text/html";

/// The format for a request. An empty `Accept` is as none.
///
/// # Errors
/// 406 where none is acceptable.
pub fn format(headers: &HeaderMap) -> Result<Representation, Failure> {
    if elements(headers, &ACCEPT).next().is_none() {
        return Ok(Representation::JsonLd);
    }
    wanted(headers).ok_or_else(|| {
        let offer: Vec<_> = OFFER.iter().map(|(name, _)| *name).chain([PAGE]).collect();
        Failure::new(StatusCode::NOT_ACCEPTABLE, format!("Offered are: {}.", offer.join(", ")))
    })
}

/// The media type of graphs with names.
pub const TRIG: &str = "application/trig";

/// Whether a client wants TriG by that name, more than anything else that is offered.
pub fn wants_trig(headers: &HeaderMap) -> bool {
    let ranges = ranges(elements(headers, &ACCEPT));
    let Some((wanted, range)) = quality(TRIG, &ranges) else { return false };
    let others = OFFER.iter().map(|(name, _)| *name).chain([PAGE]).filter_map(|name| quality(name, &ranges));
    range.is_name() && wanted > 0 && others.map(|(other, _)| other).all(|other| other < wanted)
}

/// Whether a page is wanted, for the answers that have no representation to choose: failures.
pub fn wants_page(headers: &HeaderMap) -> bool {
    wanted(headers) == Some(Representation::Html)
}

/// The media type of what is sent as it happens (WHATWG HTML §9.2).
pub const EVENTS: &str = "text/event-stream";

/// Whether a client wants events by that name, at least as much as anything else.
pub fn wants_events(headers: &HeaderMap) -> bool {
    let ranges = ranges(elements(headers, &ACCEPT));
    let Some((wanted, range)) = quality(EVENTS, &ranges) else { return false };
    let others = OFFER.iter().map(|(name, _)| *name).chain([PAGE]).filter_map(|name| quality(name, &ranges));
    range.is_name() && wanted > 0 && others.filter(|(_, range)| range.is_name()).all(|(other, _)| other <= wanted)
}

/// Whether a client wants JSON by that name, more than JSON-LD.
pub fn prefers_json(headers: &HeaderMap) -> bool {
    wanted(headers) == Some(Representation::Json)
}

/// Whether a client wants a picture of one of these media types, more than anything that can be read; where it asked for what
/// only pictures have, whether it would take one.
pub fn wants_picture(headers: &HeaderMap, types: &[&str], is_asked: bool) -> bool {
    let ranges = ranges(elements(headers, &ACCEPT));
    if is_asked {
        return ranges.is_empty() || types.iter().any(|name| quality(name, &ranges).is_some_and(|(q, _)| q > 0));
    }
    // Whoever takes anything has no wish of their own.
    let best = |names: &mut dyn Iterator<Item = &str>| {
        let wanted = names.filter_map(|name| quality(name, &ranges)).filter(|(_, range)| range.class != "*");
        wanted.map(|(quality, _)| quality).max().unwrap_or(0)
    };
    best(&mut types.iter().copied()) > best(&mut OFFER.iter().map(|(name, _)| *name).chain([PAGE]))
}

/// What is wanted most; none where nothing on offer is, or where nothing is said.
fn wanted(headers: &HeaderMap) -> Option<Representation> {
    let mut lines = headers.get_all(ACCEPT);
    match (lines.next().and_then(|line| named(line.as_bytes())), lines.next()) {
        (Some(format), None) => Some(format),
        _ => choose(&ranges(elements(headers, &ACCEPT))),
    }
}

/// What is chosen from a list of one name and nothing else. Programs send hardly anything else, so it is not taken apart.
fn named(list: &[u8]) -> Option<Representation> {
    let offer = OFFER.iter().find(|(name, _)| name.as_bytes() == list);
    offer.map(|(_, format)| *format).or_else(|| (list == b"*/*").then_some(Representation::JsonLd))
}

/// What a client accepts: a media type, or all that have something in common.
#[derive(Debug)]
struct Range {
    /// What stands before the slash.
    class: String,
    /// What stands after it, with its suffix.
    kind: String,
    /// How much it is wanted, in thousandths.
    quality: u16,
    /// Which profiles are asked for. Not everybody puts them in quotation marks.
    profile: Option<String>,
}

impl Range {
    /// None where it is no media range.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = face::parts(text, ';');
        let name = parts.next()?.to_ascii_lowercase();
        let (class, kind) = name.split_once('/').filter(|(class, kind)| !class.is_empty() && !kind.is_empty())?;
        let mut range = Self { class: class.to_owned(), kind: kind.to_owned(), quality: 1000, profile: None };
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            let value = face::unquoted(value.trim());
            match name.trim().to_ascii_lowercase().as_str() {
                "q" => range.quality = weight(&value),
                "profile" => range.profile = Some(value),
                _ => {}
            }
        }
        Some(range)
    }

    /// Whether it is one media type rather than many.
    fn is_name(&self) -> bool {
        self.kind != "*"
    }

    /// How closely it describes a media type; none where it does not.
    fn fits(&self, class: &str, kind: &str) -> Option<u8> {
        match (self.class.as_str(), self.kind.as_str()) {
            ("*", "*") => Some(1),
            (own, "*") => (own == class).then_some(2),
            own => (own == (class, kind)).then_some(3),
        }
    }
}

fn ranges<'a>(accepted: impl Iterator<Item = &'a str>) -> Vec<Range> {
    accepted.filter_map(Range::parse).collect()
}

fn choose(ranges: &[Range]) -> Option<Representation> {
    if ranges.is_empty() {
        return None;
    }
    let mut best: Option<(u16, Representation)> = None;
    let page = quality(PAGE, ranges).filter(|(_, range)| range.is_name()).map_or(0, |(quality, _)| quality);
    let mut page_wins = page > 0;
    for (name, format) in OFFER {
        let Some((quality, range)) = quality(name, ranges) else {
            continue;
        };
        // Whoever names what programs read beside what people read, and likes both equally, is a program.
        page_wins &= page > quality || (page == quality && !range.is_name());
        if quality > 0 && best.is_none_or(|(so_far, _)| quality > so_far) {
            best = Some((quality, if *format == Representation::JsonLd { profiled(range) } else { *format }));
        }
    }
    if page_wins { Some(Representation::Html) } else { best.map(|(_, format)| format) }
}

/// The quality of a media type, in thousandths: that of the most specific range that takes it in.
fn quality<'a>(name: &str, ranges: &'a [Range]) -> Option<(u16, &'a Range)> {
    let (class, kind) = name.split_once('/')?;
    // Among equally specific ranges the most wanted one counts, and of these the first: profiles are told apart by their own
    // quality.
    let fitting = ranges.iter().rev().filter_map(|range| Some((range.fits(class, kind)?, range)));
    let best = fitting.max_by_key(|(specificity, range)| (*specificity, range.quality));
    best.map(|(_, range)| (range.quality, range))
}

/// The form of JSON-LD that a range asks for; a profile that is not known is ignored (RFC 6906 §3.1).
fn profiled(range: &Range) -> Representation {
    let profiles = range.profile.as_deref().unwrap_or_default();
    profiles
        .split_ascii_whitespace()
        .find_map(|iri| match iri.strip_prefix("http://www.w3.org/ns/json-ld#")? {
            "expanded" => Some(Representation::Expanded),
            "flattened" => Some(Representation::Flattened),
            "compacted" => Some(Representation::JsonLd),
            _ => None,
        })
        .unwrap_or(Representation::JsonLd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_wanted_offer_wins_and_json_ld_wins_ties() {
        let table = [
            ("application/ld+json, application/trig, application/n-quads, text/turtle", Some(Representation::JsonLd)),
            (
                "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,text/html;q=0.2",
                Some(Representation::NQuads),
            ),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some(Representation::Html)),
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8,\
                 application/signed-exchange;v=b3;q=0.7",
                Some(Representation::Html),
            ),
            ("text/html", Some(Representation::Html)),
            ("text/html, */*", Some(Representation::Html)),
            ("text/html, application/ld+json;q=0.9", Some(Representation::Html)),
            ("text/html, application/ld+json", Some(Representation::JsonLd)),
            ("text/html, application/json", Some(Representation::Json)),
            ("text/html;q=0.5, */*", Some(Representation::JsonLd)),
            ("text/html;q=0.2, text/turtle;q=0.9", Some(Representation::Turtle)),
            ("application/json, text/plain, */*", Some(Representation::JsonLd)),
            ("*/*", Some(Representation::JsonLd)),
            ("text/html;q=0", None),
            ("application/xhtml+xml", None),
            ("text/*", Some(Representation::Turtle)),
            ("application/json", Some(Representation::Json)),
            ("application/*;q=0.5, text/turtle;q=0.4", Some(Representation::JsonLd)),
            ("application/ld+json;q=0, */*", Some(Representation::Json)),
            ("image/png", None),
            ("nonsense", None),
            ("application/ld+json;profile=\"http://www.w3.org/ns/json-ld#flattened\"", Some(Representation::Flattened)),
            (
                "application/ld+json;profile=\"http://example.org/x http://www.w3.org/ns/json-ld#expanded\"",
                Some(Representation::Expanded),
            ),
            ("application/ld+json;profile=\"http://example.org/x\"", Some(Representation::JsonLd)),
            (
                "application/ld+json;profile=\"http://x.example/a,b\";q=0.9, text/turtle;q=0.5",
                Some(Representation::JsonLd),
            ),
            ("image/png;x=\"\\\", text/turtle\", application/n-quads;q=0.1", Some(Representation::NQuads)),
            ("text/turtle;x=\"a;q=0\", application/n-quads;q=0.1", Some(Representation::Turtle)),
            ("application/ld+json;profile=http://www.w3.org/ns/json-ld#flattened;q=1", Some(Representation::Flattened)),
            ("application/LD+JSON ; Profile = http://www.w3.org/ns/json-ld#expanded", Some(Representation::Expanded)),
        ];
        for (accept, expected) in table {
            assert_eq!(choose(&ranges(face::parts(accept, ','))), expected, "{accept}");
        }
    }

    #[test]
    fn a_single_name_chooses_what_a_list_of_it_does() {
        let names = OFFER.iter().map(|(name, _)| *name).chain(["*/*"]);
        for name in names {
            assert_eq!(named(name.as_bytes()), choose(&ranges(face::parts(name, ','))), "{name}");
        }
        for other in ["", "text/html", "text/*", "application/json;q=0", "application/ld+json, text/turtle"] {
            assert_eq!(named(other.as_bytes()), None, "{other}");
        }
    }
}
