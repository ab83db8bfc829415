//! The pages of the ApiDocumentation: an index, a page for each class, one for what is documented beside them. Their anchors are the
//! names of the vocabulary, so that each leads to what it names; `documented` says on which page.

use askama::Template;
use hydra::terms::iri;
use serde_json::Value as Json;

use super::address::{Crumb, STATUSES, TERMS, documented};
use super::document::listed;
use super::drawing::Drawing;
use super::frame::PageFrame;
use super::prose::Prose;
use super::raw::Piece;
use super::source::PageSource;

/// The index: what every other page is found by.
#[derive(Debug, Template)]
#[template(path = "vocabulary.html")]
struct Index<'a> {
    frame: PageFrame,
    heading: String,
    description: String,
    classes: &'a [Class],
}

/// A class.
#[derive(Debug, Template)]
#[template(path = "vocabulary_class.html")]
struct ClassPage<'a> {
    frame: PageFrame,
    class: &'a Class,
}

/// What belongs to no class.
#[derive(Debug, Template)]
#[template(path = "vocabulary_rest.html")]
struct Rest<'a> {
    frame: PageFrame,
    heading: &'static str,
    statuses: &'a [Status],
    terms: &'a [Further],
}

/// All pages of the documentation, each by what its address ends with; the index by nothing.
///
/// # Errors
/// A template does not take it: a fault of this service.
pub fn pages(source: PageSource<'_>) -> Result<Vec<(String, String)>, String> {
    let reader = Reader { source, classes: listed(source.document, "supportedClass") };
    let classes: Vec<Class> = reader.classes.iter().map(|class| reader.class(class)).collect();
    let statuses: Vec<_> = listed(source.document, "possibleStatus").iter().map(status).collect();
    let terms: Vec<_> = listed(source.document, "seeAlso").iter().map(further).collect();
    let below = |name: &str, label: &str| {
        let mut frame = PageFrame::bare(source.api, source.assets, format!("{label} · Documentation"));
        let at = |path: &str| format!("{}{path}", source.api.base());
        frame.crumbs = vec![
            Crumb { href: at("/"), label: "Entry point".into(), path: None },
            Crumb { href: at("/vocab"), label: "Documentation".into(), path: None },
            Crumb { href: at(&format!("/vocab/{name}")), label: label.to_owned(), path: None },
        ];
        frame
    };
    let address = source.text("@id");
    let mut frame = PageFrame::bare(source.api, source.assets, "Documentation".into());
    frame.commands = PageFrame::commands(source.assets, address, true);
    let index = Index {
        frame,
        heading: format!("{}: documentation", source.text("title")),
        description: source.text("description").to_owned(),
        classes: &classes,
    };
    let mut pages = vec![(String::new(), index.render())];
    for class in &classes {
        pages.push((class.id.clone(), ClassPage { frame: below(&class.id, &class.label), class }.render()));
    }
    for (name, heading, statuses, terms) in [
        (STATUSES, "Statuses of every operation", &statuses[..], &[][..]),
        (TERMS, "Further terms", &[][..], &terms[..]),
    ] {
        pages.push((name.to_owned(), Rest { frame: below(name, heading), heading, statuses, terms }.render()));
    }
    pages.into_iter().map(|(name, page)| Ok((name, page.map_err(|error| error.to_string())?))).collect()
}

/// A term of ours that belongs to no class: what pages of collections, their search and problems are written with.
#[derive(Debug)]
struct Further {
    id: String,
    label: String,
    comment: String,
}

/// A class.
#[derive(Debug)]
struct Class {
    id: String,
    label: String,
    name: String,
    description: String,
    wider: Option<Reference>,
    properties: Vec<Property>,
    operations: Vec<Operation>,
    users: Vec<Reference>,
    /// Where one is, with variables in braces; empty where none is by itself.
    path: &'static str,
    /// What one could be written as.
    sample: Option<String>,
    /// It among its neighbours.
    drawing: Option<Drawing>,
}

impl Class {
    /// What it is, as far as an index says it.
    fn summary(&self) -> &str {
        self.description.split_once(". ").map_or(self.description.trim_end_matches('.'), |(first, _)| first)
    }
}

/// A property.
#[derive(Debug)]
struct Property {
    id: String,
    name: String,
    label: String,
    description: String,
    link: bool,
    range: Option<Reference>,
    members: Option<Reference>,
    traits: Vec<String>,
}

/// An operation.
#[derive(Debug)]
struct Operation {
    id: String,
    method: String,
    label: String,
    expects: Reference,
    returns: Reference,
    statuses: Vec<Status>,
}

/// A status.
#[derive(Debug)]
struct Status {
    id: String,
    code: String,
    title: String,
    description: String,
}

/// Something that is documented here or elsewhere.
#[derive(Debug)]
struct Reference {
    href: String,
    text: String,
}

/// What is looked up while the documentation is read.
struct Reader<'a> {
    source: PageSource<'a>,
    classes: &'a [Json],
}

