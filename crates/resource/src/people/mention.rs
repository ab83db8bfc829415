//! People as what they did, or are responsible for, refers to them.

use std::collections::{BTreeMap, BTreeSet};

use store::{UserNumber, mention as rows};
use uuid::Uuid;
use vocab::value::{CustomerId, DomainId};

use crate::number::Numbered;
use crate::{Cx, Result};

/// Somebody, and the customer that they belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The number that other tables refer to.
    pub id: UserNumber,
    /// The identity that never changes.
    pub uuid: Uuid,
    /// What they sign in with: a name, or else an address.
    pub short_name: String,
    /// What people call them: their address.
    pub name: String,
    /// The customer that they belong to; none for a system user.
    pub home: Option<Home>,
}

/// The customer that somebody belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The number in addresses.
    pub id: CustomerId,
    /// The name in addresses.
    pub name: String,
    /// The name that people read.
    pub display_name: String,
    /// The number of its domain.
    pub domain: DomainId,
}

impl Mention {
    pub(crate) fn of(row: rows::Mention) -> Self {
        let home = row.customer.zip(row.customer_name).zip(row.customer_display_name).zip(row.customer_domain);
        Self {
            id: row.id,
            uuid: row.uuid,
            name: row.email.clone(),
            short_name: row.uid.unwrap_or(row.email),
            home: home.map(|(((id, name), display_name), domain)| Home {
                id: id.identity(),
                name,
                display_name,
                domain: domain.identity(),
            }),
        }
    }
}

/// Those whom records name as writers: by their identity. Whoever is named otherwise, or is gone, is left out.
///
/// # Errors
/// [`crate::Error::Stale`] if the actor's authority has changed.
pub async fn writers<'a>(cx: &Cx<'_>, names: impl IntoIterator<Item = &'a str>) -> Result<BTreeMap<String, Mention>> {
    let uuids: BTreeSet<Uuid> = names.into_iter().filter_map(|name| Uuid::try_parse(name).ok()).collect();
    let references = rows::References { uuids: uuids.into_iter().collect(), ..rows::References::default() };
    let people = rows::several(&cx.scope(), &references).await?;
    Ok(people.into_iter().map(|row| (row.uuid.to_string(), Mention::of(row))).collect())
}

/// Those with these numbers.
///
/// # Errors
/// As [`writers`].
pub async fn several(
    cx: &Cx<'_>,
    numbers: impl IntoIterator<Item = UserNumber>,
) -> Result<BTreeMap<UserNumber, Mention>> {
    let numbers: BTreeSet<_> = numbers.into_iter().collect();
    let references = rows::References { numbers: numbers.into_iter().collect(), ..rows::References::default() };
    let people = rows::several(&cx.scope(), &references).await?;
    Ok(people.into_iter().map(|row| (row.id, Mention::of(row))).collect())
}

/// The actor, where they are a portal user.
///
/// # Errors
/// As [`writers`].
pub async fn actor(cx: &Cx<'_>) -> Result<Option<Mention>> {
    let Some(user) = cx.actor.user else { return Ok(None) };
    Ok(several(cx, [user.id]).await?.remove(&user.id))
}

/// Somebody who is named by number, sign-in name or address.
///
/// # Errors
/// A sentence that goes on from the name of the property: there is nobody of that name whom the actor sees, or several.
pub(crate) async fn named(cx: &Cx<'_>, name: &str) -> Result<std::result::Result<Mention, &'static str>> {
    const NOBODY: &str = "must be a portal user that there is and that you see";
    let name = name.trim();
    let mut references = rows::References::default();
    if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) {
        references.numbers.extend(name.parse().ok().map(UserNumber::new));
    } else if name.len() <= 254 && !name.chars().any(char::is_control) {
        references.names.push(name.to_owned());
    }
    let mut seen = Vec::new();
    for row in rows::several(&cx.scope(), &references).await? {
        let is_seen = match row.customer {
            Some(home) => cx.sees(home.identity()).await?.itself(),
            None => cx.actor.sees_all() || cx.actor.user.is_some_and(|user| user.id == row.id),
        };
        if is_seen {
            seen.push(row);
        }
    }
    // A sign-in name is one person's alone, also where it is another's address.
    if let Some(at) = seen.iter().position(|row| row.uid.as_deref().is_some_and(|uid| uid.eq_ignore_ascii_case(name))) {
        return Ok(Ok(Mention::of(seen.swap_remove(at))));
    }
    Ok(match seen.len() {
        0 => Err(NOBODY),
        1 => Ok(Mention::of(seen.remove(0))),
        _ => Err("is the address of several portal users; use the number or the sign-in name of one"),
    })
}
