//! Batches: looked at, never kept in step by hand.

use hydra::query::Query;
use hydra::{Found, Page};
use store::batch as rows;
use store::changes::Changes;
use store::image_list;
use vocab::value::CustomerId;
use vocab::{Batch, BatchFields, BatchKey, BatchTest, BatchTestFields, CustomerKey, Image};

use crate::instant::instant;
use crate::number::{Named, Numbered};
use crate::{Created, Cx, Error, Members, Resource, Result, Several, Submit, paging};

/// The resource that a row is.
pub(crate) fn found(customer: CustomerId, row: rows::Batch) -> Found<Batch> {
    Found {
        key: BatchKey { customer, batch: row.id.identity() },
        version: row.version,
        value: Batch::from(BatchFields {
            submitted: instant(row.submitted_at),
            count: row.count.cast_unsigned(),
            completed: row.completed.cast_unsigned(),
            finished: row.finished_at.map(instant),
            errors: row.errors.cast_unsigned(),
            superseded: row.superseded,
            est_completion: completion(&row).map(instant),
        }),
    }
}

/// When a batch will be finished, if the rest takes as long for each image as what is done took.
fn completion(row: &rows::Batch) -> Option<i64> {
    let done = row.completed + row.errors;
    let last = row.last_done_at.filter(|_| row.finished_at.is_none() && done > 0)?;
    let all = i128::from(last - row.submitted_at) * i128::from(row.count) / i128::from(done);
    i64::try_from(all).ok()?.checked_add(row.submitted_at)
}

async fn row(cx: &Cx<'_>, key: &BatchKey) -> Result<rows::Batch> {
    let tenant = cx.tenant(key.customer)?;
    rows::find(&cx.scope(), tenant, key.batch.number()).await?.ok_or(Error::NotFound)
}

impl Resource for Batch {
    async fn fetch(cx: &Cx<'_>, key: &BatchKey) -> Result<Found<Self>> {
        Ok(found(key.customer, row(cx, key).await?))
    }
}

/// Lists batches; the recent ones begin with the latest.
pub(crate) async fn list(
    cx: &Cx<'_>,
    owner: &CustomerKey,
    among: rows::WhichBatches,
    query: &Query,
) -> Result<Page<Batch>> {
    let tenant = cx.tenant(owner.customer)?;
    let listing = match among {
        rows::WhichBatches::Recent => paging::listing_in::<Batch>(query, vec![("finished", true)])?,
        rows::WhichBatches::All | rows::WhichBatches::Active => paging::listing::<Batch>(query)?,
    };
    let rows = rows::list(&cx.scope(), tenant, among, &listing).await?;
    paging::page(&listing, rows.ok_or(Error::NotFound)?, |row| Ok(found(owner.customer, row)))
}

fn test(key: &BatchKey, success: bool) -> Found<BatchTest> {
    Found::as_shown(key.clone(), BatchTest::from(BatchTestFields { success }))
}

impl Resource for BatchTest {
    async fn fetch(cx: &Cx<'_>, key: &BatchKey) -> Result<Found<Self>> {
        let batch = row(cx, key).await?;
        Ok(test(key, !rows::is_settled(&cx.scope(), batch.id).await?))
    }
}

impl Submit for BatchTest {
    type Member = Self;
    type Outcome = Self;

    async fn submit(cx: &Cx<'_>, key: &BatchKey, _: Several<Self>) -> Result<Created<Self>> {
        row(cx, key).await?;
        let transaction = cx.scope().begin().await?;
        let changed = rows::settle(&transaction, &[key.batch.number()], cx.micros()).await?;
        if changed > 0 {
            transaction.commit(Changes::none("how far a batch has got is not logged")).await?;
        }
        Ok(Created { found: test(key, changed > 0), new: false })
    }
}

/// Writes a collection of a batch: its link, and which images it has.
macro_rules! of_batch {
    ($(#[$doc:meta])* $name:ident, $link:literal, $among:path) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl Members for $name {
            type Owner = Batch;
            type Member = Image;
            const LINK: &'static str = $link;

            async fn list(cx: &Cx<'_>, owner: &BatchKey, query: &Query) -> Result<Page<Image>> {
                let batch = row(cx, owner).await?;
                crate::classes::image::list(cx, cx.tenant(owner.customer)?, $among(batch.id), query).await
            }
        }
    };
}

of_batch!(
    /// All images of a batch.
    BatchImages, "images", image_list::WhichImages::Batch
);
of_batch!(
    /// The images of a batch that were ingested.
    CompletedImages, "completedImages", image_list::WhichImages::Completed
);
of_batch!(
    /// The images of a batch that failed.
    ErrorImages, "errorImages", image_list::WhichImages::Failed
);
