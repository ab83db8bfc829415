//! The queue of a customer: images come in together, or none does.

use std::collections::BTreeMap;

use hydra::query::Query;
use hydra::{Found, Page, Violation};
use store::image as rows;
use store::job::{self, Urgency};
use store::{BatchNumber, Transaction, batch, image_list};
use vocab::value::{ImageId, SpaceId};
use vocab::{Batch, CustomerKey, Image, PriorityQueue, PriorityQueueFields, Queue, QueueFields};

use crate::classes::image::{self, ImageDraft, NamedImage};
use crate::images::room;
use crate::number::Named as _;
use crate::{Created, Cx, Error, Members, Resource, Result, Several, Submit};

impl Resource for Queue {
    async fn fetch(cx: &Cx<'_>, key: &CustomerKey) -> Result<Found<Self>> {
        let waiting = batch::waiting(&cx.scope(), cx.tenant(key.customer)?).await?.ok_or(Error::NotFound)?;
        let images = (waiting.normal + waiting.urgent).cast_unsigned();
        let value = Self::from(QueueFields {
            size: images,
            batches_waiting: waiting.batches.cast_unsigned(),
            images_waiting: images,
        });
        Ok(Found::as_shown(key.clone(), value))
    }
}

impl Resource for PriorityQueue {
    async fn fetch(cx: &Cx<'_>, key: &CustomerKey) -> Result<Found<Self>> {
        let waiting = batch::waiting(&cx.scope(), cx.tenant(key.customer)?).await?.ok_or(Error::NotFound)?;
        let value = Self::from(PriorityQueueFields { size: waiting.urgent.cast_unsigned() });
        Ok(Found::as_shown(key.clone(), value))
    }
}

impl Submit for Queue {
    type Member = Image;
    type Outcome = Batch;

    async fn submit(cx: &Cx<'_>, key: &CustomerKey, listed: Several<Image>) -> Result<Created<Batch>> {
        submit(cx, key, listed, Urgency::Normal).await
    }
}

impl Submit for PriorityQueue {
    type Member = Image;
    type Outcome = Batch;

    async fn submit(cx: &Cx<'_>, key: &CustomerKey, listed: Several<Image>) -> Result<Created<Batch>> {
        submit(cx, key, listed, Urgency::Priority).await
    }
}

/// Where each member of a batch goes: its space and its name, made up where it has none.
fn addresses(cx: &Cx<'_>, key: &CustomerKey, listed: &mut Several<Image>) -> Vec<Option<(SpaceId, ImageId)>> {
    let mut places = Vec::with_capacity(listed.members.len());
    let mut first: BTreeMap<(SpaceId, String), usize> = BTreeMap::new();
    for index in 0..listed.members.len() {
        let at = |name: &str| format!("member[{index}].{name}");
        if listed.members[index].input.origin.as_value().is_none() {
            listed.refuse(Violation::new(&at("origin"), "is required"));
        }
        let named = image::name(key.customer, None, &listed.members[index], at);
        places.push(match named {
            Err(violation) => {
                listed.refuse(violation);
                None
            }
            Ok(NamedImage { space: None, .. }) => {
                listed.refuse(Violation::new(&at("space"), "is required"));
                None
            }
            Ok(NamedImage { space: Some(space), id }) => {
                let id = id.unwrap_or_else(|| ImageId::trusted(cx.uuid().to_string()));
                if let Some(earlier) = first.insert((space, id.as_str().to_owned()), index) {
                    listed.refuse(Violation::new(&at("id"), format_args!("is that of member[{earlier}] too")));
                }
                Some((space, id))
            }
        });
    }
    places
}

