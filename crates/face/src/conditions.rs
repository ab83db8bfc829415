//! Conditional requests (RFC 9110 §13).

use actix_web::http::header::{HeaderMap, HeaderName, IF_MATCH, IF_NONE_MATCH};

use crate::coding::{Coding, Codings};
use crate::tag::{EntityTag, as_given};

/// The tags that a header lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tags<'a> {
    /// `*`: whatever there is.
    Any,
    /// These, each as what stands between its quotation marks. Whether one was weak is not told: proxies weaken tags that were
    /// given out strong, and we give out no others.
    These(Vec<&'a str>),
}

impl<'a> Tags<'a> {
    /// Reads a header. None where it was not sent. What is in quotation marks may have commas in it, and nothing escapes
    /// (RFC 9110 §8.8.3).
    fn of(headers: &'a HeaderMap, name: &HeaderName) -> Option<Self> {
        let mut lines = headers.get_all(name).map(|value| value.to_str().unwrap_or_default()).peekable();
        lines.peek()?;
        let mut these = Vec::new();
        for line in lines {
            let whole = line.matches('"').count() / 2;
            for (index, text) in line.split('"').enumerate() {
                match index % 2 {
                    0 if text.split(',').any(|element| element.trim() == "*") => return Some(Self::Any),
                    // What begins with a quotation mark and has no other is no tag.
                    1 if index / 2 < whole => these.push(text),
                    _ => {}
                }
            }
        }
        Some(Self::These(these))
    }

    /// Whether one of them is of the representation with this tag, in a coding that the client takes or in none.
    fn has(&self, tag: &str, taken: Codings) -> bool {
        *self == Self::Any || self.known(tag, taken).is_some()
    }

    /// Which of them is of the representation with this tag, as it stands in the header: it itself, or what it became in a coding
    /// that the client takes. Both without quotation marks.
    fn known(&self, tag: &str, taken: Codings) -> Option<&'a str> {
        let Self::These(these) = self else { return None };
        let is_of = |this: &&&str| {
            let (coding, plain) = Coding::of_tag(as_given(this));
            plain == tag && coding.is_none_or(|coding| taken.has(coding))
        };
        these.iter().find(is_of).copied()
    }

    /// The states that they are of, where they are of ours.
    pub fn states(&self) -> Vec<String> {
        let Self::These(these) = self else { return Vec::new() };
        let of_ours = these
            .iter()
            .filter_map(|this| EntityTag::parse(this).or_else(|| EntityTag::parse(Coding::of_tag(as_given(this)).1)));
        of_ours.map(|tag| tag.state().to_owned()).collect()
    }

    /// Whether one of them is this, in whichever coding.
    fn is_whole(&self, tag: &str) -> bool {
        match self {
            Self::Any => true,
            Self::These(these) => these.iter().any(|this| Coding::of_tag(as_given(this)).1 == tag),
        }
    }

    /// Whether one of them is of a state, in whichever form.
    fn is_of(&self, state: &str) -> bool {
        *self == Self::Any || self.states().iter().any(|known| known == state)
    }
}

/// What a request is conditional on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conditions<'a> {
    /// `If-Match`
    pub some: Option<Tags<'a>>,
    /// `If-None-Match`
    pub none: Option<Tags<'a>>,
    taken: Codings,
}

/// What comes of the conditions of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// They hold, or there are none.
    Proceed,
    /// The client has the representation already: 304.
    NotModified,
    /// They do not hold: 412.
    Failed,
}

impl Verdict {
    /// Whether the client has the representation already; nothing where it asks for another.
    pub fn is_known(self) -> Option<bool> {
        match self {
            Self::Proceed => Some(false),
            Self::NotModified => Some(true),
            Self::Failed => None,
        }
    }
}

impl<'a> Conditions<'a> {
    /// Reads the headers.
    pub fn of(headers: &'a HeaderMap) -> Self {
        Self {
            some: Tags::of(headers, &IF_MATCH),
            none: Tags::of(headers, &IF_NONE_MATCH),
            taken: Codings::of(headers),
        }
    }

    /// Whether there are any.
    pub fn is_empty(&self) -> bool {
        self.some.is_none() && self.none.is_none()
    }

