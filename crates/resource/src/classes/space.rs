//! Spaces: numbered within their customer, with defaults for images that do not say for themselves.

use hydra::{Cell, ChosenSet, Column as _};
use store::{SpaceNumber, Tenant, Transaction, role, space as rows};
use vocab::{RoleKey, Space, SpaceInput};

use crate::classes::kept::{Draft, Rules, Stored, Subject, kept};
use crate::number::Named as _;
use crate::{Cx, Error, Result};

kept! {
    Space,
    Names {
        identity: "number",
        columns: &[("id", "number")],
        read: &[(
            "approximate_number_of_images",
            "coalesce((SELECT images FROM storage WHERE storage.space_id = space.id), 0)",
        )],
        ..Names::PLAIN
    },
    numbered store::of::Space
}

impl Rules for Space {
    const TAKEN: (&'static str, &'static str) = ("id", "is taken");

    async fn claim(
        _: &Cx<'_>,
        transaction: &Transaction,
        tenant: Tenant,
        wanted: Option<Cell>,
        _: &SpaceInput,
    ) -> Result<Cell> {
        let wanted = wanted.and_then(|cell| cell.whole());
        if wanted.is_some_and(|number| number > MOST) {
            return Err(Error::invalid("id", format_args!("must be at most {MOST}")));
        }
        let number = rows::number(transaction, tenant, wanted.map(SpaceNumber::new)).await?.ok_or(Error::NotFound)?;
        Ok(number.get().to_cell())
    }

    async fn check(
        _: &Cx<'_>,
        transaction: &Transaction,
        subject: &Subject<'_, Self>,
        input: &SpaceInput,
        _: &mut Draft<Self>,
    ) -> Result<()> {
        match input.default_roles.as_value() {
            Some(ChosenSet(roles)) => known(transaction, subject.tenant, roles).await,
            None => Ok(()),
        }
    }

    async fn check_removable(transaction: &Transaction, _: Tenant, old: &Stored<Self>) -> Result<()> {
        match store::image::in_space(transaction, old.number()).await? {
            0 => Ok(()),
            count => Err(Error::conflict("images", format_args!("has {count} images; delete them first"))),
        }
    }
}

/// Whether the roles that were chosen are all the customer's.
async fn known(transaction: &Transaction, tenant: Tenant, roles: &[RoleKey]) -> Result<()> {
    let own = roles.iter().filter(|key| key.customer.number() == tenant.id());
    let slugs: Vec<_> = own.map(|key| key.role.as_str().to_owned()).collect();
    let known = role::known(transaction, tenant, &slugs).await?;
    if known.len() == roles.len() {
        return Ok(());
    }
    Err(Error::invalid("defaultRoles", "must be roles of this customer"))
}

/// The greatest number that a client may choose.
const MOST: i64 = 1_000_000_000;
