//! Images as rows: what they are to clients, how they are listed, written over and removed.

use hydra::query::{Literal, Query};
use hydra::{Address, ChosenSet, Found, Page, Reference, Set};
use store::image as rows;
use store::job::{self, Urgency};
use store::{BatchNumber, Tenant, Transaction, batch, image_list};
use vocab::value::{
    CustomNumber, GlobalName, ImageId, Note, NumberOfSpace, OpenEdge, OriginText, RoleId, SpaceId, Tag,
};
use vocab::{
    BatchKey, Image, ImageFields, ImageKey, ImageOptimisationPolicyKey, Role, RoleKey, Space, ThumbnailPolicyKey,
};

use super::draft::ImageDraft;
use crate::classes::kept::{self, Stored};
use crate::columns::from_json;
use crate::images::Openness;
use crate::images::files::Files;
use crate::instant::instant;
use crate::number::{Named as _, Numbered};
use crate::{Cx, Error, Result, paging};

/// The resource that a row is.
pub(crate) fn found(row: rows::Image) -> Result<Found<Image>> {
    let (customer, space) = (row.customer.identity(), row.space.identity());
    let roles = from_json(&row.roles)?;
    let open = Openness::of(row.max_unauthorised, !roles.is_empty(), longer_edge(&row));
    let id = ImageId::trusted(row.name);
    let roles = roles.into_iter().map(|role| RoleKey { customer, role: RoleId::trusted(role) });
    let policy = ImageOptimisationPolicyKey { name: GlobalName::trusted(row.image_optimisation_policy) };
    let is_there = row.object.is_some();
    Ok(Found {
        key: ImageKey { customer, space, image: id.clone() },
        version: row.version,
        value: Image::from(ImageFields {
            id: id.into(),
            space: NumberOfSpace(space),
            info_json: is_there.then(Address::default),
            degraded_info_json: (is_there && open != Openness::Closed).then(Address::default),
            thumbnail_info_json: is_there.then(Address::default),
            thumbnail400: is_there.then(Address::default),
            created: instant(row.created_at),
            origin: OriginText::trusted(row.origin),
            initial_origin: row.initial_origin.map(OriginText::trusted),
            max_unauthorised: OpenEdge(row.max_unauthorised),
            width: row.width.map(i64::cast_unsigned),
            height: row.height.map(i64::cast_unsigned),
            media_type: row.media_type,
            queued: row.queued_at.map(instant),
            dequeued: row.dequeued_at.map(instant),
            finished: row.finished_at.map(instant),
            ingesting: row.ingesting,
            error: row.error,
            error_kind: row.error_kind.as_deref().and_then(|kind| kind.parse().ok()),
            tags: Set(from_json(&row.tags)?.into_iter().map(Tag::trusted).collect()),
            string1: Note::trusted(row.string1),
            string2: Note::trusted(row.string2),
            string3: Note::trusted(row.string3),
            number1: CustomNumber(row.number1),
            number2: CustomNumber(row.number2),
            number3: CustomNumber(row.number3),
            roles: ChosenSet(roles.collect()),
            batch: row.batch.map(|batch| Reference(BatchKey { customer, batch: batch.identity() })),
            image_optimisation_policy: Reference(policy),
            thumbnail_policy: Reference(ThumbnailPolicyKey { name: GlobalName::trusted(row.thumbnail_policy) }),
        }),
    })
}

fn longer_edge(row: &rows::Image) -> u32 {
    let edge = row.width.max(row.height).unwrap_or_default();
    u32::try_from(edge).unwrap_or(u32::MAX)
}

/// What clients ask of images of a customer, as the store has it: a role of the customer is meant by its address; what is
/// kept is the last part of it.
pub(crate) fn kept_filters(query: &Query, tenant: Tenant) -> Query {
    let (mut query, customer) = (query.clone(), tenant.id().identity());
    for (_, value) in &mut query.filters {
        if let Literal::Resource(named) = value
            && let Some(role) = named.key::<Role>().filter(|role| role.customer == customer)
        {
            *value = Literal::Text(role.role.to_string());
        }
    }
    query
}

/// Lists images. Whoever asks has proved that the space or batch is the tenant's.
pub(crate) async fn list(
    cx: &Cx<'_>,
    tenant: Tenant,
    among: image_list::WhichImages,
    query: &Query,
) -> Result<Page<Image>> {
    let query = kept_filters(query, tenant);
    let listing = paging::listing::<Image>(&query)?;
    let rows = image_list::list(&cx.scope(), tenant, among, &listing).await?;
    paging::page(&listing, rows.ok_or(Error::NotFound)?, found)
}

/// The row of an image.
pub(crate) async fn row(cx: &Cx<'_>, key: &ImageKey) -> Result<rows::Image> {
    let tenant = cx.tenant(key.customer)?;
    rows::find(&cx.scope(), tenant, key.space.number(), key.image.as_str()).await?.ok_or(Error::NotFound)
}

/// The space that an image is in, or is to be in.
pub(super) async fn space_of(transaction: &Transaction, tenant: Tenant, space: SpaceId) -> Result<Stored<Space>> {
    kept::row_within(transaction, tenant, &space).await?.ok_or(Error::NotFound)
}

/// Writes what a body says over an image; has it fetched again where that is of use.
pub(super) async fn write(
    cx: &Cx<'_>,
    transaction: &Transaction,
    row: &rows::Image,
    draft: ImageDraft<'_>,
) -> Result<rows::Image> {
    let state = draft.state(Some(row)).map_err(|violation| Error::Invalid(vec![violation]))?;
    let again = state.origin != row.origin || (!draft.keeps && row.error.is_some());
    let written = rows::update(transaction, row, state).await?.ok_or(Error::Changed)?;
    if !again {
        return Ok(written);
    }
    let written = rows::enqueue(transaction, row.id, None, cx.micros()).await?.ok_or(Error::NotFound)?;
    job::ingest(transaction, row.customer, &[row.id], Urgency::Priority).await?;
    if let Some(batch) = row.batch {
        batch::settle(transaction, &[batch], cx.micros()).await?;
    }
    Ok(written)
}

/// Removes an image, and has its files discarded; the batches that it was in have to be settled afterwards.
pub(super) async fn discard(transaction: &Transaction, row: &rows::Image) -> Result<Vec<BatchNumber>> {
    let mut batches = batch::of_image(transaction, row.id).await?;
    batches.extend(row.batch);
    Files::of(row).discard(transaction).await?;
    rows::delete(transaction, row.id).await?;
    Ok(batches)
}
