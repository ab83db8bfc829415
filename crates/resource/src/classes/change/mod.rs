//! Changes, as a class: whoever may look at a resource may look at what has happened to it.

mod asked;
mod follow;
mod lists;
mod shown;
mod versions;

use hydra::{Found, parse_path};
use store::change as rows;
use vocab::{Change, ChangeKey, CustomerProperty};

pub use follow::{last_change, log_ends};
pub use lists::{AllChanges, ChangesOf, CustomerChanges};
pub use versions::version;
pub(crate) use versions::{version_before, versions_after};

use self::shown::{found, look_at, may_look, may_look_at_all, read};
use crate::number::Numbered as _;
use crate::{Cx, Error, Resource, Result};

impl Resource for Change {
    async fn fetch(cx: &Cx<'_>, key: &ChangeKey) -> Result<Found<Self>> {
        cx.number_changes().await?;
        let row = rows::find(&cx.scope(), key.change.0).await?.ok_or(Error::NotFound)?;
        let customer = row.customer.map(|customer| customer.identity());
        let change = [read(row)?];
        look_at(cx, &change, customer).await?;
        let [(row, state)] = change;
        let class = vocab::CLASSES.iter().find(|class| class.name == row.class).ok_or(Error::NotFound)?;
        if !may_look(cx, class, customer) {
            return Err(Error::NotFound);
        }
        if !may_look_at_all(cx, class) {
            let property = parse_path(class.path, &row.path).ok_or(Error::NotFound)?;
            CustomerProperty::fetch(cx, &property).await?;
        }
        found(cx, (row, state))
    }
}
