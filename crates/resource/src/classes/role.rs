//! The roles that images ask for.

use hydra::{Cell, Chosen, Column as _, Given};
use store::{Birth, Tenant, Transaction, space};
use vocab::value::{RoleId, Text};
use vocab::{AuthService, AuthServiceKey, Role, RoleInput};

use crate::changes::Watch;
use crate::classes::kept::{Draft, Rules, Stored, Subject, kept, plant, row_within};
use crate::columns::required;
use crate::number::Numbered as _;
use crate::{Cx, Error, Result};

kept! {
    Role,
    Names {
        identity: "slug",
        columns: &[("auth_service", "auth_service_id")],
        read: &[("auth_service", "(SELECT uuid FROM auth_service WHERE auth_service.id = role.auth_service_id)")],
        written: &[("auth_service", "(SELECT id FROM auth_service WHERE customer_id = $1 AND uuid = ?)")],
        ..Names::PLAIN
    }
}

impl Rules for Role {
    const TAKEN: (&'static str, &'static str) = ("name", "makes the address of another role of this customer");

    async fn claim(_: &Cx<'_>, _: &Transaction, _: Tenant, wanted: Option<Cell>, input: &RoleInput) -> Result<Cell> {
        if let Some(identity) = wanted {
            return Ok(identity);
        }
        let name = required(input.name.as_value(), "name")?;
        let role = RoleId::of_name(name.as_str());
        let role =
            role.ok_or_else(|| Error::invalid("name", "must have a letter or a digit, to make an address of"))?;
        Ok(role.to_cell())
    }

    async fn check(
        _: &Cx<'_>,
        transaction: &Transaction,
        subject: &Subject<'_, Self>,
        input: &RoleInput,
        _: &mut Draft<Self>,
    ) -> Result<()> {
        let Some(Chosen(key)) = input.auth_service.as_value() else { return Ok(()) };
        let is_own = key.customer == subject.tenant.id().identity();
        if is_own && row_within::<AuthService>(transaction, subject.tenant, &key.auth_service).await?.is_some() {
            return Ok(());
        }
        Err(Error::invalid("authService", "must be one of the auth services of this customer"))
    }

    async fn check_removable(transaction: &Transaction, tenant: Tenant, old: &Stored<Self>) -> Result<()> {
        let slug = old.row.identity.clone().text().unwrap_or_default();
        if store::image::asks_for(transaction, tenant, &slug).await? {
            return Err(Error::conflict("name", "is that of a role that an image asks for; take it away there first"));
        }
        match space::giving(transaction, tenant, &slug).await? {
            None => Ok(()),
            Some(number) => Err(Error::conflict(
                "name",
                format_args!("is that of a default role of space {number}; take it away there first"),
            )),
        }
    }
}

/// The role that a new customer begins with.
pub(crate) async fn furnish(
    transaction: &Transaction,
    tenant: Tenant,
    service: AuthServiceKey,
    birth: Birth,
    watch: &mut Watch<'_>,
) -> Result<()> {
    let clickthrough = RoleInput {
        name: Given::Value(Text::trusted("clickthrough".into())),
        label: Given::Value(Text::trusted("Click through".into())),
        auth_service: Given::Value(Chosen(service)),
        ..RoleInput::default()
    };
    let identity = RoleId::trusted("clickthrough".into()).to_cell();
    plant::<Role>(transaction, tenant, birth, identity, Draft::new(clickthrough)?).await?;
    let (customer, role) = (tenant.id().identity(), RoleId::trusted("clickthrough".into()));
    watch.made::<Role>(&vocab::RoleKey { customer, role });
    Ok(())
}
