//! The roles that images ask for.

use hydra::query::Query;
use hydra::{Chosen, Found, Given, Link, Page, Set};
use store::image_role as rows;
use store::owned::find_within;
use store::{Birth, ServiceNumber, Tenant, Transaction, auth_service, space};
use vocab::value::{AuthServiceId, CustomerId, RoleId, Text};
use vocab::{AuthServiceKey, Customer, CustomerKey, Role, RoleInput, RoleKey};

use crate::classes::kept::{self, Kept, Subject, verbs};
use crate::columns::{from_json, in_json, required, text};
use crate::number::Numbered;
use crate::{Created, Cx, Error, Members, New, Result};

impl Kept for Role {
    type Row = rows::Role;

    fn customer(key: &RoleKey) -> CustomerId {
        key.customer
    }

    fn identity(key: &RoleKey) -> String {
        key.role.clone().into()
    }

    fn found(_: &Cx<'_>, customer: CustomerId, row: rows::Role) -> Result<Found<Self>> {
        let service = row.auth_service.map(AuthServiceId);
        Ok(Found {
            key: RoleKey { customer, role: RoleId::trusted(row.slug) },
            version: row.version,
            value: Self {
                name: Text::trusted(row.name),
                label: row.label.map(Text::trusted),
                aliases: Set(from_json(&row.aliases)?.into_iter().map(Text::trusted).collect()),
                auth_service: service.map(|auth_service| Chosen(AuthServiceKey { customer, auth_service })),
                customer: Link::default(),
            },
        })
    }

    async fn state(
        _: &Cx<'_>,
        transaction: &Transaction,
        subject: Subject<'_, Self>,
        input: RoleInput,
    ) -> Result<rows::State> {
        let kept = subject.kept();
        let customer = subject.tenant.id().identity();
        let service = match input.auth_service {
            Given::Value(Chosen(key)) => Some(key),
            Given::Null => None,
            Given::Absent => kept
                .and_then(|row| row.auth_service)
                .map(|service| AuthServiceKey { customer, auth_service: AuthServiceId(service) }),
        };
        let auth_service = match service {
            None => None,
            Some(key) => {
                let service = find_within(transaction, subject.tenant, key.auth_service.0);
                let row: Option<auth_service::AuthService> =
                    if key.customer == customer { service.await? } else { None };
                let unknown = || Error::invalid("authService", "must be one of the auth services of this customer");
                Some(row.ok_or_else(unknown)?.id)
            }
        };
        let aliases = match input.aliases.value() {
            Some(Set(aliases)) => in_json(&aliases)?,
            None => kept.map_or_else(|| "[]".into(), |row| row.aliases.clone()),
        };
        Ok(rows::State {
            name: required(input.name.value().map(String::from).or(kept.map(|row| row.name.clone())), "name")?,
            label: text(input.label, kept.and_then(|row| row.label.clone())),
            aliases,
            auth_service,
        })
    }

    async fn check_removable(transaction: &Transaction, tenant: Tenant, row: &rows::Role) -> Result<()> {
        if store::image::asks_for(transaction, tenant, &row.slug).await? {
            return Err(Error::conflict("name", "is that of a role that an image asks for; take it away there first"));
        }
        match space::giving(transaction, tenant, &row.slug).await? {
            None => Ok(()),
            Some(number) => Err(Error::conflict(
                "name",
                format_args!("is that of a default role of space {number}; take it away there first"),
            )),
        }
    }
}

verbs!(Role);

/// The roles of a customer.
#[derive(Debug)]
pub struct Roles;

impl Members for Roles {
    type Owner = Customer;
    type Member = Role;
    const LINK: &'static str = "roles";

    async fn list(cx: &Cx<'_>, owner: &CustomerKey, query: &Query) -> Result<Page<Role>> {
        kept::list(cx, owner.customer, query).await
    }

    async fn create(cx: &Cx<'_>, owner: &CustomerKey, new: New<Role>) -> Result<Created<Role>> {
        let name = required(new.input.name.clone().value(), "name")?;
        let role = RoleId::of_name(name.as_str())
            .ok_or_else(|| Error::invalid("name", "must have a letter or a digit, to make an address of"))?;
        Role::make(cx, &RoleKey { customer: owner.customer, role }, new.input).await
    }
}

/// The role that a new customer begins with.
pub(crate) async fn furnish(
    transaction: &Transaction,
    tenant: Tenant,
    service: ServiceNumber,
    birth: Birth,
) -> Result<()> {
    let state = rows::State {
        name: "clickthrough".into(),
        label: Some("Click through".into()),
        aliases: "[]".into(),
        auth_service: Some(service),
    };
    store::owned::insert::<rows::Role>(transaction, tenant, "clickthrough".into(), birth, state).await?;
    Ok(())
}
