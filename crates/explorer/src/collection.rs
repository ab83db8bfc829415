//! The page of a collection: a table, the way to the other pages, and how to search.

use askama::Template;
use hydra::query::pairs;
use hydra::view::words::words;
use hydra::{Api, ClassDef, PropertyDef, PropertyKind};
use serde_json::Value as Json;

use super::address::{last_segment, short, web};
use super::document::listed;
use super::field::Control;
use super::form::{OperationForm, operations};
use super::frame::{CSV, PageFrame, SEVERAL, about, acts};
use super::holes::NOW;
use super::name::{called, name_of};
use super::picture::picture;
use super::prose::Prose;
use super::raw::Piece;
use super::search::{Variable, variables};
use super::several::is_picked_from;
use super::source::PageSource;
use super::value::{ShownValue, show};

/// A collection.
#[derive(Debug, Template)]
#[template(path = "collection.html")]
pub struct CollectionPage {
    frame: PageFrame,
    heading: String,
    iri: String,
    class: String,
    member: &'static ClassDef,
    description: &'static str,
    /// Where it is told what happens to its members.
    events: Option<String>,
    /// How many members there are, where that is known.
    total: Option<u64>,
    /// Whether only some of the collection was asked for.
    narrowed: bool,
    page: u64,
    pages: Option<u64>,
    ways: Vec<(&'static str, String)>,
    /// Whether it is shown as pictures, and where it is shown the other way, where members have pictures.
    gallery: Option<(bool, String)>,
    /// Where all of it is to be had as a table.
    csv: String,
    /// Whether members have pictures.
    pictured: bool,
    /// Whether members have no property to be called by, and have a column of their own for their address.
    nameless: bool,
    /// Where something can be done to several of its members.
    several: Option<String>,
    columns: Vec<Column>,
    /// What could stand in a column, of more than fit: its name, what it is called, and whether it does.
    menu: Vec<(&'static str, String, bool)>,
    /// What the address asks for beside columns.
    kept: Vec<(String, String)>,
    /// By what it is narrowed: what is asked of which property, and where it is not.
    chips: Vec<(String, String, String)>,
    rows: Vec<Row>,
    variables: Vec<Variable>,
    operations: Vec<OperationForm>,
}

/// A property that members have.
#[derive(Debug)]
struct Column {
    label: String,
    description: &'static str,
    /// Where it is ordered by this property, and how it is now.
    order: Option<(String, &'static str)>,
}

/// A member.
#[derive(Debug)]
struct Row {
    href: String,
    /// What it is picked by.
    pick: String,
    /// What people call it.
    called: String,
    picture: Option<String>,
    label: String,
    cells: Vec<Cell>,
}

/// What a member has of a property.
#[derive(Debug)]
struct Cell {
    /// Whether the member is called so.
    names: bool,
    value: Option<ShownValue>,
}

/// Where it is told what happens to the members of a collection, where they are changes or belong to a customer.
fn events(api: &Api, member: &ClassDef, iri: &str) -> Option<String> {
    let path = short(api, iri);
    if member.name == "Change" {
        return Some(format!("{}{path}?afterNumber={NOW}", api.prefix()));
    }
    let customer = path.strip_prefix("/customers/")?.split('/').next().filter(|_| member.logged)?;
    Some(format!("{}/customers/{customer}/changes?class={}&amp;afterNumber={NOW}", api.prefix(), member.name))
}

impl CollectionPage {
    /// The page of a document.
    ///
    /// # Errors
    /// The document is of no class of ours.
    pub fn new(source: PageSource<'_>) -> Result<Self, String> {
        let (api, document) = (source.api, source.document);
        let types = source.types();
        let iri = source.text("@id").to_owned();
        let last = last_segment(&iri);
        let mut sites = api.collections().iter().filter(|site| types.contains(&site.name.as_str()));
        // Links of several classes may lead to collections of one class.
        let first = sites.clone().next().ok_or_else(|| format!("there is no page for {types:?}"))?;
        let site = sites.find(|site| site.property == last).unwrap_or(first);
        let members = listed(document, "member");
        let asked = document["view"]["@id"].as_str().unwrap_or(&iri);
        let query = pairs(asked.split_once('?').map_or("", |(_, query)| query));
        let worth = worth_it(site.member, members, &iri);
        let shown = columns(site.member, &worth, &query);
        let is_pictured = site.member.properties.iter().any(|property| property.depiction);
        let is_gallery = is_pictured && query.iter().any(|(name, value)| name == VIEW && value == GALLERY);
        let way = |name: &'static str| Some((name, web(document["view"][name].as_str()?)?.to_owned()));
        let heading = words(&last);
        let operations = operations(source);
        Ok(Self {
            description: site.owner.property(site.property).map_or("", |property| property.description),
            events: events(api, site.member, &iri),
            total: document["totalItems"].as_u64(),
            narrowed: query.iter().any(is_narrowing),
            page: document["view"]["page"].as_u64().unwrap_or_default(),
            pages: document["view"]["totalPages"].as_u64(),
            ways: ["first", "previous", "next", "last"].into_iter().filter_map(way).collect(),
            gallery: is_pictured.then(|| (is_gallery, other_way(&iri, &query, is_gallery))),
            csv: about(api, CSV, asked),
            pictured: is_pictured,
            nameless: !shown.iter().any(|property| Some(property.name) == name_of(site.member)),
            columns: shown.iter().map(|property| Column::new(property, &iri, &query)).collect(),
            rows: members.iter().map(|member| Row::new(api, site.member, &shown, member, &iri)).collect(),
            several: several(api, site.member, &operations, asked),
            menu: menu(&worth, &shown),
            kept: query.iter().filter(|(name, _)| name != COLUMNS).cloned().collect(),
            chips: chips(&iri, &query),
            variables: variables(document, site.member, &query),
            operations,
            frame: PageFrame::new(source, heading.clone(), &iri, Some(asked), false),
            class: site.name.clone(),
            member: site.member,
            heading,
            iri,
        })
    }

    /// Whether it is shown as pictures.
    fn is_gallery(&self) -> bool {
        self.gallery.as_ref().is_some_and(|(gallery, _)| *gallery)
    }

    /// Whether somebody who may add the first member reads this.
    fn offers_post(&self) -> bool {
        self.operations.iter().any(|operation| operation.method == "POST")
    }
}

/// What of a query says which page, rather than which members.
const PAGING: &[&str] = &[VIEW, COLUMNS, "page", "pageSize", "itemsPerPage", "after", "orderBy", "orderByDescending"];

/// How members are shown: in the address, so that it stays as one goes on.
const VIEW: &str = "view";
const GALLERY: &str = "gallery";

/// Which columns a table has, once for each: in the address, too.
const COLUMNS: &str = "columns";

/// Whether a part of a query leaves members out.
fn is_narrowing((name, value): &(String, String)) -> bool {
    !value.is_empty() && !PAGING.contains(&name.as_str())
}

/// By what a list is narrowed, each with where it is not.
fn chips(iri: &str, query: &[(String, String)]) -> Vec<(String, String, String)> {
    let chip = |(at, (name, value)): (usize, &(String, String))| {
        // Where its members are others, there is no such place in it.
        let rest = query
            .iter()
            .enumerate()
            .filter(|(other, (name, _))| *other != at && !["page", "after"].contains(&name.as_str()));
        let rest = serde_urlencoded::to_string(rest.map(|(_, pair)| pair).collect::<Vec<_>>()).unwrap_or_default();
        (words(name), value.clone(), format!("{iri}?{rest}"))
    };
    query.iter().enumerate().filter(|(_, pair)| is_narrowing(pair)).map(chip).collect()
}

/// Where the same is shown the other way.
fn other_way(iri: &str, query: &[(String, String)], is_gallery: bool) -> String {
    let mut kept: Vec<(&str, &str)> = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    kept.retain(|(name, _)| *name != VIEW);
    if !is_gallery {
        kept.push((VIEW, GALLERY));
    }
    format!("{iri}?{}", serde_urlencoded::to_string(kept).unwrap_or_default())
}

/// Where something can be done to several members, for whoever may do more to the list than read it. Of a list to which nobody adds
/// anything, such as sessions, its document does not tell who may.
fn several(api: &Api, member: &ClassDef, offered: &[OperationForm], asked: &str) -> Option<String> {
    let is_offered = is_picked_from(member) && offered.iter().any(|operation| !operation.reads());
    is_offered.then(|| acts(api, SEVERAL, asked))
}

/// How many columns fit into a table.
const MOST: usize = 7;

/// What there is to choose columns from, where there is more than fits.
fn menu(worth: &[&'static PropertyDef], shown: &[&'static PropertyDef]) -> Vec<(&'static str, String, bool)> {
    let is_shown = |one: &PropertyDef| shown.iter().any(|it| it.name == one.name);
    let all = worth.iter().map(|one| (one.name, words(one.name), is_shown(one)));
    all.filter(|_| worth.len() > MOST).collect()
}

/// The properties that are worth a column, because some member has them; of the links, those that lead elsewhere than up.
fn worth_it(class: &'static ClassDef, members: &[Json], iri: &str) -> Vec<&'static PropertyDef> {
    let leads_up = |target: &str| iri.strip_prefix(target).is_some_and(|rest| rest.starts_with('/'));
    let worth_it = |property: &&PropertyDef| {
        let mut values = members.iter().filter_map(|member| member.get(property.name));
        match property.kind {
            PropertyKind::Value(..) => property.readable && values.next().is_some(),
            PropertyKind::One(_) => values.any(|value| !value.as_str().is_some_and(leads_up)),
            PropertyKind::Many(_) => false,
        }
    };
    class.properties.iter().filter(|property| !property.depiction).filter(worth_it).collect()
}

/// Of these, those that are asked for; otherwise as many as fit into a table, of many those that members are looked for by.
fn columns(
    class: &'static ClassDef,
    worth: &[&'static PropertyDef],
    query: &[(String, String)],
) -> Vec<&'static PropertyDef> {
    let asked = |property: &&PropertyDef| query.iter().any(|(name, value)| name == COLUMNS && value == property.name);
    let mut columns: Vec<_> = worth.iter().copied().filter(asked).collect();
    if columns.is_empty() {
        columns = worth.to_vec();
        if columns.len() > MOST {
            let name = name_of(class);
            let leads = |one: &PropertyDef| one.sort || one.filter || one.search || one.alert.is_some();
            columns.retain(|property| Some(property.name) == name || leads(property));
            // What is wrong with a member is not cut off.
            columns.sort_by_key(|property| property.alert.is_none() && Some(property.name) != name);
            columns.truncate(MOST);
            columns.sort_by_key(|property| worth.iter().position(|one| one.name == property.name));
        }
    }
    columns
}

impl Column {
    fn new(property: &'static PropertyDef, iri: &str, query: &[(String, String)]) -> Self {
        let now = |name: &str| query.iter().any(|(sent, value)| sent == name && value == property.name);
        let (next, state) = match (now("orderBy"), now("orderByDescending")) {
            (true, _) => ("orderByDescending", "ascending"),
            (false, true) => ("orderBy", "descending"),
            (false, false) => ("orderBy", "none"),
        };
        let order = property.sort.then(|| {
            let kept = |name: &str| !matches!(name, "page" | "after" | "orderBy" | "orderByDescending");
            let mut query: Vec<(&str, &str)> =
                query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            query.retain(|(name, value)| kept(name) && !value.is_empty());
            query.push((next, property.name));
            let query = serde_urlencoded::to_string(query).unwrap_or_default();
            (format!("{iri}?{query}"), state)
        });
        Self { label: words(property.name), description: property.description, order }
    }
}

impl Row {
    fn new(api: &Api, class: &'static ClassDef, columns: &[&'static PropertyDef], member: &Json, list: &str) -> Self {
        let href = member["@id"].as_str().and_then(web).unwrap_or_default().to_owned();
        let named = name_of(class);
        let cell = |property: &&'static PropertyDef| Cell {
            names: Some(property.name) == named,
            value: member.get(property.name).map(|value| show(api, property, value)),
        };
        Self {
            called: called(class, member, &href),
            label: last_segment(&href),
            picture: picture(class, member),
            pick: href
                .strip_prefix(list)
                .and_then(|rest| rest.strip_prefix('/'))
                .unwrap_or(short(api, &href))
                .to_owned(),
            href,
            cells: columns.iter().map(cell).collect(),
        }
    }
}
