//! A page of a collection as a document.

use serde_json::Result;
use serde_json::value::RawValue;

use crate::api::Api;
use crate::class::{ClassDef, Method, OperationDef};
use crate::document::write_member;
use crate::object::{Array, Object};
use crate::query::{PAGE_SIZE, Query, pairs};
use crate::represent::{Class, Found, Reader};
use crate::search_template::{PageParameter, extended, write_search};
use crate::site::CollectionSite;

/// Some members of a collection.
#[derive(Debug)]
pub struct Page<C: Class> {
    /// The members, in order.
    pub members: Vec<Found<C>>,
    /// How many there are on all pages, where they are so few that they were counted, or always are.
    pub total: Option<u64>,
    /// Where this page ends, if another follows.
    pub next: Option<String>,
    /// Whether whoever looks at it can only look, whatever the operations of the collection.
    pub closed: bool,
    /// What this collection can be asked for beside what every collection of its members can.
    pub parameters: Vec<PageParameter>,
}

impl<C: Class> Page<C> {
    /// No members at all.
    pub fn empty() -> Self {
        Self { members: Vec::new(), total: Some(0), next: None, closed: false, parameters: Vec::new() }
    }

    /// Whether the collection takes one of its operations from whoever looks at this page.
    pub fn offers(&self, operation: &OperationDef) -> bool {
        operation.method == Method::Get || !self.closed
    }
}

/// A page of whichever class.
pub trait AnyPage: Send {
    /// The table of the class of its members.
    fn member(&self) -> &'static ClassDef;
    /// How many members it has.
    fn len(&self) -> usize;
    /// Whether it has none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// How many there are on all pages, where that is known.
    fn total(&self) -> Option<u64>;
    /// Where it ends, if another follows.
    fn next(&self) -> Option<&str>;
    /// Whether the collection takes one of its operations from whoever looks at it.
    fn offers(&self, operation: &OperationDef) -> bool;
    /// What it can be asked for beside what every collection of its members can.
    fn parameters(&self) -> &[PageParameter];
    /// Writes its members.
    ///
    /// # Errors
    /// Those of JSON.
    fn write(&self, api: &Api, reader: Reader<'_>, members: &mut Array<'_>) -> Result<()>;
}

impl<C: Class> AnyPage for Page<C> {
    fn member(&self) -> &'static ClassDef {
        C::CLASS
    }

    fn len(&self) -> usize {
        self.members.len()
    }

    fn total(&self) -> Option<u64> {
        self.total
    }

    fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    fn offers(&self, operation: &OperationDef) -> bool {
        self.offers(operation)
    }

    fn parameters(&self) -> &[PageParameter] {
        &self.parameters
    }

    fn write(&self, api: &Api, reader: Reader<'_>, members: &mut Array<'_>) -> Result<()> {
        let site = api.class(C::NAME);
        self.members
            .iter()
            .try_for_each(|found| members.object(|object| write_member(found, api, site, reader, object)))
    }
}

/// A page as a document. Its `@id` is the collection, that of its view is the request.
pub struct PageDocument<'a> {
    /// The tables, at their public address.
    pub api: &'a Api,
    /// The collection.
    pub site: &'a CollectionSite,
    /// The path of the collection.
    pub path: &'a str,
    /// Path and query of the request: to the letter, as far as they can be a part of an IRI.
    pub request: &'a str,
    /// What was asked for.
    pub query: &'a Query,
    /// What was found.
    pub page: &'a dyn AnyPage,
    /// The operations that the caller may invoke.
    pub operations: &'a [&'a RawValue],
    /// The caller.
    pub reader: Reader<'a>,
}

impl PageDocument<'_> {
    /// The document itself.
    ///
    /// # Errors
    /// Those of JSON.
    pub fn json(&self) -> Result<Vec<u8>> {
        let Self { api, site, path, page, .. } = *self;
        // Room for what most members take, so that a page is written without moving it.
        let mut out = Vec::with_capacity(2048 + page.len() * 512);
        Object::write(&mut out, |object| {
            object.entry("@context", &site.context)?;
            object.entry("@id", &[api.base(), path].concat())?;
            object.entry("@type", &site.types)?;
            if let Some(total) = page.total() {
                object.entry("totalItems", &total)?;
            }
            object.array("member", |members| page.write(api, self.reader, members))?;
            if self.is_bare()
                && let Some(next) = self.next()
            {
                // A client that asked for the bare collection finds the next page only on what it asked for.
                object.entry("next", &next)?;
            }
            object.object("view", |view| self.write_view(view))?;
            match page.parameters() {
                [] => write_search(api.base(), path, &site.variables, &site.mapping, object)?,
                more => {
                    let (variables, mapping) = extended(&site.variables, &site.mapping, more)?;
                    write_search(api.base(), path, &variables, &mapping, object)?;
                }
            }
            object.entry("manages", &site.manages)?;
            object.entry("memberAssertion", &[&site.manages])?;
            object.entry("operation", self.operations)
        })?;
        Ok(out)
    }

    fn write_view(&self, view: &mut Object<'_>) -> Result<()> {
        let (page, pages) = (self.query.page, self.pages());
        // The view is what was asked for, to the letter; the bare address is the collection's own.
        if self.is_bare() {
            view.entry("@id", &self.at(1, None))?;
        } else {
            view.entry("@id", &[self.api.base(), self.request].concat())?;
        }
        view.entry("@type", "PartialCollectionView")?;
        view.entry("first", &self.at(1, None))?;
        if page > 1 {
            view.entry("previous", &self.at(Ord::min(page - 1, pages.unwrap_or(u64::MAX)), None))?;
        }
        if let Some(next) = self.next() {
            view.entry("next", &next)?;
        }
        if let Some(pages) = pages {
            view.entry("last", &self.at(pages, None))?;
        }
        view.entry("page", &page)?;
        view.entry("pageSize", &self.query.page_size)?;
        pages.map_or(Ok(()), |pages| view.entry("totalPages", &pages))
    }

    /// How many pages there are, where that is known.
    fn pages(&self) -> Option<u64> {
        Some(Ord::max(self.page.total()?.div_ceil(self.query.page_size), 1))
    }

    /// The IRI of another page: the same query but for the page.
    fn at(&self, page: u64, after: Option<&str>) -> String {
        let raw = self.request.split_once('?').map_or("", |(_, query)| query);
        let mut parameters: Vec<(String, String)> = pairs(raw);
        parameters.retain(|(name, value)| !matches!(name.as_str(), "page" | "after") && !value.is_empty());
        let sizes = parameters.iter_mut().filter(|(name, _)| PAGE_SIZE.contains(&name.as_str()));
        sizes.for_each(|(_, size)| *size = self.query.page_size.to_string());
        parameters.push(("page".into(), page.to_string()));
        parameters.extend(after.map(|after| ("after".into(), after.to_owned())));
        let query = serde_urlencoded::to_string(parameters).expect("pairs of strings are a query");
        format!("{}{}?{query}", self.api.base(), self.path)
    }

    /// Whether the collection was asked for by its own address.
    fn is_bare(&self) -> bool {
        self.request == self.path
    }

    fn next(&self) -> Option<String> {
        self.page.next().map(|after| self.at(self.query.page + 1, Some(after)))
    }
}