/// Registers images and has them fetched, as one batch.
async fn submit(
    cx: &Cx<'_>,
    key: &CustomerKey,
    mut listed: Several<Image>,
    urgency: Urgency,
) -> Result<Created<Batch>> {
    let tenant = cx.tenant(key.customer)?;
    let places = addresses(cx, key, &mut listed);
    let now = cx.micros();
    let transaction = cx.scope().begin().await?;
    // Nobody else adds images of this customer meanwhile; so what is not there now is not there later.
    let room = room::room(&transaction, tenant).await?;
    let known = image::roles(&transaction, tenant, listed.members.iter().map(|member| &member.input)).await?;
    let named = places.iter().flatten().map(|(space, id)| (*space, id.as_str()));
    let (images, spaces) = image::lock(&transaction, tenant, named).await?;
    let batch = batch::insert(&transaction, tenant, now).await?.ok_or(Error::NotFound)?;
    let (mut new, mut again) = (Vec::new(), Vec::new());
    for (index, place) in places.into_iter().enumerate() {
        let Some((number, id)) = place else { continue };
        let Some(stored) = spaces.get(&number) else {
            let what = "is not that of a space of this customer";
            listed.refuse(Violation::new(&format!("member[{index}].space"), what));
            continue;
        };
        let row = images.get(&(number, id.as_str().to_owned()));
        let space = &stored.row.value;
        let draft = ImageDraft { input: &listed.members[index].input, space, tenant, known: &known, keeps: true };
        match (draft.state(row), row) {
            (Err(violation), _) => listed.refuse(violation.within(&format!("member[{index}]."))),
            (Ok(state), Some(row)) => again.push((row, state)),
            (Ok(state), None) => {
                let (space_id, space, name) = (stored.number(), number.number(), id.into());
                new.push(rows::NewImage { space_id, space, name, batch: Some(batch), state });
            }
        }
    }
    listed.check()?;
    room.admit(new.len())?;
    let mut changing = cx.changing();
    let mut ids = Vec::new();
    for (old, new) in write(&transaction, batch, again, now).await? {
        ids.push(new.id);
        changing = changing.updated(&image::found(old.clone())?, &image::found(new)?, &[])?;
    }
    for new in rows::insert(&transaction, tenant, cx.birth(), new).await? {
        ids.push(new.id);
        changing = changing.created(&image::found(new)?)?;
    }
    batch::fill(&transaction, batch, &ids).await?;
    job::ingest(&transaction, tenant.id(), &ids, urgency).await?;
    let left: Vec<_> = images.values().filter_map(|row| row.batch).collect();
    batch::settle(&transaction, &left, now).await?;
    let row = batch::find_within(&transaction, tenant, batch).await?.ok_or(Error::NotFound)?;
    let found = crate::classes::batch::found(key.customer, row);
    transaction.commit(changing.created(&found)?.finish()).await?;
    Ok(Created { found, new: true })
}

/// Writes what a batch says over images that there are, and moves them into it; what each was, and is.
async fn write<'a>(
    transaction: &Transaction,
    batch: BatchNumber,
    again: Vec<(&'a rows::Image, rows::State)>,
    now: i64,
) -> Result<Vec<(&'a rows::Image, rows::Image)>> {
    let mut written = Vec::with_capacity(again.len());
    for (row, state) in again {
        rows::update(transaction, row, state).await?.ok_or(Error::Changed)?;
        let new = rows::enqueue(transaction, row.id, Some(batch), now).await?.ok_or(Error::Changed)?;
        written.push((row, new));
    }
    Ok(written)
}

/// Writes a collection of the queue: its link, what its members are, and which they are.
macro_rules! of_queue {
    ($(#[$doc:meta])* $name:ident, $link:literal, $member:ty, $list:expr) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl Members for $name {
            type Owner = Queue;
            type Member = $member;
            const LINK: &'static str = $link;

            async fn list(cx: &Cx<'_>, owner: &CustomerKey, query: &Query) -> Result<Page<$member>> {
                $list(cx, owner, query).await
            }
        }
    };
}

of_queue!(
    /// All batches of a customer.
    Batches, "batches", Batch,
    async |cx, owner, query| crate::classes::batch::list(cx, owner, batch::WhichBatches::All, query).await
);
of_queue!(
    /// The batches in which images wait.
    ActiveBatches, "active", Batch,
    async |cx, owner, query| crate::classes::batch::list(cx, owner, batch::WhichBatches::Active, query).await
);
of_queue!(
    /// The batches that are done, the latest first.
    RecentBatches, "recent", Batch,
    async |cx, owner, query| crate::classes::batch::list(cx, owner, batch::WhichBatches::Recent, query).await
);
of_queue!(
    /// The images of all batches.
    QueueImages, "images", Image,
    async |cx: &Cx<'_>, owner: &CustomerKey, query| {
        image::list(cx, cx.tenant(owner.customer)?, image_list::WhichImages::Queue, query).await
    }
);
