//! Sessions of people who look at images: whoever may write the service ends them.

use hydra::query::Query;
use hydra::{Found, Page};
use store::changes::Changes;
use store::viewer_session as rows;
use vocab::value::SessionId;
use vocab::{AuthService, AuthServiceKey, ViewerSession, ViewerSessionFields, ViewerSessionKey};

use crate::classes::auth_service::there;
use crate::instant::instant;
use crate::{Cx, Error, IfMatch, Members, Resource, Result, paging};

fn found(service: &AuthServiceKey, row: rows::ViewerSession) -> Found<ViewerSession> {
    let (customer, auth_service) = (service.customer, service.auth_service);
    Found {
        key: ViewerSessionKey { customer, auth_service, session: SessionId(row.uuid) },
        version: version(&row),
        value: ViewerSession::from(ViewerSessionFields {
            created: row.created_at.map(instant),
            expires: instant(row.expires_at),
            ends: instant(row.ends_at),
        }),
    }
}

/// When it began, also where it began anew. That it is used does not stand in the way of whoever ends it.
fn version(row: &rows::ViewerSession) -> i64 {
    row.created_at.unwrap_or_default()
}

async fn row(cx: &Cx<'_>, key: &ViewerSessionKey) -> Result<rows::ViewerSession> {
    let owner = AuthServiceKey { customer: key.customer, auth_service: key.auth_service };
    let service = there(cx, &owner).await?;
    rows::find(&cx.scope(), service.number(), key.session.0, cx.micros()).await?.ok_or(Error::NotFound)
}

impl Resource for ViewerSession {
    async fn fetch(cx: &Cx<'_>, key: &ViewerSessionKey) -> Result<Found<Self>> {
        let owner = AuthServiceKey { customer: key.customer, auth_service: key.auth_service };
        Ok(found(&owner, row(cx, key).await?))
    }

    async fn remove(cx: &Cx<'_>, key: &ViewerSessionKey, on: &IfMatch) -> Result<()> {
        let row = row(cx, key).await?;
        on.check(version(&row))?;
        let transaction = cx.scope().begin().await?;
        if !rows::delete(&transaction, row.uuid).await? {
            return Err(Error::NotFound);
        }
        Ok(transaction.commit(Changes::none("sessions are not logged")).await?)
    }
}

/// The sessions with an auth service.
#[derive(Debug)]
pub struct ViewerSessions;

impl Members for ViewerSessions {
    type Owner = AuthService;
    type Member = ViewerSession;
    const LINK: &'static str = "sessions";

    async fn list(cx: &Cx<'_>, owner: &AuthServiceKey, query: &Query) -> Result<Page<ViewerSession>> {
        let service = there(cx, owner).await?;
        let listing = paging::listing::<ViewerSession>(query)?;
        let rows = rows::list(&cx.scope(), service.number(), &listing, cx.micros()).await?.ok_or(Error::NotFound)?;
        paging::page(&listing, rows, |row| Ok(found(owner, row)))
    }
}