impl Reader<'_> {
    fn class(&self, node: &Json) -> Class {
        Class {
            id: anchor(node),
            label: text(node, "label"),
            name: text(node, "title"),
            description: text(node, "description"),
            wider: node["subClassOf"].as_str().map(|wider| self.reference(wider)),
            properties: listed(node, "supportedProperty").iter().map(|property| self.property(property)).collect(),
            operations: listed(node, "supportedOperation").iter().map(|operation| self.operation(operation)).collect(),
            users: self.users(node["@id"].as_str().unwrap_or_default()),
            path: self.path(&text(node, "title")),
            sample: sample(node),
            drawing: self.drawing(node),
        }
    }

    fn property(&self, node: &Json) -> Property {
        let definition = &node["property"];
        let flag = |name: &str| node[name].as_bool().unwrap_or_default();
        let mut traits = Vec::new();
        for (holds, word) in [
            (flag("required"), "required"),
            (!flag("writable"), "read-only"),
            (flag("writable") && flag("readable"), "read and written"),
            (!flag("readable"), "write-only"),
        ] {
            traits.extend(holds.then(|| word.to_owned()));
        }
        if let (Some(least), Some(most)) = (node["minLength"].as_u64(), node["maxLength"].as_u64()) {
            traits.push(format!("{least} to {most} characters"));
        }
        Property {
            id: anchor(definition),
            name: text(node, "title"),
            label: text(definition, "label"),
            description: text(node, "description"),
            link: definition["@type"] == "Link",
            range: range(definition).map(|range| self.reference(range)),
            members: members(definition).map(|class| self.reference(class)),
            traits,
        }
    }

    fn operation(&self, node: &Json) -> Operation {
        Operation {
            id: anchor(node),
            method: text(node, "method"),
            label: text(node, "title"),
            expects: self.reference(node["expects"].as_str().unwrap_or_default()),
            returns: self.reference(node["returns"].as_str().unwrap_or_default()),
            statuses: listed(node, "possibleStatus").iter().map(status).collect(),
        }
    }

    /// Whatever links to a class, or to collections of it.
    fn users(&self, class: &str) -> Vec<Reference> {
        let mut users = Vec::new();
        for owner in self.classes {
            for property in listed(owner, "supportedProperty") {
                let definition = &property["property"];
                if range(definition) == Some(class) || members(definition) == Some(class) {
                    let text = format!("{}.{}", text(owner, "title"), text(property, "title"));
                    users.push(Reference { href: self.href(&anchor(definition)), text });
                }
            }
        }
        users
    }

    fn path(&self, name: &str) -> &'static str {
        self.source.api.classes().iter().find(|class| class.name == name).map_or("", |class| class.path)
    }

    fn drawing(&self, node: &Json) -> Option<Drawing> {
        let name = node["@id"].as_str().unwrap_or_default();
        let ends = |node: &Json| -> Vec<String> {
            let of = |property: &Json| {
                let definition = &property["property"];
                let is_link = definition["@type"] == "Link";
                members(definition).or_else(|| range(definition).filter(|_| is_link)).map(String::from)
            };
            listed(node, "supportedProperty").iter().filter_map(of).collect()
        };
        let drawn = |class: &Json| (text(class, "title"), self.href(&anchor(class)));
        let others = || self.classes.iter().filter(|class| class["@id"] != name);
        let left = others().filter(|class| ends(class).iter().any(|end| end == name)).map(drawn).collect();
        let own = ends(node);
        let right = others().filter(|class| own.iter().any(|end| class["@id"] == end.as_str())).map(drawn).collect();
        Drawing::of(left, right)
    }

    fn reference(&self, name: &str) -> Reference {
        let here = self.classes.iter().find(|class| class["@id"] == name);
        let href = match here {
            Some(class) => self.href(&anchor(class)),
            None => iri(name, self.source.api.vocab()),
        };
        Reference { href, text: name.strip_prefix("vocab:").unwrap_or(name).to_owned() }
    }

    /// Where the pages document a name of the vocabulary.
    fn href(&self, name: &str) -> String {
        documented(self.source.api, &format!("{}{name}", self.source.api.vocab()))
    }
}

/// A body with the example of each property that has one.
fn sample(node: &Json) -> Option<String> {
    let given = listed(node, "supportedProperty").iter().filter(|property| property["writable"] == true);
    let given = given.filter_map(|property| Some((text(property, "title"), property.get("example")?.clone())));
    let sample: serde_json::Map<String, Json> = given.collect();
    (!sample.is_empty()).then(|| format!("{:#}", Json::Object(sample)))
}

fn further(node: &Json) -> Further {
    Further { id: anchor(node), label: text(node, "label"), comment: text(node, "comment") }
}

fn status(node: &Json) -> Status {
    Status {
        id: anchor(node),
        code: node["statusCode"].to_string(),
        title: text(node, "title"),
        description: text(node, "description"),
    }
}

fn range(definition: &Json) -> Option<&str> {
    definition["range"].as_str().or_else(|| definition["range"]["@id"].as_str())
}

/// The class of the members, where the range is a collection.
fn members(definition: &Json) -> Option<&str> {
    definition["range"]["equivalentClass"]["allValuesFrom"].as_str()
}

/// What stands after `/vocab#` in the IRI; names of other vocabularies keep their prefix.
fn anchor(node: &Json) -> String {
    let name = node["@id"].as_str().unwrap_or_default();
    name.strip_prefix("vocab:").unwrap_or(name).to_owned()
}

fn text(node: &Json, name: &str) -> String {
    node[name].as_str().unwrap_or_default().to_owned()
}
