//! What leads to a resource, and what it leads to as that wants to be asked: so far as the tables say it.

use hydra::view::words::words;
use hydra::{Api, ClassDef, Method, PropertyKind};

use super::address::{placed, short};

/// A search that finds what has a link to a resource.
#[derive(Debug)]
pub struct Mention {
    /// Which list they are in, and by which property.
    pub label: String,
    /// Where they are.
    pub href: String,
}

/// The searches that find what has a link to a resource, where there is a list near it that can be searched so.
pub fn mentions(api: &Api, class: &ClassDef, iri: &str) -> Vec<Mention> {
    let path = short(api, iri);
    let mut found: Vec<Mention> = Vec::new();
    let mut sites: Vec<_> = api.collections().iter().filter(|site| site.operation(Method::Get).is_some()).collect();
    // The widest list first.
    sites.sort_by_key(|site| site.path().len());
    for site in sites {
        for property in site.member.properties.iter().filter(|property| property.filter) {
            let is_to_here = matches!(&property.kind, PropertyKind::One(link) if link.class == class.name);
            let label = format!("{}, by {}", words(site.property), words(property.name).to_lowercase());
            let is_new = found.iter().all(|one| one.label != label);
            if let Some(list) = placed(&site.path(), path).filter(|_| is_to_here && is_new) {
                let query = serde_urlencoded::to_string([(property.name, iri)]).unwrap_or_default();
                let href = format!("{}{list}?{query}", api.base());
                found.push(Mention { label, href });
            }
        }
    }
    found
}

/// An address at which something can be done to a resource of a class that is named there: with that resource.
pub fn naming(api: &Api, class: &ClassDef, iri: &str, target: &str, at: &str) -> Option<String> {
    let there = api.classes().iter().find(|class| class.name == target)?;
    there.operation(Method::Post).filter(|_| !there.path.ends_with('}'))?;
    let to_here = |kind: &PropertyKind| matches!(kind, PropertyKind::One(link) if link.class == class.name);
    let property = there.properties.iter().find(|property| property.writable && to_here(&property.kind))?;
    let query = serde_urlencoded::to_string([(property.name, iri)]).ok()?;
    Some(format!("{at}?{query}"))
}
