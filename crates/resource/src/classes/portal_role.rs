//! Portal roles: the same for everyone, granted by POST of one that exists and revoked by DELETE of the grant.

use hydra::query::Query;
use hydra::{Found, Page, Reference};
use store::changes::Changes;
use store::portal_role as rows;
use vocab::value::RoleName;
use vocab::{
    EntryPoint, EntryPointKey, PortalRole, PortalRoleKey, PortalUser, PortalUserKey, RoleGrant, RoleGrantFields,
    RoleGrantKey,
};

use crate::classes::portal_user::{self, AccountClass as _};
use crate::instant::instant;
use crate::{Created, Cx, Error, IfMatch, Members, New, Resource, Result, paging};

fn found(name: String, grant: Option<RoleGrantKey>) -> Found<PortalRole> {
    let name = RoleName::trusted(name);
    Found::as_shown(PortalRoleKey { role: name.clone() }, PortalRole { name, grant: grant.map(Reference) })
}

impl Resource for PortalRole {
    async fn fetch(cx: &Cx<'_>, key: &PortalRoleKey) -> Result<Found<Self>> {
        let row = rows::find(&cx.scope(), key.role.as_str()).await?.ok_or(Error::NotFound)?;
        Ok(found(row.name, None))
    }
}

/// All portal roles.
#[derive(Debug)]
pub struct PortalRoles;

impl Members for PortalRoles {
    type Owner = EntryPoint;
    type Member = PortalRole;
    const LINK: &'static str = "portalRoles";

    async fn list(cx: &Cx<'_>, _owner: &EntryPointKey, query: &Query) -> Result<Page<PortalRole>> {
        paging::slice(query, rows::all(&cx.scope()).await?, |row| row.name.clone(), |row| found(row.name, None))
    }
}

/// The portal roles that a portal user has.
#[derive(Debug)]
pub struct UserRoles;

fn grant_key(user: &PortalUserKey, role: &str) -> RoleGrantKey {
    RoleGrantKey { customer: user.customer, portal_user: user.portal_user, role: RoleName::trusted(role.to_owned()) }
}

fn granted(user: &PortalUserKey, role: String) -> Found<PortalRole> {
    let grant = grant_key(user, &role);
    found(role, Some(grant))
}

impl Members for UserRoles {
    type Owner = PortalUser;
    type Member = PortalRole;
    const LINK: &'static str = "roles";
    const REFERS: bool = true;

    async fn list(cx: &Cx<'_>, owner: &PortalUserKey, query: &Query) -> Result<Page<PortalRole>> {
        let user = PortalUser::row(cx, owner).await?;
        let grants = rows::grants(&cx.scope(), user.id).await?;
        let page = paging::slice(query, grants, |row| row.role.clone(), |row| granted(owner, row.role))?;
        Ok(Page { closed: portal_user::is_beyond(cx, &user).await?, ..page })
    }

    async fn create(cx: &Cx<'_>, owner: &PortalUserKey, new: New<PortalRole>) -> Result<Created<PortalRole>> {
        let user = portal_user::writable::<PortalUser>(cx, owner).await?;
        let name = named(new)?;
        let known = rows::find(&cx.scope(), name.as_str()).await?.ok_or_else(|| {
            Error::invalid("name", format_args!("'{name}' is not the name of a portal role; /portalRoles lists them"))
        })?;
        let transaction = cx.scope().begin().await?;
        let mut watch = cx.watch(&transaction);
        watch.on::<RoleGrant>(&grant_key(owner, &known.name)).await?;
        let is_new = rows::grant(&transaction, user.id, &known.name, cx.micros()).await?;
        let changes = if is_new { watch.finish().await? } else { Changes::none("they have the role") };
        transaction.commit(changes).await?;
        Ok(Created { found: granted(owner, known.name), new: is_new })
    }
}

/// The role that a body means: by `@id`, by `name`, or by both if they agree.
fn named(new: New<PortalRole>) -> Result<RoleName> {
    let by_name = new.input.name.value();
    let by_id = match new.id {
        None => None,
        Some(id) => {
            let refuse = || Error::invalid("@id", format_args!("{id} is not a portal role; /portalRoles lists them"));
            Some(id.key::<PortalRole>().ok_or_else(refuse)?.role)
        }
    };
    match (by_id, by_name) {
        (Some(id), Some(name)) if id != name => {
            Err(Error::invalid("name", "does not name the same portal role as @id"))
        }
        (Some(role), _) | (None, Some(role)) => Ok(role),
        (None, None) => Err(Error::invalid("name", "is required, or @id of an existing portal role")),
    }
}

impl Resource for RoleGrant {
    async fn fetch(cx: &Cx<'_>, key: &RoleGrantKey) -> Result<Found<Self>> {
        let user = PortalUser::row(cx, &owner(key)).await?;
        let grants = rows::grants(&cx.scope(), user.id).await?;
        let grant = grants.into_iter().find(|grant| grant.role == key.role.as_str()).ok_or(Error::NotFound)?;
        let value = Self::from(RoleGrantFields {
            granted: instant(grant.granted_at),
            beyond: portal_user::is_beyond(cx, &user).await?,
        });
        Ok(Found { key: key.clone(), value, version: grant.granted_at })
    }

    async fn remove(cx: &Cx<'_>, key: &RoleGrantKey, on: &IfMatch) -> Result<()> {
        let user = portal_user::writable::<PortalUser>(cx, &owner(key)).await?;
        on.check(Self::fetch(cx, key).await?.version)?;
        let transaction = cx.scope().begin().await?;
        if !rows::revoke(&transaction, user.id, key.role.as_str()).await? {
            return Err(Error::NotFound);
        }
        Ok(transaction.commit(cx.deleted::<Self>(key)).await?)
    }
}

fn owner(key: &RoleGrantKey) -> PortalUserKey {
    PortalUserKey { customer: key.customer, portal_user: key.portal_user }
}
