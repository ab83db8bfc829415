//! Images: registered at once, fetched when a worker is free.

mod draft;
mod many;

use hydra::query::{Literal, Query};
use hydra::{Address, ChosenSet, Found, Page, Reference, Set};
use store::image as rows;
use store::ingested;
use store::job::{self, Urgency};
use store::{BatchNumber, Tenant, Transaction, batch};
use vocab::value::{GlobalName, ImageId, Note, Number, OpenEdge, OriginText, RoleId, SpaceId, SpaceNumber, Tag};
use vocab::{
    BatchKey, Image, ImageFields, ImageInput, ImageKey, ImageOptimisationPolicyKey, Role, RoleKey, Space, SpaceKey,
    ThumbnailPolicyKey,
};

pub use many::AllImages;

use crate::classes::kept::{self, Stored};
use crate::columns::from_json;
use crate::cx::instant;
use crate::images::task::Files;
use crate::images::{Openness, room};
use crate::number::{Named as _, Numbered};
use crate::{Created, Cx, Error, IfMatch, Members, New, Resource, Result, Several, paging};

pub(crate) use draft::{Draft, roles};
pub(crate) use many::{Named, lock, name};

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
            space: SpaceNumber(space),
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
            number1: Number(row.number1),
            number2: Number(row.number2),
            number3: Number(row.number3),
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
pub(crate) async fn list(cx: &Cx<'_>, tenant: Tenant, among: rows::Among, query: &Query) -> Result<Page<Image>> {
    let query = kept_filters(query, tenant);
    let listing = paging::listing::<Image>(&query)?;
    let rows = rows::list(&cx.scope(), tenant, among, &listing).await?;
    paging::page(&listing, rows.ok_or(Error::NotFound)?, found)
}

/// The row of an image.
pub(crate) async fn row(cx: &Cx<'_>, key: &ImageKey) -> Result<rows::Image> {
    let tenant = cx.tenant(key.customer)?;
    rows::find(&cx.scope(), tenant, key.space.number(), key.image.as_str()).await?.ok_or(Error::NotFound)
}

/// The space that an image is in, or is to be in.
async fn space_of(transaction: &Transaction, tenant: Tenant, space: SpaceId) -> Result<Stored<Space>> {
    kept::row_within(transaction, tenant, &space).await?.ok_or(Error::NotFound)
}

/// Whether a body that names an image names this one.
fn check_name(input: &ImageInput, key: &ImageKey) -> Result<()> {
    if let Some(space) = input.space.as_value()
        && space.0 != key.space
    {
        return Err(Error::invalid("space", "must be left out or name the space that the image is in"));
    }
    match input.id.as_value() {
        Some(id) if id.id != key.image || id.place.is_some_and(|place| place != (key.customer, key.space)) => {
            Err(Error::invalid("id", "must be left out or be the last part of the address"))
        }
        _ => Ok(()),
    }
}

