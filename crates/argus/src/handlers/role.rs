//! Who is responsible for what of a customer.

use resource::IfMatch;
use resource::customers::search::applied;
use resource::people::user_role::{self as rules, Assignment, RoleFilter, UserRole};

use crate::convert::Known;
use crate::exchange::Exchange;
use crate::fault::Fault;
use crate::query::bounded;
use crate::reply::{Portion, Reply};

/// GET customer/…/userroles
pub async fn list(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let roles = rules::list(&exchange.cx, exchange.record()?.id).await?;
    written(exchange, &roles).await
}

/// PUT customer/…/userroles
pub async fn assign(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let mut body = exchange.body()?;
    let mut assignments = Vec::new();
    let entries = body.objects("userRoles");
    if entries.is_empty() {
        body.refuse("userRoles", "is required: at least one role, and who is to have it", None);
    }
    for mut entry in entries {
        let (role, user) = (entry.required("role"), entry.text("user"));
        assignments.extend(role.map(|role| Assignment { role, user }));
        body.absorb(entry);
    }
    body.finish()?;
    let roles = rules::assign(&exchange.cx, exchange.record()?.id, &assignments, &IfMatch::Absent).await?;
    written(exchange, &roles).await
}

async fn written(exchange: &Exchange<'_>, roles: &[UserRole]) -> Result<Reply, Fault> {
    let known = Known::domains(&exchange.cx.having_written()).await?;
    Reply::all(&roles.iter().map(|role| known.role(role, None)).collect::<Vec<_>>())
}

/// GET userrole
pub async fn find(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let query = exchange.query;
    let filter = RoleFilter {
        customers: query.list(&["customer"])?,
        domains: query.list(&["domain"])?,
        roles: query.list(&["role"])?,
        users: query.list(&["user"])?,
    };
    found(exchange, &filter, query.limit()?, query.offset()?).await
}

/// POST userrole/search
pub async fn search(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let mut body = exchange.body()?;
    let filter = RoleFilter {
        customers: body.texts("customer"),
        domains: body.texts("domain"),
        roles: body.texts("role"),
        users: body.texts("user"),
    };
    let (limit, offset) = (body.count("limit"), body.count("offset"));
    body.finish()?;
    found(exchange, &filter, limit, bounded(offset)?).await
}

async fn found(exchange: &Exchange<'_>, filter: &RoleFilter, limit: Option<u64>, offset: u64) -> Result<Reply, Fault> {
    // How many there are matters only to whoever asks for all.
    let most = applied(limit, 0);
    let most = if most == 0 { resource::customers::search::MOST } else { most };
    let (roles, count) = rules::search(&exchange.cx, filter, most, offset).await?;
    let known = Known::domains(&exchange.cx).await?;
    let models: Vec<_> = roles.iter().map(|(role, record)| known.role(role, Some(record))).collect();
    Reply::many(&models, Portion { limit: most, offset, count })
}
