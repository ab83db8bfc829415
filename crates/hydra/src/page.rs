//! A page of a collection as a document.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::value::RawValue;

use crate::api::{Api, CollectionSite};
use crate::query::{PAGE_SIZE, Query, pairs};
use crate::represent::{Class, Found, Member, Reader};

/// Some members of a collection.
#[derive(Debug)]
pub struct Page<C: Class> {
    /// The members, in order.
    pub members: Vec<Found<C>>,
    /// How many there are on all pages.
    pub total: u64,
    /// Where this page ends, if another follows.
    pub next: Option<String>,
    /// Whether whoever looks at it can only look, whatever the operations of the collection.
    pub closed: bool,
}

impl<C: Class> Page<C> {
    /// No members at all.
    pub fn empty() -> Self {
        Self { members: Vec::new(), total: 0, next: None, closed: false }
    }
}

/// A page as a document. Its `@id` is the collection, that of its view is the request.
pub struct PageDocument<'a, C: Class> {
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
    pub page: &'a Page<C>,
    /// The operations that the caller may invoke.
    pub operations: &'a [&'a RawValue],
    /// The caller.
    pub reader: Reader<'a>,
}

impl<C: Class> PageDocument<'_, C> {
    fn pages(&self) -> u64 {
        Ord::max(self.page.total.div_ceil(self.query.page_size), 1)
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
        self.page.next.as_deref().map(|after| self.at(self.query.page + 1, Some(after)))
    }
}

impl<C: Class> Serialize for PageDocument<'_, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("@context", &self.site.context)?;
        map.serialize_entry("@id", &[self.api.base(), self.path].concat())?;
        map.serialize_entry("@type", &self.site.types)?;
        map.serialize_entry("totalItems", &self.page.total)?;
        map.serialize_entry("member", &Members(self))?;
        if self.is_bare()
            && let Some(next) = self.next()
        {
            // A client that asked for the bare collection finds the next page only on what it asked for.
            map.serialize_entry("next", &next)?;
        }
        map.serialize_entry("view", &View(self))?;
        map.serialize_entry("search", &Search(self))?;
        map.serialize_entry("manages", &self.site.manages)?;
        map.serialize_entry("memberAssertion", &[&self.site.manages])?;
        map.serialize_entry("operation", self.operations)?;
        map.end()
    }
}

struct Members<'a, C: Class>(&'a PageDocument<'a, C>);

impl<C: Class> Serialize for Members<'_, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.0.page.members.len()))?;
        let PageDocument { api, page, reader, .. } = *self.0;
        let site = api.class(C::NAME);
        for found in &page.members {
            seq.serialize_element(&Member { api, site, found, reader })?;
        }
        seq.end()
    }
}

struct View<'a, C: Class>(&'a PageDocument<'a, C>);

impl<C: Class> Serialize for View<'_, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let document = self.0;
        let (page, pages) = (document.query.page, document.pages());
        let mut map = serializer.serialize_map(None)?;
        // The view is what was asked for, to the letter; the bare address is the collection's own.
        if document.is_bare() {
            map.serialize_entry("@id", &document.at(1, None))?;
        } else {
            map.serialize_entry("@id", &[document.api.base(), document.request].concat())?;
        }
        map.serialize_entry("@type", "PartialCollectionView")?;
        map.serialize_entry("first", &document.at(1, None))?;
        if page > 1 {
            map.serialize_entry("previous", &document.at(Ord::min(page - 1, pages), None))?;
        }
        if let Some(next) = document.next() {
            map.serialize_entry("next", &next)?;
        }
        map.serialize_entry("last", &document.at(pages, None))?;
        map.serialize_entry("page", &page)?;
        map.serialize_entry("pageSize", &document.query.page_size)?;
        map.serialize_entry("totalPages", &pages)?;
        map.end()
    }
}

struct Search<'a, C: Class>(&'a PageDocument<'a, C>);

impl<C: Class> Serialize for Search<'_, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let PageDocument { api, path, site, .. } = self.0;
        SearchTemplate { base: api.base(), path, variables: &site.variables, mapping: &site.mapping }
            .serialize(serializer)
    }
}

/// A template of addresses (RFC 6570), with what its variables mean.
pub(crate) struct SearchTemplate<'a> {
    pub base: &'a str,
    pub path: &'a str,
    pub variables: &'a str,
    pub mapping: &'a RawValue,
}

impl Serialize for SearchTemplate<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("@type", "IriTemplate")?;
        map.serialize_entry("template", &[self.base, self.path, self.variables].concat())?;
        map.serialize_entry("variableRepresentation", "BasicRepresentation")?;
        map.serialize_entry("mapping", self.mapping)?;
        map.end()
    }
}
