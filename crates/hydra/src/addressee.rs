//! Where a body was sent: what the IRIs in it are relative to, and which resource of ours one of them is, however it is
//! spelled.

use std::sync::Arc;

use oxiri::Iri;
use percent_encoding::percent_decode_str;

use crate::key::write_segment;

/// Where a body was sent.
#[derive(Debug, Clone, Default)]
pub struct Addressee {
    base: Arc<str>,
    target: Arc<str>,
    document: Arc<str>,
    asked: Option<Arc<str>>,
}

/// Put behind the address of a collection, it makes another IRI of the empty reference and of no other one.
const NEW: &str = "?new";

impl Addressee {
    /// Of a body that was sent to `target` below a public base URL, which the empty reference in it names.
    pub fn new(base: &str, target: &str) -> Self {
        let target: Arc<str> = target.into();
        Self { base: base.into(), document: Arc::clone(&target), target, asked: None }
    }

    /// Of what belongs to no address but the base URL.
    pub(crate) fn at(base: &str) -> Self {
        let base: Arc<str> = base.into();
        Self { document: Arc::clone(&base), target: Arc::clone(&base), base, asked: None }
    }

    /// Of a body that was sent to a collection to become a member of it: the empty reference names what is to be
    /// made (LDP 1.0 §5.2.3.7), and the IRI of the collection names the collection as ever.
    pub fn in_collection(base: &str, collection: &str) -> Self {
        Self { document: format!("{collection}{NEW}").into(), ..Self::new(base, collection) }
    }

    /// Together with the address that was asked for, as it was written; it names the target, too.
    #[must_use]
    pub fn asked_as(self, iri: &str) -> Self {
        Self { asked: Some(iri.into()), ..self }
    }

    /// The public base URL, without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The IRI that the body was sent to.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The IRI that references are resolved against, and that the empty one is.
    pub(crate) fn document(&self) -> &str {
        &self.document
    }

    /// Whether an IRI is that of a resource which has no address yet.
    pub(crate) fn is_new(&self, iri: &str) -> bool {
        self.document != self.target && iri == &*self.document
    }

    /// The identity that an `@id` gives; blank nodes and what is to be made have none.
    pub(crate) fn identity(&self, id: &str) -> Option<String> {
        let id = if id.starts_with("_:") { return None } else { self.canonical(id) };
        (!self.is_new(&id)).then_some(id)
    }

    /// Whether an IRI is so clearly that of another resource of ours that it need not be taken apart.
    pub(crate) fn is_another(&self, iri: &str) -> bool {
        let asks = self.asked.as_ref().is_some_and(|asked| asked.contains('?'));
        let is_plain = |path: &str| {
            path.starts_with('/')
                && !path.ends_with('/')
                && !path.contains('%')
                && !path.contains("/.")
                && (!asks || !path.contains('?'))
        };
        iri.strip_prefix(&*self.base).is_some_and(is_plain) && iri != &*self.target && iri != &*self.document
    }

    /// The path of an IRI of ours, which may be relative, as the resource's own address has it.
    pub fn path_of(&self, reference: &str) -> Option<String> {
        if let Some(path) = reference.strip_prefix(&*self.base).filter(|path| is_normal(path)) {
            return Some(path.to_owned());
        }
        let iri = self.resolved(reference)?;
        if iri.query().is_some() || iri.fragment().is_some() { None } else { self.path_within(iri.as_ref()) }
    }

    /// An IRI, which may be relative, as everything here is called that is the same by syntax (RFC 3986 §6.2.2): a resource
    /// of ours as its own address has it, what is another's as it is.
    pub(crate) fn canonical(&self, reference: &str) -> String {
        if reference == &*self.document || reference == &*self.target {
            return reference.to_owned();
        }
        if let Some(path) = self.path_of(reference) {
            return format!("{}{path}", self.base);
        }
        let Some(iri) = self.resolved(reference) else { return reference.to_owned() };
        if self.is_what_was_asked(&iri) { self.target.to_string() } else { iri.into_inner() }
    }

    /// Whether an IRI is the address of the request, with its query.
    fn is_what_was_asked(&self, iri: &Iri<String>) -> bool {
        let Some(asked) = self.asked.as_deref().and_then(|asked| Iri::parse(asked).ok()) else { return false };
        let decoded = |query: Option<&str>| query.map(|query| percent_decode_str(query).collect::<Vec<u8>>());
        let path = self.path_within(iri.as_ref());
        let is_same = path.is_some() && path == self.path_within(asked);
        is_same && iri.fragment().is_none() && decoded(iri.query()) == decoded(asked.query())
    }

