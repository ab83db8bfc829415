//! The customers that a portal user can switch to, as a class.

use hydra::query::Query;
use hydra::{Chosen, Found, Page};
use store::switchable_customer as rows;
use vocab::value::{CustomerId, Name};
use vocab::{
    Customer, CustomerKey, PortalUser, PortalUserKey, SwitchableCustomer, SwitchableCustomerFields,
    SwitchableCustomerInput, SwitchableCustomerKey,
};

use crate::classes::portal_user::AccountClass as _;
use crate::customers::record::WhichCustomer;
use crate::number::{Named, Numbered};
use crate::people::switchable::{self, UserCustomer};
use crate::{Created, Cx, Error, IfMatch, Members, New, Resource, Result, Several, paging};

/// An entry of the list, with the customer itself for an actor who is known to see that.
fn found(cx: &Cx<'_>, owner: &PortalUserKey, row: UserCustomer) -> Found<SwitchableCustomer> {
    let UserCustomer { id, name, alias, display_name, .. } = row;
    let (customer, portal_user) = (owner.customer, owner.portal_user);
    let value = SwitchableCustomer::from(SwitchableCustomerFields {
        switchable: Some(Chosen(CustomerKey { customer: id })),
        name: Name::trusted(name),
        alias,
        display_name,
    });
    // Its state is the same for whoever looks at it.
    let mut found = Found::as_shown(SwitchableCustomerKey { customer, portal_user, switchable: id }, value);
    found.value.switchable = found.value.switchable.filter(|_| cx.actor.sees(id));
    found
}

fn owner(key: &SwitchableCustomerKey) -> PortalUserKey {
    PortalUserKey { customer: key.customer, portal_user: key.portal_user }
}

impl Resource for SwitchableCustomer {
    async fn fetch(cx: &Cx<'_>, key: &SwitchableCustomerKey) -> Result<Found<Self>> {
        let owner = owner(key);
        let user = PortalUser::row(cx, &owner).await?;
        let row = rows::find(&cx.scope(), user.id, key.switchable.number()).await?.ok_or(Error::NotFound)?;
        cx.look_at([row.id.identity()]).await?;
        Ok(found(cx, &owner, row.into()))
    }

    async fn remove(cx: &Cx<'_>, key: &SwitchableCustomerKey, on: &IfMatch) -> Result<()> {
        on.check(Self::fetch(cx, key).await?.version)?;
        let user = PortalUser::row(cx, &owner(key)).await?;
        switchable::remove(cx, user.id, key.switchable).await
    }
}

/// The customers that a portal user can switch to.
#[derive(Debug)]
pub struct SwitchableCustomers;

impl Members for SwitchableCustomers {
    type Owner = PortalUser;
    type Member = SwitchableCustomer;
    const LINK: &'static str = "customers";
    const MOST: usize = switchable::MOST;

    async fn list(cx: &Cx<'_>, owner: &PortalUserKey, query: &Query) -> Result<Page<SwitchableCustomer>> {
        let user = PortalUser::row(cx, owner).await?;
        let listing = paging::listing_in::<SwitchableCustomer>(query, vec![("name", false)])?;
        let rows = rows::page(&cx.scope(), user.id, &listing).await?;
        cx.look_at(rows.rows.iter().map(|row| row.id.identity())).await?;
        paging::page(&listing, rows, |row| Ok(found(cx, owner, row.into())))
    }

    async fn create(
        cx: &Cx<'_>,
        owner: &PortalUserKey,
        new: New<SwitchableCustomer>,
    ) -> Result<Created<SwitchableCustomer>> {
        let user = PortalUser::row(cx, owner).await?;
        let customer = listed(cx, new).await?;
        let is_new = rows::find(&cx.scope(), user.id, customer.number()).await?.is_none();
        match switchable::add(cx, user.id, customer).await {
            Err(Error::NotFound) => return Err(Error::invalid("switchable", "is no customer that you see")),
            added => added?,
        }
        // Whoever adds to their own list changes what they may see, and so what is remembered of them.
        let row = rows::find(&cx.public_scope(), user.id, customer.number()).await?.ok_or(Error::NotFound)?;
        Ok(Created { found: found(cx, owner, row.into()), new: is_new })
    }

    async fn replace(
        cx: &Cx<'_>,
        owner: &PortalUserKey,
        mut whole: Several<SwitchableCustomer>,
    ) -> Result<Vec<Found<SwitchableCustomer>>> {
        let user = PortalUser::row(cx, owner).await?;
        let mut customers = Vec::new();
        for (index, new) in std::mem::take(&mut whole.members).into_iter().enumerate() {
            match listed(cx, new).await {
                Ok(customer) => customers.push(customer),
                Err(Error::Invalid(violations)) => {
                    let at = format!("member[{index}].");
                    violations.into_iter().for_each(|violation| whole.refuse(violation.within(&at)));
                }
                Err(error) => return Err(error),
            }
        }
        whole.check()?;
        match switchable::replace(cx, user.id, &customers).await {
            Err(Error::NotFound) => return Err(Error::invalid("member", "has a customer that has gone meanwhile")),
            replaced => replaced?,
        }
        let most = switchable::MOST as u64;
        // Whoever replaces their own list changes what they may see.
        let (rows, _) = rows::list(&cx.public_scope(), user.id, most, 0, &[]).await?;
        Ok(rows.into_iter().map(|row| found(cx, owner, row.into())).collect())
    }
}

/// The customer that a member of a list means: by the address of an entry that there is, or as a body does.
async fn listed(cx: &Cx<'_>, new: New<SwitchableCustomer>) -> Result<CustomerId> {
    let (customer, property) = match new.id {
        Some(id) => {
            let entry = id.key::<SwitchableCustomer>().map(|key| key.switchable);
            (entry.or_else(|| id.key::<Customer>().map(|key| key.customer)), "@id")
        }
        None => named(cx, new.input).await?,
    };
    let unknown = || Error::invalid(property, "is no customer that you see");
    let customer = customer.ok_or_else(unknown)?;
    if cx.sees(customer).await?.itself() { Ok(customer) } else { Err(unknown()) }
}

/// The customer that a body means, and the property that says so.
async fn named(cx: &Cx<'_>, input: SwitchableCustomerInput) -> Result<(Option<CustomerId>, &'static str)> {
    let by_name = match input.name.value() {
        Some(name) => {
            let name = WhichCustomer::Name(name.into());
            Some(store::customer::number_of(&cx.scope(), &name).await?.map(Numbered::identity))
        }
        None => None,
    };
    match (input.switchable.value().map(|Chosen(key)| key.customer), by_name) {
        (Some(chosen), Some(named)) if named != Some(chosen) => {
            Err(Error::invalid("name", "is not the name of the customer that 'switchable' is"))
        }
        (Some(chosen), _) => Ok((Some(chosen), "switchable")),
        (None, Some(named)) => Ok((named, "name")),
        (None, None) => Err(Error::invalid("switchable", "is required, or the name of a customer")),
    }
}
