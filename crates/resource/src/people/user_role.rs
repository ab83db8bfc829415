//! Who is responsible for what of a customer. To have such a role permits nothing.

use std::collections::BTreeSet;

use hydra::{Timestamp, Violation};
use store::{Tenant, user_role_assignment as rows};
use vocab::value::CustomerId;
use vocab::{UserRoleAssignment, UserRoleKey};

use crate::customers::record::{self, Record};
use crate::customers::search::{self, Criteria};
use crate::customers::visible::visible;
use crate::instant::instant;
use crate::number::{Named, Numbered};
use crate::people::mention::{self, Mention};
use crate::rights::function;
use crate::{Cx, Error, IfMatch, Result};

/// A role that somebody has for a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRole {
    /// The customer.
    pub customer: CustomerId,
    /// The name of the role.
    pub role: String,
    /// Whose it is.
    pub person: Mention,
    /// Since when.
    pub assigned: Timestamp,
    /// Rises with each change.
    pub version: i64,
}

/// The names of the roles that there are.
///
/// # Errors
/// [`Error::Stale`] if the actor's authority has changed.
pub async fn names(cx: &Cx<'_>) -> Result<Vec<String>> {
    Ok(rows::names(&cx.scope()).await?)
}

async fn of(cx: &Cx<'_>, rows: Vec<rows::UserRoleAssignment>) -> Result<Vec<UserRole>> {
    let people = mention::several(cx, rows.iter().map(|row| row.user)).await?;
    let found = rows.into_iter().filter_map(|row| {
        let person = people.get(&row.user)?.clone();
        Some(UserRole {
            customer: row.customer.identity(),
            role: row.role,
            person,
            assigned: instant(row.assigned_at),
            version: row.version,
        })
    });
    Ok(found.collect())
}

/// The roles for a customer, by name.
///
/// # Errors
/// [`Error::NotFound`] if the customer is not the actor's to see, [`Error::Forbidden`] if they may not look at customers.
pub async fn list(cx: &Cx<'_>, customer: CustomerId) -> Result<Vec<UserRole>> {
    function::permit(cx, &function::VIEW, Some(customer)).await?;
    of(cx, rows::of(&cx.scope(), cx.tenant(customer)?).await?).await
}

/// A role, and who is to have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The name of the role.
    pub role: String,
    /// The number, sign-in name or address of somebody; nobody is to have it where none is given.
    pub user: Option<String>,
}

/// Gives roles to people. Roles that are not named stay whose they are. The answer is all roles for the customer.
///
/// # Errors
/// [`Error::NotFound`] if the customer is not the actor's to see, [`Error::Forbidden`] if they may not change it,
/// [`Error::Invalid`] with everything that is wrong, [`Error::Changed`] if one of the roles has another version.
pub async fn assign(
    cx: &Cx<'_>,
    customer: CustomerId,
    assignments: &[Assignment],
    on: &IfMatch,
) -> Result<Vec<UserRole>> {
    function::permit(cx, &function::UPDATE, Some(customer)).await?;
    let known = names(cx).await?;
    let (mut wrong, mut seen, mut people) = (Vec::new(), BTreeSet::new(), Vec::new());
    for (index, Assignment { role, user }) in assignments.iter().enumerate() {
        let at = |name: &str| format!("userRoles[{index}].{name}");
        if !known.contains(role) {
            let what = format!("must be one of: {}", known.join(", "));
            wrong.push(Violation::new(&at("role"), what));
            continue;
        }
        if !seen.insert(role.as_str()) {
            wrong.push(Violation::new(&at("role"), "is that of an earlier entry; each role has one user"));
            continue;
        }
        match user {
            None => people.push((role, None)),
            Some(name) => match mention::named(cx, name).await? {
                Ok(person) => people.push((role, Some(person))),
                Err(what) => wrong.push(Violation::new(&at("user"), what)),
            },
        }
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let transaction = cx.scope().begin().await?;
    let tenant = Tenant::by(&record::touch(cx, &transaction, customer, &IfMatch::Absent).await?);
    let mut watch = cx.watch(&transaction);
    for (role, _) in &people {
        let role = vocab::value::UserRole::trusted((*role).clone());
        watch.on::<UserRoleAssignment>(&UserRoleKey { customer, role }).await?;
    }
    for (role, person) in people {
        match rows::version(&transaction, tenant, role).await? {
            Some(version) => on.check(version)?,
            None => on.check_absent()?,
        }
        match person {
            Some(Mention { id: user, .. }) => {
                let (customer, role, store::Birth { at: assigned_at, version }) =
                    (customer.number(), role.clone(), cx.birth());
                let role = rows::UserRoleAssignment { customer, role, user, assigned_at, version };
                rows::assign(&transaction, &role).await?;
            }
            None => rows::clear(&transaction, tenant, role).await?,
        }
    }
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    let cx = &cx.having_written();
    of(cx, rows::of(&cx.scope(), cx.tenant(customer)?).await?).await
}

/// Which roles to look for, for all customers that the actor sees; all where a list is empty.
#[derive(Debug, Clone, Default)]
pub struct RoleFilter {
    /// Numbers or names of customers.
    pub customers: Vec<String>,
    /// Numbers or names of domains.
    pub domains: Vec<String>,
    /// Names of roles.
    pub roles: Vec<String>,
    /// Numbers, sign-in names or addresses of people.
    pub users: Vec<String>,
}

/// Roles with their customers, so many from an offset, and how many there are in all.
///
/// # Errors
/// [`Error::Forbidden`] if the actor may not look at customers, [`Error::Invalid`] with every name that nobody has.
pub async fn search(
    cx: &Cx<'_>,
    filter: &RoleFilter,
    limit: u64,
    offset: u64,
) -> Result<(Vec<(UserRole, Record)>, u64)> {
    function::permit(cx, &function::VIEW, None).await?;
    let mut wrong = Vec::new();
    let known = names(cx).await?;
    for (index, role) in filter.roles.iter().enumerate().filter(|(_, role)| !known.contains(role)) {
        let what = format_args!("must be one of: {}; '{role}' is not", known.join(", "));
        wrong.push(Violation::new(&format!("role[{index}]"), what));
    }
    let mut users = Vec::new();
    for (index, name) in filter.users.iter().enumerate() {
        match mention::named(cx, name).await? {
            Ok(person) => users.push(person.id),
            Err(what) => wrong.push(Violation::new(&format!("user[{index}]"), what)),
        }
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let criteria =
        Criteria { customers: filter.customers.clone(), domains: filter.domains.clone(), ..Criteria::default() };
    let condition = search::condition(cx, &criteria).await?;
    let wanted = rows::RoleSearch { roles: filter.roles.clone(), users, offset, limit };
    let (rows, total) = rows::search(&cx.scope(), &visible(cx), &condition, &wanted).await?;
    let found = of(cx, rows).await?;
    let customers: BTreeSet<_> = found.iter().map(|role| role.customer).collect();
    let records = record::several(cx, &customers.into_iter().collect::<Vec<_>>()).await?;
    let with_record = found.into_iter().filter_map(|role| {
        let record = records.iter().find(|record| record.id == role.customer)?.clone();
        Some((role, record))
    });
    Ok((with_record.collect(), total))
}