    fn resolved(&self, reference: &str) -> Option<Iri<String>> {
        if let Ok(iri) = Iri::parse(reference) {
            return Some(iri.into());
        }
        Iri::parse(&*self.document).ok()?.resolve(reference).ok()
    }

    fn path_within(&self, iri: Iri<&str>) -> Option<String> {
        let base = Iri::parse(&*self.base).ok()?;
        let authority = |iri: Iri<&str>| -> Option<Vec<u8>> {
            Some(percent_decode_str(iri.authority()?).collect::<Vec<u8>>().to_ascii_lowercase())
        };
        if !iri.scheme().eq_ignore_ascii_case(base.scheme()) || authority(iri) != authority(base) {
            return None;
        }
        let (base, all) = (segments(base.path())?, segments(iri.path())?);
        let rest = all.strip_prefix(base.as_slice())?;
        let mut path = String::with_capacity(iri.path().len());
        for segment in rest {
            path.push('/');
            write_segment(segment, &mut path);
        }
        // The base itself is at its root.
        Some(if path.is_empty() { "/".into() } else { path })
    }
}

/// Whether a path is spelled as our own are.
fn is_normal(path: &str) -> bool {
    let is_kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.starts_with('/')
        && path.bytes().all(is_kept)
        && !path.contains("//")
        && !path.contains("/.")
        && (path.len() == 1 || !path.ends_with('/'))
}

/// The segments of a path, decoded, without dots; a slash at its end says nothing.
fn segments(path: &str) -> Option<Vec<String>> {
    let mut segments = Vec::new();
    for raw in path.split('/').skip(1) {
        match percent_decode_str(raw).decode_utf8().ok()?.as_ref() {
            "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment.to_owned()),
        }
    }
    if segments.last().is_some_and(String::is_empty) {
        segments.pop();
    }
    Some(segments)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addressee(base: &str, path: &str) -> Addressee {
        let target: Arc<str> = format!("{base}{path}").into();
        Addressee { base: base.into(), document: Arc::clone(&target), target, asked: None }
    }

    #[test]
    fn what_is_equal_by_syntax_is_one_resource() {
        for base in ["http://api.example", "https://api.example:8443/portico"] {
            let addressee = addressee(base, "/spaces/1/images/a%3Ab%20c");
            let path = base.split_once("//").map_or("", |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
            let root = if path.is_empty() { String::new() } else { format!("/{path}") };
            let upper = base.replace("http", "HTTP").replace("api.example", "API.Example");
            for same in [
                format!("{base}/spaces/1/images/a%3Ab%20c"),
                format!("{base}/spaces/1/images/a:b%20c"),
                format!("{base}/spaces/1/images/a%3ab%20c/"),
                format!("{upper}/spaces/1/images/a%3Ab%20c"),
                format!("{base}/sp%61ces/./2/../1/images/a%3Ab%20c"),
                format!("{base}/spaces/%2E/1/images/a%3Ab%20c"),
                format!("{root}/spaces/1/images/a:b%20c"),
                "a%3ab%20c".into(),
                "../images/a%3Ab%20c".into(),
                String::new(),
            ] {
                assert_eq!(addressee.canonical(&same), &*addressee.target, "{same}");
            }
            for other in [
                format!("{base}/spaces/1/images/A%3Ab%20c"),
                format!("{base}/spaces/1/images/a%3Ab%20c?x"),
                format!("{base}/spaces/1/images/a%3Ab%20c#x"),
                format!("{base}/spaces/1/images/a/b%20c"),
                format!("{base}/spaces/1/images/a%3Ab%20c//"),
                "http://other.example/spaces/1/images/a%3Ab%20c".into(),
                "urn:x".into(),
                "_:b0".into(),
            ] {
                assert_ne!(addressee.canonical(&other), &*addressee.target, "{other}");
            }
        }
    }

    #[test]
    fn what_was_asked_for_names_the_target_with_its_query_too() {
        let addressee = addressee("http://api.example", "/users/1").asked_as("http://api.example/users/1/?a=%7Cb");
        assert_eq!(addressee.canonical("http://api.example/users/1?a=%7cb"), &*addressee.target);
        assert_ne!(addressee.canonical("http://api.example/users/1?a=c"), &*addressee.target);
    }

    #[test]
    fn in_a_collection_the_empty_reference_alone_is_new() {
        let mut addressee = addressee("http://api.example", "/users");
        addressee.document = format!("{}{NEW}", addressee.target).into();
        assert!(addressee.is_new(&addressee.canonical("")));
        assert!(!addressee.is_new(&addressee.canonical("http://api.example/users")));
        assert_eq!(addressee.canonical("users/1"), "http://api.example/users/1");
    }
}
