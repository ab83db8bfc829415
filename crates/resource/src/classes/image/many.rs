//! Several images at once: named, changed together, deleted together.

use std::collections::{BTreeMap, BTreeSet};

use hydra::query::Query;
use hydra::{Found, Page, Violation};
use store::image as rows;
use store::{Tenant, Transaction, batch, image_list};
use vocab::value::{CustomerId, ImageId, SpaceId};
use vocab::{Customer, CustomerKey, Image, ImageDeletion, ImageDeletionFields, Space};

use super::draft::{ImageDraft, roles};
use super::row::{discard, found, list, space_of, write};
use crate::classes::kept::{self, Stored};
use crate::number::Named as _;
use crate::{Created, Cx, Error, Members, New, Resource, Result, Several, Submit};

/// What a member of a list says about which image it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedImage {
    /// The space, if it says so.
    pub space: Option<SpaceId>,
    /// The identity within the space, if it says so.
    pub id: Option<ImageId>,
}

/// Which image a member of a list means: by its `@id`, by `id` and `space`, by a whole `id`, or by several of these that
/// agree. `at` tells where in the body a property stands.
pub(crate) fn name(
    customer: CustomerId,
    space: Option<SpaceId>,
    new: &New<Image>,
    at: impl Fn(&str) -> String,
) -> std::result::Result<NamedImage, Violation> {
    let path = &at("id");
    let mut spaces: BTreeSet<SpaceId> = space.into_iter().collect();
    let mut ids: BTreeSet<String> = BTreeSet::new();
    spaces.extend(new.input.space.as_value().map(|space| space.0));
    let mut customers = BTreeSet::from([customer]);
    if let Some(id) = &new.id {
        let refuse = || Violation::new(path, format_args!("must be that of an image; {id} is not"));
        let key = id.key::<Image>().ok_or_else(refuse)?;
        customers.insert(key.customer);
        spaces.insert(key.space);
        ids.insert(key.image.into());
    }
    if let Some(id) = new.input.id.as_value() {
        ids.insert(id.id.clone().into());
        if let Some((customer, space)) = id.place {
            customers.insert(customer);
            spaces.insert(space);
        }
    }
    if customers.len() > 1 {
        return Err(Violation::new(path, "must be that of an image of this customer"));
    }
    if spaces.len() > 1 {
        return Err(Violation::new(&at("space"), "must be the same wherever the image is named"));
    }
    if ids.len() > 1 {
        return Err(Violation::new(path, "must name the same image as @id"));
    }
    Ok(NamedImage { space: spaces.pop_first(), id: ids.pop_first().map(ImageId::trusted) })
}

/// The images that the members of a list name, each there once.
fn names(customer: CustomerId, space: Option<SpaceId>, listed: &mut Several<Image>) -> Vec<Option<(SpaceId, ImageId)>> {
    let mut named = Vec::with_capacity(listed.members.len());
    let mut seen = BTreeSet::new();
    for index in 0..listed.members.len() {
        let at = |name: &str| format!("member[{index}].{name}");
        let path = at("id");
        let wrong = match name(customer, space, &listed.members[index], at) {
            Err(violation) => violation,
            Ok(NamedImage { space: Some(space), id: Some(id) }) if seen.insert((space, id.as_str().to_owned())) => {
                named.push(Some((space, id)));
                continue;
            }
            Ok(NamedImage { space: Some(_), id: Some(_) }) => Violation::new(&path, "is that of an earlier member"),
            Ok(NamedImage { id: None, .. }) => Violation::new(&path, "is required"),
            Ok(NamedImage { space: None, .. }) => {
                Violation::new(&at("space"), "is required, or an id of the form customer/space/image")
            }
        };
        listed.refuse(wrong);
        named.push(None);
    }
    named
}

/// Images by their space and name, and the spaces by their number.
type Locked = (BTreeMap<(SpaceId, String), rows::Image>, BTreeMap<SpaceId, Stored<Space>>);

/// Those of these images that there are, and their spaces; nobody else changes them until the transaction ends.
pub(crate) async fn lock(
    transaction: &Transaction,
    tenant: Tenant,
    named: impl IntoIterator<Item = (SpaceId, &str)>,
) -> Result<Locked> {
    let mut by_space: BTreeMap<SpaceId, Vec<String>> = BTreeMap::new();
    for (space, name) in named {
        by_space.entry(space).or_default().push(name.to_owned());
    }
    let (mut images, mut spaces) = (BTreeMap::new(), BTreeMap::new());
    for (number, names) in by_space {
        let space = kept::row_within::<Space>(transaction, tenant, &number).await?;
        let Some(space) = space else { continue };
        for row in rows::lock_all(transaction, space.number(), &names).await? {
            images.insert((number, row.name.clone()), row);
        }
        spaces.insert(number, space);
    }
    Ok((images, spaces))
}

