//! Which handler an operation has.

use std::pin::Pin;

use actix_web::http::StatusCode;

use super::{customer, descriptor, entry, logo, property, role, session};
use crate::exchange::Exchange;
use crate::fault::Fault;
use crate::operation::Act;
use crate::reply::Reply;

/// Carries an operation out. On the heap, so that the server is compiled without what any of them waits for.
///
/// # Errors
/// Whatever the rules say, in the words of this face.
pub fn act<'a>(exchange: &'a Exchange<'_>) -> Pin<Box<dyn Future<Output = Result<Reply, Fault>> + 'a>> {
    Box::pin(carry_out(exchange))
}

async fn carry_out(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    match exchange.operation.act {
        Act::Find => customer::one(exchange, StatusCode::OK, exchange.record()?).await,
        Act::List => customer::list(exchange).await,
        Act::Search => customer::search(exchange).await,
        Act::Create => customer::create(exchange).await,
        Act::Update => customer::update(exchange).await,
        Act::Disable | Act::Reenable => customer::turn(exchange).await,
        Act::Move => customer::relocate(exchange).await,
        Act::Prune => customer::prune(exchange).await,
        Act::Logo => logo::get(exchange).await,
        Act::PutLogo => logo::put(exchange).await,
        Act::Roles => role::list(exchange).await,
        Act::PutRoles => role::assign(exchange).await,
        Act::FindRoles => role::find(exchange).await,
        Act::SearchRoles => role::search(exchange).await,
        Act::Properties => property::list(exchange).await,
        Act::PutProperties => property::set(exchange).await,
        Act::ResetProperties => property::reset(exchange).await,
        Act::Domains => customer::domains(exchange).await,
        Act::Descriptors => descriptor::list(exchange).await,
        Act::SearchDescriptors => descriptor::search(exchange).await,
        Act::AddDescriptor => descriptor::add(exchange).await,
        Act::FindDescriptor => descriptor::find(exchange).await,
        Act::UpdateDescriptor => descriptor::update(exchange).await,
        Act::RemoveDescriptor => descriptor::remove(exchange).await,
        Act::Schema => descriptor::schema(exchange).await,
        Act::Choices => entry::list(exchange).await,
        Act::SearchChoices => entry::search(exchange).await,
        Act::AddChoice => entry::add(exchange).await,
        Act::UpdateChoice => entry::update(exchange).await,
        Act::RemoveChoice => entry::remove(exchange).await,
        Act::Session => session::get(exchange).await,
        Act::Authorise => session::authorise(exchange).await,
        Act::Validate => session::validate(exchange).await,
    }
}
