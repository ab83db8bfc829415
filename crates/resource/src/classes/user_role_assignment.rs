//! Who is responsible for what of a customer, as a class.

use hydra::query::Query;
use hydra::{Chosen, Found, Given, Page};
use vocab::value::{CustomerId, PortalUserId, UserRole};
use vocab::{
    Customer, CustomerKey, PortalUser, PortalUserKey, UserRoleAssignment, UserRoleAssignmentFields,
    UserRoleAssignmentInput, UserRoleKey,
};

use crate::classes::portal_user::AccountClass as _;
use crate::columns::check_fixed;
use crate::people::user_role::{self, Assignment};
use crate::{Created, Cx, Error, IfMatch, Members, New, Resource, Result, paging};

/// An assignment, with the person for an actor who is known to see the customer that they belong to.
fn found(cx: &Cx<'_>, held: user_role::UserRole) -> Found<UserRoleAssignment> {
    let home = held.person.home.map(|home| home.id).filter(|home| cx.actor.sees(*home));
    let user = home.map(|customer| Chosen(PortalUserKey { customer, portal_user: PortalUserId(held.person.uuid) }));
    let role = UserRole::trusted(held.role);
    Found {
        key: UserRoleKey { customer: held.customer, role: role.clone() },
        version: held.version,
        value: UserRoleAssignment::from(UserRoleAssignmentFields {
            role,
            user,
            name: Some(held.person.name),
            assigned: held.assigned,
        }),
    }
}

/// Who is responsible for what, with what the actor sees of the customers that they belong to.
async fn all(cx: &Cx<'_>, customer: CustomerId) -> Result<Vec<user_role::UserRole>> {
    let all = user_role::list(cx, customer).await?;
    cx.look_at(all.iter().filter_map(|held| Some(held.person.home.as_ref()?.id))).await?;
    Ok(all)
}

async fn held(cx: &Cx<'_>, key: &UserRoleKey) -> Result<Option<Found<UserRoleAssignment>>> {
    let mut all = all(cx, key.customer).await?.into_iter();
    Ok(all.find(|held| held.role == key.role.as_str()).map(|held| found(cx, held)))
}

/// What is wrong with the one entry is wrong with the body.
const THE_ONE: &[(&str, &str)] = &[("userRoles[0].role", "role"), ("userRoles[0].user", "user")];

/// Gives a role to somebody, or to nobody.
async fn assign(
    cx: &Cx<'_>,
    key: &UserRoleKey,
    user: Option<String>,
    on: &IfMatch,
) -> Result<Option<Found<UserRoleAssignment>>> {
    let assignment = Assignment { role: key.role.to_string(), user };
    let all = user_role::assign(cx, key.customer, &[assignment], on).await.map_err(|error| error.named(THE_ONE))?;
    Ok(all.into_iter().find(|held| held.role == key.role.as_str()).map(|held| found(cx, held)))
}

/// The number of the portal user that a body names, as text.
async fn person(cx: &Cx<'_>, input: &UserRoleAssignmentInput) -> Result<String> {
    let unknown = || Error::invalid("user", "must be the IRI of a portal user that you see");
    let Given::Value(Chosen(key)) = &input.user else { return Err(unknown()) };
    if !cx.sees(key.customer).await?.itself() {
        return Err(unknown());
    }
    match PortalUser::row(cx, key).await {
        Ok(row) => Ok(row.id.to_string()),
        Err(Error::NotFound) => Err(unknown()),
        Err(error) => Err(error),
    }
}

impl Resource for UserRoleAssignment {
    async fn fetch(cx: &Cx<'_>, key: &UserRoleKey) -> Result<Found<Self>> {
        held(cx, key).await?.ok_or(Error::NotFound)
    }

    async fn replace(
        cx: &Cx<'_>,
        key: &UserRoleKey,
        new: UserRoleAssignmentInput,
        on: &IfMatch,
    ) -> Result<Created<Self>> {
        check_fixed(&new.role, &key.role, "role")?;
        let before = held(cx, key).await?;
        match &before {
            Some(found) => on.check(found.version)?,
            None => on.check_absent()?,
        }
        let user = person(cx, &new).await?;
        let found = assign(cx, key, Some(user), on).await?.ok_or(Error::Changed)?;
        Ok(Created { found, new: before.is_none() })
    }

    async fn remove(cx: &Cx<'_>, key: &UserRoleKey, on: &IfMatch) -> Result<()> {
        on.check(Self::fetch(cx, key).await?.version)?;
        assign(cx, key, None, on).await?;
        Ok(())
    }
}

/// Who is responsible for what of a customer.
#[derive(Debug)]
pub struct UserRoles;

impl Members for UserRoles {
    type Owner = Customer;
    type Member = UserRoleAssignment;
    const LINK: &'static str = "userRoles";

    async fn list(cx: &Cx<'_>, owner: &CustomerKey, query: &Query) -> Result<Page<UserRoleAssignment>> {
        // Nobody is responsible for what is not there, and nothing is there for nobody.
        cx.customer(owner.customer).await?;
        let all = all(cx, owner.customer).await?;
        paging::slice(query, all, |held| held.role.clone(), |held| found(cx, held))
    }

    async fn create(
        cx: &Cx<'_>,
        owner: &CustomerKey,
        new: New<UserRoleAssignment>,
    ) -> Result<Created<UserRoleAssignment>> {
        let role = new.input.role.clone().value().ok_or_else(|| Error::invalid("role", "is required"))?;
        let key = UserRoleKey { customer: owner.customer, role };
        let user = person(cx, &new.input).await?;
        let is_new = held(cx, &key).await?.is_none();
        let found = assign(cx, &key, Some(user), &IfMatch::Absent).await?.ok_or(Error::Changed)?;
        Ok(Created { found, new: is_new })
    }
}