/// Changes images together: all or none.
pub(super) async fn change(
    cx: &Cx<'_>,
    customer: CustomerId,
    space: Option<SpaceId>,
    mut changes: Several<Image>,
) -> Result<Vec<Found<Image>>> {
    let tenant = cx.tenant(customer)?;
    let named = names(customer, space, &mut changes);
    let transaction = cx.scope().begin().await?;
    if let Some(space) = space {
        space_of(&transaction, tenant, space).await?;
    }
    let known = roles(&transaction, tenant, changes.members.iter().map(|change| &change.input)).await?;
    let (images, spaces) =
        lock(&transaction, tenant, named.iter().flatten().map(|(space, id)| (*space, id.as_str()))).await?;
    let (mut changed, mut changing) = (Vec::with_capacity(named.len()), cx.changing());
    for (index, named) in named.iter().enumerate() {
        let Some((number, id)) = named else { continue };
        let row = images.get(&(*number, id.as_str().to_owned())).zip(spaces.get(number));
        let Some((row, space)) = row else {
            changes.refuse(Violation::new(&format!("member[{index}].id"), "is not that of an image"));
            continue;
        };
        let space = &space.row.value;
        let draft = ImageDraft { input: &changes.members[index].input, space, tenant, known: &known, keeps: true };
        match draft.state(Some(row)) {
            Err(violation) => changes.refuse(violation.within(&format!("member[{index}]."))),
            Ok(_) if changes.violations.is_empty() => {
                let new = found(write(cx, &transaction, row, draft).await?)?;
                changing = changing.updated(&found(row.clone())?, &new, &[])?;
                changed.push(new);
            }
            Ok(_) => {}
        }
    }
    changes.check()?;
    transaction.commit(changing.finish()).await?;
    Ok(changed)
}

/// The images of a customer in all spaces.
#[derive(Debug)]
pub struct AllImages;

/// How many images a list may name that is not itself about what becomes of them.
const MOST_NAMED: usize = 500;

impl Members for AllImages {
    type Owner = Customer;
    type Member = Image;
    const LINK: &'static str = "allImages";
    const MOST: usize = MOST_NAMED;

    async fn list(cx: &Cx<'_>, owner: &CustomerKey, query: &Query) -> Result<Page<Image>> {
        list(cx, cx.tenant(owner.customer)?, image_list::WhichImages::Customer, query).await
    }

    async fn select(cx: &Cx<'_>, owner: &CustomerKey, mut listed: Several<Image>) -> Result<Vec<Found<Image>>> {
        let tenant = cx.tenant(owner.customer)?;
        Customer::fetch(cx, owner).await?;
        let named = names(owner.customer, None, &mut listed);
        listed.check()?;
        let mut selected = Vec::with_capacity(named.len());
        for (space, id) in named.into_iter().flatten() {
            let row = rows::find(&cx.scope(), tenant, space.number(), id.as_str()).await?;
            selected.extend(row.map(found).transpose()?);
        }
        Ok(selected)
    }

    async fn change(cx: &Cx<'_>, owner: &CustomerKey, changes: Several<Image>) -> Result<Vec<Found<Image>>> {
        Customer::fetch(cx, owner).await?;
        change(cx, owner.customer, None, changes).await
    }
}

impl Resource for ImageDeletion {
    async fn fetch(cx: &Cx<'_>, key: &CustomerKey) -> Result<Found<Self>> {
        let owner = Customer::fetch(cx, key).await?;
        Ok(deletion(owner.key, None))
    }
}

fn deletion(key: CustomerKey, deleted: Option<u64>) -> Found<ImageDeletion> {
    let message = deleted.map(|_| "images deleted".to_owned());
    let value = ImageDeletion::from(ImageDeletionFields { limit: MOST_NAMED as u64, message, deleted });
    Found::as_shown(key, value)
}

impl Submit for ImageDeletion {
    type Member = Image;
    type Outcome = Self;
    const MOST: usize = MOST_NAMED;

    async fn submit(cx: &Cx<'_>, key: &CustomerKey, mut listed: Several<Image>) -> Result<Created<Self>> {
        let tenant = cx.tenant(key.customer)?;
        Customer::fetch(cx, key).await?;
        let named = names(key.customer, None, &mut listed);
        listed.check()?;
        let transaction = cx.scope().begin().await?;
        let (images, _) =
            lock(&transaction, tenant, named.iter().flatten().map(|(space, id)| (*space, id.as_str()))).await?;
        if images.is_empty() {
            return Err(Error::invalid("member", "must name images that there are; there is none of these"));
        }
        let (mut batches, mut changing) = (Vec::new(), cx.changing());
        for row in images.values() {
            batches.extend(discard(&transaction, row).await?);
            changing = changing.deleted::<Image>(&found(row.clone())?.key);
        }
        batch::settle(&transaction, &batches, cx.micros()).await?;
        transaction.commit(changing.finish()).await?;
        Ok(Created { found: deletion(key.clone(), Some(images.len() as u64)), new: false })
    }
}
