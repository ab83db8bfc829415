//! Images: registered at once, fetched when a worker is free.

mod draft;
mod many;
mod row;

use hydra::query::Query;
use hydra::{Found, Page};
use store::image as rows;
use store::job::{self, Urgency};
use store::{batch, image_list};
use vocab::value::ImageId;
use vocab::{Image, ImageInput, ImageKey, Space, SpaceKey};

pub use many::AllImages;

use crate::classes::kept;
use crate::images::room;
use crate::number::Named as _;
use crate::{Created, Cx, Error, IfMatch, Members, New, Resource, Result, Several};

pub(crate) use draft::{ImageDraft, roles};
pub(crate) use many::{NamedImage, lock, name};
use row::{discard, space_of, write};
pub(crate) use row::{found, kept_filters, list, row};

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

/// Registers an image.
async fn register(cx: &Cx<'_>, key: &ImageKey, input: &ImageInput) -> Result<Created<Image>> {
    let tenant = cx.tenant(key.customer)?;
    let transaction = cx.scope().begin().await?;
    room::admit(&transaction, tenant, 1).await?;
    let space = space_of(&transaction, tenant, key.space).await?;
    let known = roles(&transaction, tenant, [input]).await?;
    let draft = ImageDraft { input, space: &space.row.value, tenant, known: &known, keeps: false };
    let state = draft.state(None).map_err(|violation| Error::Invalid(vec![violation]))?;
    let name = key.image.as_str().to_owned();
    let new = rows::NewImage { space_id: space.number(), space: key.space.number(), name, batch: None, state };
    let made = rows::insert(&transaction, tenant, cx.birth(), vec![new]).await?;
    let row = made.into_iter().next().ok_or(Error::NotFound)?;
    job::ingest(&transaction, tenant.id(), &[row.id], Urgency::Priority).await?;
    let found = found(row)?;
    transaction.commit(cx.created(&found)?).await?;
    Ok(Created { found, new: true })
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
        write(cx, &transaction, &row, ImageDraft { input, space: &space.row.value, tenant, known: &known, keeps })
            .await?;
    let written = found(written)?;
    transaction.commit(cx.updated(&found(row)?, &written)?).await?;
    Ok(Some(written))
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
        Ok(transaction.commit(cx.deleted::<Self>(key)).await?)
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
        list(cx, tenant, image_list::WhichImages::Space(space.number()), query).await
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
