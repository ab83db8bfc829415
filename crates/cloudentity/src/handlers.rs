//! What each operation does. Whoever calls has been let in; a handler begins with what the request says, and asks the rules.

mod agreements;
mod customers;
mod grants;
mod own;
mod users;

use std::pin::Pin;

use crate::error::Fault;
use crate::exchange::Exchange;
use crate::operation::Act;
use crate::reply::Reply;

/// Carries an operation out. On the heap, so that the server is compiled without what any of them waits for.
pub fn act<'a>(act: Act, exchange: &'a Exchange<'_>) -> Pin<Box<dyn Future<Output = Result<Reply, Fault>> + 'a>> {
    Box::pin(carry_out(act, exchange))
}

async fn carry_out(act: Act, exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    match act {
        Act::GetItself => own::itself(exchange).await,
        Act::GetCustomer => customers::get(exchange).await,
        Act::UpdateCustomer => customers::update(exchange).await,
        Act::DeleteCustomer => customers::delete(exchange).await,
        Act::ActivateCustomer => customers::activate(exchange).await,
        Act::DeactivateCustomer => customers::deactivate(exchange).await,
        Act::CreateCustomer => customers::create(exchange).await,
        Act::ListCustomers => customers::list(exchange).await,
        Act::GrantEntitlement => grants::grant_entitlement(exchange).await,
        Act::RevokeEntitlement => grants::revoke_entitlement(exchange).await,
        Act::GetEntitlements => grants::entitlements(exchange).await,
        Act::GrantGroup => grants::grant_group(exchange).await,
        Act::GetGroups => grants::groups(exchange).await,
        Act::RevokeGroup => grants::revoke_group(exchange).await,
        Act::GetOwnCustomer => own::customer(exchange).await,
        Act::ResetApiKey => own::reset_key(exchange).await,
        Act::RemoveApiKey => own::remove_key(exchange).await,
        Act::ListOwnCustomers => own::customers(exchange).await,
        Act::AddToUser => users::add(exchange).await,
        Act::ListOfUser => users::list(exchange).await,
        Act::ReplaceOfUser => users::replace(exchange).await,
        Act::RemoveFromUser => users::remove(exchange).await,
        Act::AcceptEula => agreements::accept(exchange).await,
        Act::GetEulaStatus => agreements::status(exchange).await,
        Act::RequireEula => agreements::require(exchange).await,
        Act::UnsetEula => agreements::unset(exchange).await,
        Act::RequireGlobalEula => agreements::require_globally(exchange).await,
        Act::UnsetGlobalEula => agreements::unset_globally(exchange).await,
    }
}
