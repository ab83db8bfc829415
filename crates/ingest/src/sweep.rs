//! The store of objects compared with what is known of it: files that nobody knows are removed.
//!
//! Most of them go without that: by whoever takes the job of a dead worker over, by a job of their own, with their image. What
//! is left is what a worker had begun to write that was killed and whose job went meanwhile, and what came of a backup.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use futures_util::TryStreamExt;
use objects::{ObjectPrefix, Objects};
use resource::images::discarding::unknown;
use resource::jobs::JobQueue;
use uuid::Uuid;

use crate::jobs::Discarding;

/// How many versions of images are compared at a time.
const LOT: usize = 1000;

/// What came of a sweep.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Versions of images of which there were files.
    pub seen: u64,
    /// Those of them that nobody knew, and whose files were removed.
    pub removed: u64,
}

/// Removes what lies in the store for so long and no image has.
///
/// # Errors
/// The store or the database failed; asking again removes the rest.
pub async fn sweep(objects: &Objects, queue: &JobQueue, age: Duration) -> Result<Swept, Discarding> {
    let before = SystemTime::from(queue.time().instant()).checked_sub(age).unwrap_or(SystemTime::UNIX_EPOCH);
    let (mut swept, mut lot) = (Swept::default(), BTreeMap::<Uuid, (ObjectPrefix, SystemTime)>::new());
    let mut lying = objects.lying(None);
    loop {
        let next = lying.try_next().await?;
        let is_last = next.is_none();
        if let Some(lying) = next {
            let (_, latest) = lot.entry(lying.version).or_insert((lying.prefix, lying.written));
            *latest = lying.written.max(*latest);
        }
        if is_last || lot.len() > LOT {
            let old = lot.iter().filter(|(_, (_, latest))| *latest <= before).map(|(version, _)| *version).collect();
            for version in unknown(queue, &old).await.map_err(Discarding::Queue)? {
                if let Some((prefix, _)) = lot.get(&version) {
                    objects.delete_prefix(prefix).await?;
                    swept.removed += 1;
                }
            }
            swept.seen += lot.len() as u64;
            lot.clear();
        }
        if is_last {
            return Ok(swept);
        }
    }
}
