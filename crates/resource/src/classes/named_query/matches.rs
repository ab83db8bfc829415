//! The images that a named query matches: as a collection for its users, and for everybody as what a manifest shows.

use std::collections::BTreeMap;

use hydra::query::Query;
use hydra::{Found, Page};
use store::matching::{self, Match};
use store::named_query::by_name;
use store::policy::{self, ThumbnailPolicy};
use store::{Scope, Tenant, customer};
use vocab::{Image, NamedQuery, NamedQueryId, NamedQueryKey};

use super::parameters;
use super::template::{self, Arguments};
use crate::classes::image;
use crate::classes::kept::{self, Kept as _, Stored};
use crate::customers::record::WhichCustomer;
use crate::{Cx, Error, Members, Result, paging};

fn read(query: &NamedQuery, arguments: &Arguments) -> Result<Match> {
    template::read(query.template.as_str(), arguments).map_err(|violation| Error::Invalid(vec![violation]))
}

/// The images that a named query matches.
#[derive(Debug)]
pub struct NamedImages;

impl Members for NamedImages {
    type Owner = NamedQuery;
    type Member = Image;
    const LINK: &'static str = "images";

    async fn list(cx: &Cx<'_>, owner: &NamedQueryKey, query: &Query) -> Result<Page<Image>> {
        let tenant = cx.tenant(owner.customer)?;
        let stored = kept::row::<NamedQuery>(cx, owner).await?.ok_or(Error::NotFound)?;
        let wanted = read(&stored.row.value, &Arguments::of_query(&query.others))?;
        let query = image::kept_filters(query, tenant);
        let listing = match query.order {
            Some(_) => paging::listing::<Image>(&query)?,
            None => paging::listing_in::<Image>(&query, wanted.order.clone())?,
        };
        let found = matching::list(&cx.scope(), tenant, &wanted, &listing).await?;
        let page = paging::page(&listing, found.ok_or(Error::NotFound)?, image::found)?;
        Ok(Page { parameters: parameters::parameters(stored.row.value.template.as_str()), ..page })
    }
}

/// How many images are shown to everybody at once.
pub const MOST: usize = 2000;

/// What a named query matches of what there is to be seen.
#[derive(Debug)]
pub struct Matches {
    /// The name of the query.
    pub name: String,
    /// The first [`MOST`] of the images, in order; each has a width and a height.
    pub images: Vec<Found<Image>>,
    /// Whether there are more.
    pub more: bool,
    /// The edges of thumbnails, in pixels, by the name of the policy.
    pub edges: BTreeMap<String, Vec<u32>>,
}

/// What everybody may see of a customer's images: those that match a query, the parts of whose address are given. The
/// customer goes by its number or its name ([`WhichCustomer::of_address`]), the query by its identity or its name.
///
/// # Errors
/// [`Error::NotFound`] where there is no such customer, no such query, or no image that matches; [`Error::Invalid`] where
/// the parts are not what the query asks for.
pub async fn matches(cx: &Cx<'_>, customer: &str, query: &str, parts: Vec<String>) -> Result<Matches> {
    let scope = cx.public_scope();
    let identity = WhichCustomer::of_address(customer).ok_or(Error::NotFound)?;
    // A number has one address: leading zeros make no other.
    let is_second = matches!(identity, WhichCustomer::Number(_)) && customer.starts_with('0');
    if is_second || query.contains('\0') {
        return Err(Error::NotFound);
    }
    let customer = customer::number_of(&scope, &identity).await?.ok_or(Error::NotFound)?;
    // What would be shown is delivered to nobody.
    if !customer::delivers(&scope, customer).await? {
        return Err(Error::NotFound);
    }
    // Named queries are made to be answered for everybody; what may be seen of an image its own address decides.
    let tenant = Tenant::of_public_address(customer);
    let query = find(&scope, tenant, query).await?.ok_or(Error::NotFound)?.row.value;
    let wanted = read(&query, &Arguments::of_path(parts))?;
    let mut images = matching::measured(&scope, tenant, &wanted, MOST + 1).await?;
    if images.is_empty() {
        return Err(Error::NotFound);
    }
    let more = images.len() > MOST;
    images.truncate(MOST);
    let images = images.into_iter().map(image::found).collect::<Result<_>>()?;
    Ok(Matches { name: query.name.into(), images, more, edges: edges(&scope).await? })
}

/// A query by its identity or, failing that, by its name.
async fn find(scope: &Scope<'_>, tenant: Tenant, query: &str) -> Result<Option<Stored<NamedQuery>>> {
    if let Ok(id) = query.parse::<NamedQueryId>()
        && let Some(stored) = kept::row_of(scope, tenant, &id).await?
    {
        return Ok(Some(stored));
    }
    Ok(by_name(NamedQuery::table(), scope, tenant, query).await?)
}

async fn edges(scope: &Scope<'_>) -> Result<BTreeMap<String, Vec<u32>>> {
    let policies = policy::all::<ThumbnailPolicy>(scope).await?;
    // The sizes were written by a migration of ours.
    Ok(policies.into_iter().map(|row| (row.name, serde_json::from_str(&row.sizes).unwrap_or_default())).collect())
}