    /// What comes of them for a GET or HEAD whose answer has this tag, in the order of §13.2.2. For `If-Match` it is the state
    /// that counts, in whichever form it was read; for `If-None-Match`, what the client would get.
    pub fn of_reading(&self, tag: &EntityTag) -> Verdict {
        self.reading(|some| some.is_of(tag.state()), tag.opaque())
    }

    /// The same for what has no states, and is told by all of its tag, which is in quotation marks here.
    pub fn of_reading_whole(&self, tag: &str) -> Verdict {
        let tag = tag.trim_matches('"');
        self.reading(|some| some.is_whole(tag), tag)
    }

    fn reading(&self, is_wanted: impl Fn(&Tags<'_>) -> bool, opaque: &str) -> Verdict {
        if self.some.as_ref().is_some_and(|some| !is_wanted(some)) {
            return Verdict::Failed;
        }
        match &self.none {
            Some(none) if none.has(opaque, self.taken) => Verdict::NotModified,
            _ => Verdict::Proceed,
        }
    }

    /// What comes of them for any other method on what is in this state.
    pub fn of_writing(&self, state: &str) -> Verdict {
        let is_other = self.some.as_ref().is_some_and(|some| !some.is_of(state));
        match is_other || self.none.as_ref().is_some_and(|none| none.is_of(state)) {
            true => Verdict::Failed,
            false => Verdict::Proceed,
        }
    }
}

/// The coding of what the client has of a representation; none where it has it in none. The tag is in its quotation marks.
pub fn known_coding(headers: &HeaderMap, tag: &str) -> Option<Coding> {
    let none = Tags::of(headers, &IF_NONE_MATCH)?;
    Coding::of_tag(as_given(none.known(tag.trim_matches('"'), Codings::of(headers))?)).0
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn sent(some: Option<String>, none: Option<String>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in [(IF_MATCH, some), (IF_NONE_MATCH, none)] {
            if let Some(value) = value {
                headers.append(name, HeaderValue::from_str(&value).expect("it is a header"));
            }
        }
        headers
    }

    #[test]
    fn conditions_are_looked_at_in_their_order() {
        let (json, turtle, other) =
            (EntityTag::new("s", &["1j"]), EntityTag::new("s", &["1t"]), EntityTag::new("other", &["1j"]));
        let half = || Some("\"s-1j\"".to_owned());
        let open = |tag: &EntityTag| Some(format!("\"a\", {}", tag.to_string().trim_end_matches('"')));
        let list = |tag: &EntityTag| Some(format!("\"a,b\", W/\"x\" , {tag}"));
        let coded =
            |tag: &EntityTag| Some(tag.to_string().replace("\"", "") + "-gzip").map(|tag| format!("W/\"{tag}\""));
        let any = || Some("*".to_owned());
        let (proceed, known, failed) = (Verdict::Proceed, Verdict::NotModified, Verdict::Failed);
        for (some, none, reading, writing) in [
            (None, None, proceed, proceed),
            (list(&json), None, proceed, proceed),
            (list(&turtle), None, proceed, proceed),
            (coded(&json), None, proceed, proceed),
            (any(), None, proceed, proceed),
            (list(&other), None, failed, failed),
            (half(), None, failed, failed),
            (open(&json), None, failed, failed),
            (Some("nonsense".into()), None, failed, failed),
            (Some(String::new()), None, failed, failed),
            (None, list(&json), known, failed),
            (None, list(&turtle), proceed, failed),
            (None, coded(&json), known, failed),
            (None, any(), known, failed),
            (None, list(&other), proceed, proceed),
            (None, half(), proceed, proceed),
            (None, open(&json), proceed, proceed),
            (list(&json), list(&json), known, failed),
            (list(&other), list(&json), failed, failed),
            (list(&json), list(&other), proceed, proceed),
        ] {
            let headers = sent(some.clone(), none.clone());
            let sent = Conditions::of(&headers);
            assert_eq!(sent.of_reading(&json), reading, "{sent:?}");
            assert_eq!(sent.of_writing("s"), writing, "{sent:?}");
        }
    }
}