/// Writes what a body says over an image; has it fetched again where that is of use.
async fn write(cx: &Cx<'_>, transaction: &Transaction, row: &rows::Image, draft: Draft<'_>) -> Result<rows::Image> {
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

/// Registers an image.
async fn register(cx: &Cx<'_>, key: &ImageKey, input: &ImageInput) -> Result<Created<Image>> {
    let tenant = cx.tenant(key.customer)?;
    let transaction = cx.scope().begin().await?;
    room::admit(&transaction, tenant, 1).await?;
    let space = space_of(&transaction, tenant, key.space).await?;
    let known = roles(&transaction, tenant, [input]).await?;
    let draft = Draft { input, space: &space.row.value, tenant, known: &known, keeps: false };
    let state = draft.state(None).map_err(|violation| Error::Invalid(vec![violation]))?;
    let name = key.image.as_str().to_owned();
    let new = rows::New { space_id: space.number(), space: key.space.number(), name, batch: None, state };
    let made = rows::insert(&transaction, tenant, cx.birth(), vec![new]).await?;
    job::ingest(&transaction, tenant.id(), &made, Urgency::Priority).await?;
    let row = ingested::lock_by_id(&transaction, made[0]).await?.ok_or(Error::NotFound)?;
    transaction.commit().await?;
    Ok(Created { found: found(row)?, new: true })
}

/// Changes an image, or replaces it; none where there is none.
async fn change(
    cx: &Cx<'_>,
    key: &ImageKey,
    input: &ImageInput,
    on: &IfMatch,
    keeps: bool,
) -> Result<Option<Found<Image>>> {
    check_name(input, key)?;
    let tenant = cx.tenant(key.customer)?;
    let transaction = cx.scope().begin().await?;
    let space = space_of(&transaction, tenant, key.space).await?;
    let known = roles(&transaction, tenant, [input]).await?;
    let Some(row) = rows::lock(&transaction, tenant, key.space.number(), key.image.as_str()).await? else {
        return Ok(None);
    };
    on.check(row.version)?;
    let written =
        write(cx, &transaction, &row, Draft { input, space: &space.row.value, tenant, known: &known, keeps }).await?;
    transaction.commit().await?;
    found(written).map(Some)
}

/// Removes an image, and has its files discarded; the batches that it was in have to be settled afterwards.
async fn discard(transaction: &Transaction, row: &rows::Image) -> Result<Vec<BatchNumber>> {
    let mut batches = batch::of_image(transaction, row.id).await?;
    batches.extend(row.batch);
    Files::of(row).discard(transaction).await?;
    rows::delete(transaction, row.id).await?;
    Ok(batches)
}

impl Resource for Image {
    async fn owner_is_there(cx: &Cx<'_>, key: &ImageKey) -> Result<()> {
        Space::fetch(cx, &SpaceKey { customer: key.customer, space: key.space }).await.map(drop)
    }

    async fn fetch(cx: &Cx<'_>, key: &ImageKey) -> Result<Found<Self>> {
        found(row(cx, key).await?)
    }

    async fn replace(cx: &Cx<'_>, key: &ImageKey, new: ImageInput, on: &IfMatch) -> Result<Created<Self>> {
        for _ in 0..3 {
            if let Some(found) = change(cx, key, &new, on, false).await? {
                return Ok(Created { found, new: false });
            }
            on.check_absent()?;
            match register(cx, key, &new).await {
                // Somebody else was faster: then it is there.
                Err(Error::Conflict(_)) => {}
                registered => return registered,
            }
        }
        Err(Error::Changed)
    }

    async fn update(cx: &Cx<'_>, key: &ImageKey, new: ImageInput, on: &IfMatch) -> Result<Found<Self>> {
        change(cx, key, &new, on, true).await?.ok_or(Error::NotFound)
    }

    async fn remove(cx: &Cx<'_>, key: &ImageKey, on: &IfMatch) -> Result<()> {
        let tenant = cx.tenant(key.customer)?;
        let transaction = cx.scope().begin().await?;
        let row =
            rows::lock(&transaction, tenant, key.space.number(), key.image.as_str()).await?.ok_or(Error::NotFound)?;
        on.check(row.version)?;
        let batches = discard(&transaction, &row).await?;
        batch::settle(&transaction, &batches, cx.micros()).await?;
        Ok(transaction.commit().await?)
    }
}

/// The images in a space.
#[derive(Debug)]
pub struct Images;

impl Members for Images {
    type Owner = Space;
    type Member = Image;
    const LINK: &'static str = "images";
    const REFERS: bool = true;

    async fn list(cx: &Cx<'_>, owner: &SpaceKey, query: &Query) -> Result<Page<Image>> {
        let tenant = cx.tenant(owner.customer)?;
        let space = kept::row_of::<Space>(&cx.scope(), tenant, &owner.space).await?.ok_or(Error::NotFound)?;
        list(cx, tenant, rows::Among::Space(space.number()), query).await
    }

    async fn create(cx: &Cx<'_>, owner: &SpaceKey, new: New<Image>) -> Result<Created<Image>> {
        let named = name(owner.customer, Some(owner.space), &new, |name| name.to_owned())
            .map_err(|violation| Error::Invalid(vec![violation]))?;
        let image = named.id.unwrap_or_else(|| ImageId::trusted(cx.uuid().to_string()));
        let key = ImageKey { customer: owner.customer, space: owner.space, image };
        check_name(&new.input, &key)?;
        register(cx, &key, &new.input).await
    }

    async fn change(cx: &Cx<'_>, owner: &SpaceKey, changes: Several<Image>) -> Result<Vec<Found<Image>>> {
        many::change(cx, owner.customer, Some(owner.space), changes).await
    }
}
