//! Spaces: numbered within their customer, with defaults for images that do not say for themselves.

use hydra::query::Query;
use hydra::{ChosenSet, Found, Link, Page, Set};
use store::space as rows;
use store::{SpaceNumber, Tenant, Transaction, image_role};
use vocab::value::{CustomerId, OpenEdge, RoleId, Tag, Text};
use vocab::{Customer, CustomerKey, RoleKey, Space, SpaceInput, SpaceKey};

use crate::classes::kept::{self, Kept, Subject, verbs};
use crate::columns::{from_json, in_json, required};
use crate::cx::instant;
use crate::number::{Named, Numbered};
use crate::{Created, Cx, Error, Members, New, Result};

impl Kept for Space {
    type Row = rows::Space;

    fn customer(key: &SpaceKey) -> CustomerId {
        key.customer
    }

    fn identity(key: &SpaceKey) -> SpaceNumber {
        key.space.number()
    }

    fn found(_: &Cx<'_>, customer: CustomerId, row: rows::Space) -> Result<Found<Self>> {
        let roles = from_json(&row.default_roles)?.into_iter().map(RoleId::trusted);
        Ok(Found {
            key: SpaceKey { customer, space: row.number.identity() },
            version: row.version,
            value: Self {
                id: row.number.get(),
                name: Text::trusted(row.name),
                created: instant(row.created_at),
                default_tags: Set(from_json(&row.default_tags)?.into_iter().map(Tag::trusted).collect()),
                default_max_unauthorised: OpenEdge(row.default_max_unauthorised),
                default_roles: ChosenSet(roles.map(|role| RoleKey { customer, role }).collect()),
                images: Link::default(),
                approximate_number_of_images: row.images.cast_unsigned(),
                storage: Link::default(),
                customer: Link::default(),
            },
        })
    }

    async fn state(
        _: &Cx<'_>,
        transaction: &Transaction,
        subject: Subject<'_, Self>,
        input: SpaceInput,
    ) -> Result<rows::State> {
        let kept = subject.kept();
        let default_roles = match input.default_roles.value() {
            Some(ChosenSet(roles)) => in_json(&known(transaction, subject.tenant, roles).await?)?,
            None => kept.map_or_else(|| "[]".into(), |row| row.default_roles.clone()),
        };
        let default_max_unauthorised = match input.default_max_unauthorised.value() {
            Some(edge) => edge.0,
            None => kept.map_or(-1, |row| row.default_max_unauthorised),
        };
        let default_tags = match input.default_tags.value() {
            Some(Set(tags)) => in_json(&tags)?,
            None => kept.map_or_else(|| "[]".into(), |row| row.default_tags.clone()),
        };
        Ok(rows::State {
            name: required(input.name.value().map(String::from).or(kept.map(|row| row.name.clone())), "name")?,
            default_tags,
            default_max_unauthorised,
            default_roles,
        })
    }

    async fn check_removable(transaction: &Transaction, _: Tenant, row: &rows::Space) -> Result<()> {
        match store::image::in_space(transaction, row.id).await? {
            0 => Ok(()),
            count => Err(Error::conflict("images", format_args!("has {count} images; delete them first"))),
        }
    }

    async fn make(cx: &Cx<'_>, key: &SpaceKey, input: SpaceInput) -> Result<Created<Self>> {
        let tenant = cx.tenant(key.customer)?;
        if key.space.0 > MOST {
            return Err(Error::invalid("id", format_args!("must be at most {MOST}")));
        }
        let transaction = cx.scope().begin().await?;
        rows::number(&transaction, tenant, Some(key.space.number())).await?.ok_or(Error::NotFound)?;
        kept::create(cx, transaction, key, input).await
    }
}

/// The roles that were chosen, all of which must be the customer's.
async fn known(transaction: &Transaction, tenant: Tenant, roles: Vec<RoleKey>) -> Result<Vec<String>> {
    let (own, others): (Vec<_>, Vec<_>) = roles.into_iter().partition(|key| key.customer.number() == tenant.id());
    let slugs: Vec<String> = own.into_iter().map(|key| key.role.into()).collect();
    let known = image_role::known(transaction, tenant, &slugs).await?;
    if others.is_empty() && known.len() == slugs.len() {
        return Ok(slugs);
    }
    Err(Error::invalid("defaultRoles", "must be roles of this customer"))
}

/// The greatest number that a client may choose.
const MOST: i64 = 1_000_000_000;

verbs!(Space);

/// The spaces of a customer.
#[derive(Debug)]
pub struct Spaces;

impl Members for Spaces {
    type Owner = Customer;
    type Member = Space;
    const LINK: &'static str = "spaces";

    async fn list(cx: &Cx<'_>, owner: &CustomerKey, query: &Query) -> Result<Page<Space>> {
        kept::list(cx, owner.customer, query).await
    }

    async fn create(cx: &Cx<'_>, owner: &CustomerKey, new: New<Space>) -> Result<Created<Space>> {
        let tenant = cx.tenant(owner.customer)?;
        let transaction = cx.scope().begin().await?;
        let number = rows::number(&transaction, tenant, None).await?.ok_or(Error::NotFound)?;
        let key = SpaceKey { customer: owner.customer, space: number.identity() };
        kept::create(cx, transaction, &key, new.input).await
    }
}
