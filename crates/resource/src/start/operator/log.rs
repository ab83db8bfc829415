//! The log of changes beside what there is.

use hydra::ClassDef;
use serde::Serialize;
use store::change::{Change, latest};
use vocab::value::CustomerId;

use super::acting::act;
use crate::changes::{State, differences, state};
use crate::classes::SERVED;
use crate::{Cx, Error, Identities, Result};

/// A resource that is another than the log says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unlogged {
    /// The path of the resource.
    pub path: String,
    /// The name of its class.
    pub class: String,
    /// The number of its latest change.
    pub change: i64,
    /// What is otherwise.
    pub difference: Difference,
    /// The names of the properties that are otherwise.
    pub changed: Vec<String>,
}

/// How a resource differs from what the log says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Difference {
    /// The log says that it was deleted, and it is there.
    There,
    /// The log says what it is, and it is not there.
    Gone,
    /// It is another than the log says.
    Other,
}

/// How many resources are read at a time.
const LOT: u64 = 500;

/// Compares what the log says last of each resource with what there is: what was written behind the back of the service differs. How
/// many were compared, and which differ.
///
/// # Errors
/// The database does not answer.
pub async fn compare_log(identities: &Identities) -> Result<(usize, Vec<Unlogged>)> {
    act(identities, async |cx| {
        cx.number_changes().await?;
        let (mut compared, mut found, mut after) = (0, Vec::new(), String::new());
        loop {
            let lot = latest(&cx.scope(), &after, LOT).await?;
            let Some(last) = lot.last() else { return Ok((compared, found)) };
            after.clone_from(&last.path);
            for change in lot {
                compared += usize::from(change.kind != "deleted");
                found.extend(compare(cx, change).await?);
            }
        }
    })
    .await
}

async fn compare(cx: &Cx<'_>, change: Change) -> Result<Option<Unlogged>> {
    let class = SERVED.iter().find(|class| class.class().name == change.class);
    let Some((class, key)) = class.and_then(|class| Some((class, class.key(&change.path)?))) else { return Ok(None) };
    // What was a deleted customer's is nobody's any more, whatever is kept of it.
    let owner = match key.customer() {
        Some(customer) => cx.customer(CustomerId(customer)).await.map(drop),
        None => Ok(()),
    };
    let fetched = match owner {
        Ok(()) => class.fetch(cx, &*key).await,
        Err(error) => Err(error),
    };
    let there = match fetched {
        Ok(found) => Some(state(&*found)?),
        Err(Error::NotFound | Error::Undefined(_)) => None,
        Err(error) => return Err(error),
    };
    let said = change.state.as_deref().map(serde_json::from_str::<State>).transpose();
    let said = said.map_err(|error| Error::Internal(error.to_string()))?;
    let (difference, changed) = match (said, there) {
        // Nobody may know what it was.
        (None, _) if change.kind != "deleted" => return Ok(None),
        (None, None) => return Ok(None),
        (None, Some(_)) if stays(class.class()) => return Ok(None),
        (None, Some(_)) => (Difference::There, Vec::new()),
        (Some(_), None) => (Difference::Gone, Vec::new()),
        (Some(said), Some(there)) => (Difference::Other, differences(&said, &there)),
    };
    if difference == Difference::Other && changed.is_empty() {
        return Ok(None);
    }
    Ok(Some(Unlogged { path: change.path, class: change.class, change: change.number, difference, changed }))
}

/// Whether there is something at the address of each, also where nothing was put there, or what was is taken away.
fn stays(class: &ClassDef) -> bool {
    ["ApiKey", "CustomerProperty", "Logo", "RoleProvider"].contains(&class.name)
}
