//! Domains: what the names of customers stand in. They are the operator's to make.

use store::{DomainNumber, domain as rows};

use vocab::value::DomainId;

use crate::customers::visible::visible;
use crate::number::Numbered;
use crate::{Cx, Error, Result};

/// A domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// Its number.
    pub id: DomainId,
    /// Its name.
    pub name: String,
}

fn of(row: rows::Domain) -> Domain {
    Domain { id: row.id.identity(), name: row.name }
}

/// The domains of the customers that the actor sees.
///
/// # Errors
/// [`Error::Stale`] if the actor's authority has changed.
pub async fn list(cx: &Cx<'_>) -> Result<Vec<Domain>> {
    Ok(rows::visible(&cx.scope(), &visible(cx)).await?.into_iter().map(of).collect())
}

/// All domains, to name those that others refer to.
///
/// # Errors
/// [`Error::Stale`] if the actor's authority has changed.
pub async fn all(cx: &Cx<'_>) -> Result<Vec<Domain>> {
    Ok(rows::all(&cx.scope()).await?.into_iter().map(of).collect())
}

/// The domain with this number or name.
///
/// # Errors
/// [`Error::NotFound`] if there is none.
pub async fn find(cx: &Cx<'_>, id_or_name: &str) -> Result<Domain> {
    let name = id_or_name.trim();
    if name.chars().any(char::is_control) {
        return Err(Error::NotFound);
    }
    let number =
        name.bytes().all(|byte| byte.is_ascii_digit()).then(|| name.parse().ok().map(DomainNumber::new)).flatten();
    rows::find(&cx.scope(), number, name).await?.map(of).ok_or(Error::NotFound)
}
