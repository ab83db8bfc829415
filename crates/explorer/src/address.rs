//! Addresses: which of them are links, and where a page stands among the others.

use hydra::Api;
use hydra::view::words::words;

/// A step on the way from the entry point.
#[derive(Debug)]
pub struct Crumb {
    /// Where it leads.
    pub href: String,
    /// What it is called.
    pub label: String,
    /// Its path, where it is called by what its address ends with.
    pub path: Option<String>,
}

/// The IRI, if a browser may follow it: what is not the web's (`javascript:`, `data:`) never becomes a link.
pub fn web(iri: &str) -> Option<&str> {
    (iri.starts_with("http://") || iri.starts_with("https://")).then_some(iri)
}

/// An IRI without the part that all of ours share.
pub fn short<'a>(api: &Api, iri: &'a str) -> &'a str {
    iri.strip_prefix(api.base()).filter(|rest| rest.starts_with('/')).unwrap_or(iri)
}

/// The page of the vocabulary that has the statuses of every operation.
pub const STATUSES: &str = "statuses";
/// The page that has the terms of no class.
pub const TERMS: &str = "terms";

/// The page that documents what an IRI of the vocabulary names; any other IRI as it is.
pub fn documented(api: &Api, iri: &str) -> String {
    let Some(name) = iri.strip_prefix(api.vocab()).filter(|name| !name.is_empty()) else {
        return iri.to_owned();
    };
    let (first, rest) = name.split_once('/').unwrap_or((name, ""));
    let class = api.classes().iter().find(|class| class.name == first);
    let is_parameter = class.is_some_and(|class| class.parameters.iter().any(|parameter| parameter.name == rest));
    let page = match first {
        // What a search takes beside properties belongs to no class.
        _ if is_parameter => TERMS,
        // Classes of other vocabularies keep their prefix.
        _ if class.is_some() || first.contains(':') || api.collections().iter().any(|site| site.name == first) => first,
        _ if first.strip_prefix("status").is_some_and(|code| code.parse::<u16>().is_ok()) => STATUSES,
        _ => TERMS,
    };
    format!("{}/vocab/{page}#{name}", api.base())
}

/// The last part of an address, as it was before it was written into one.
pub fn last_segment(iri: &str) -> String {
    let path = iri.split(['?', '#']).next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    percent_encoding::percent_decode_str(last).decode_utf8_lossy().into_owned()
}

/// The resources above an address, and itself: those prefixes of its path at which something is served.
pub fn crumbs(api: &Api, iri: &str) -> Vec<Crumb> {
    let mut crumbs = vec![Crumb { href: format!("{}/", api.base()), label: "Entry point".into(), path: None }];
    let path = short(api, iri).split(['?', '#']).next().unwrap_or_default();
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    for length in 1..=segments.len() {
        let part = &segments[..length];
        let collection = api.collections().iter().any(|site| is_of(&site.path(), part));
        let item = api.classes().iter().any(|class| !class.operations.is_empty() && is_of(class.path, part));
        if collection || item {
            let href = format!("{}/{}", api.base(), part.join("/"));
            let name = last_segment(&href);
            // What stands in braces in the template is an identity, everything else is a word.
            let named = api.classes().iter().any(|class| class.path.ends_with('}') && is_of(class.path, part));
            let path = named.then(|| short(api, &href).to_owned());
            crumbs.push(Crumb { label: if named { name } else { words(&name) }, href, path });
        }
    }
    crumbs
}

/// The resource above one, where something is served.
pub fn above(api: &Api, iri: &str) -> String {
    let crumbs = crumbs(api, iri);
    crumbs.iter().rev().nth(1).or(crumbs.first()).map_or_else(|| format!("{}/", api.base()), |crumb| crumb.href.clone())
}

/// The path that a template has where its variables are what they are in another path; none where they are not there.
pub fn placed(template: &str, path: &str) -> Option<String> {
    let (owner, last) = template.rsplit_once('/')?;
    let mut here = path.split('/');
    let segments = owner.split('/').map(|segment| match here.next() {
        Some(given) => (segment.starts_with('{') || given == segment).then_some(given),
        // What is a word leads on from there.
        None => (!segment.starts_with('{')).then_some(segment),
    });
    Some(format!("{}/{last}", segments.collect::<Option<Vec<_>>>()?.join("/")))
}

/// Whether a path is one of those that a template stands for.
pub fn fits(template: &str, path: &str) -> bool {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    is_of(template, &segments)
}

fn is_of(template: &str, path: &[&str]) -> bool {
    let mut template = template.split('/').filter(|segment| !segment.is_empty());
    path.iter().all(|segment| template.next().is_some_and(|part| part.starts_with('{') || part == *segment))
        && template.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_are_followed() {
        assert_eq!(web("https://example.org/a"), Some("https://example.org/a"));
        for iri in ["javascript:alert(1)", "data:text/html,x", "mailto:a@example.org", "/a", "vocab:Customer", ""] {
            assert_eq!(web(iri), None, "{iri}");
        }
    }

    #[test]
    fn crumbs_are_the_resources_above() {
        let api = Api::new("https://portico.example", vocab::CLASSES);
        let labels = |iri: &str| crumbs(&api, iri).into_iter().map(|crumb| crumb.label).collect::<Vec<_>>();
        assert_eq!(labels("https://portico.example/"), ["Entry point"]);
        assert_eq!(
            labels("https://portico.example/customers/2/portalUsers?page=2"),
            ["Entry point", "Customers", "2", "Portal users"]
        );
        assert_eq!(labels("https://portico.example/nowhere/2"), ["Entry point"]);
    }
}
