//! The operations: one table, from which routes are made, and over which tests and documents go.

use hydra::Method::{self, Delete, Get, Post, Put};

/// Where this face begins.
pub const BASE: &str = "/api";
/// Where it is there a second time.
pub const TWIN: &str = "/sla";

/// What a method and a path ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// Its number.
    pub number: u8,
    /// The number that it has below `/sla`, where it is there, too.
    pub twin: Option<u8>,
    /// The method.
    pub method: Method,
    /// The path below `/api`; variables are in braces.
    pub path: &'static str,
    /// What is done.
    pub act: Act,
    /// Entitlements that must all be effective. A trusted service needs none.
    pub needs: &'static [&'static str],
    /// Who may ask.
    pub callers: Callers,
    /// Whether looking for a customer that is not there is counted, and stopped after a while.
    pub is_fetch: bool,
    /// The same in hypermedia, or what comes closest: method and path.
    pub hydra: &'static str,
}

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Callers {
    /// Portal users: a session, or a token of an issuer that is trusted about one.
    pub user: bool,
    /// Customers that sign the request.
    pub customer: bool,
    /// Services that the operator has named, with a token of an issuer that is trusted.
    pub service: ServiceScope,
}

/// What a service gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceScope {
    /// Its token is none.
    Refused,
    /// It may do this; its issuer answers for it.
    Trusted,
    /// It would have to be somebody: there is no such user.
    Nobody,
}

const USERS: Callers = Callers { user: true, customer: false, service: ServiceScope::Refused };
const MAKERS: Callers = Callers { service: ServiceScope::Nobody, ..USERS };
const OPERATORS: Callers = Callers { service: ServiceScope::Trusted, ..USERS };
const USERS_AND_CUSTOMERS: Callers = Callers { customer: true, ..USERS };
const ALL: Callers = Callers { customer: true, ..OPERATORS };
const CUSTOMERS: Callers = Callers { user: false, ..USERS_AND_CUSTOMERS };

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is a row of the table below")]
pub enum Act {
    GetItself,
    GetCustomer,
    UpdateCustomer,
    DeleteCustomer,
    ActivateCustomer,
    DeactivateCustomer,
    CreateCustomer,
    ListCustomers,
    GrantEntitlement,
    RevokeEntitlement,
    GetEntitlements,
    GrantGroup,
    GetGroups,
    RevokeGroup,
    GetOwnCustomer,
    ResetApiKey,
    RemoveApiKey,
    ListOwnCustomers,
    AddToUser,
    ListOfUser,
    ReplaceOfUser,
    RemoveFromUser,
    AcceptEula,
    GetEulaStatus,
    RequireEula,
    UnsetEula,
    RequireGlobalEula,
    UnsetGlobalEula,
}

/// A row, as it is where nothing special is said.
const fn row(
    number: u8,
    twin: u8,
    method: Method,
    path: &'static str,
    act: Act,
    needs: &'static [&'static str],
    hydra: &'static str,
) -> Operation {
    Operation { number, twin: Some(twin), method, path, act, needs, callers: USERS, is_fetch: false, hydra }
}

/// A row below `/sla` alone.
const fn agreement(
    number: u8,
    method: Method,
    path: &'static str,
    act: Act,
    needs: &'static [&'static str],
    callers: Callers,
    hydra: &'static str,
) -> Operation {
    Operation { number, twin: None, method, path, act, needs, callers, is_fetch: false, hydra }
}

const PRIVILEGED: &[&str] = &["ADMIN_UPDATE_CUSTOMER", "ADMIN_ALL_CUSTOMERS"];

/// All operations.
#[rustfmt::skip]
pub const OPERATIONS: &[Operation] = &[
    Operation { callers: CUSTOMERS, ..row(1, 23, Get, "/customer", Act::GetItself, &["CUSTOMER_GET_ITSELF"], "GET /customers/{n}") },
    Operation { callers: ALL, is_fetch: true, ..row(2, 24, Get, "/customer/{id}", Act::GetCustomer, &["ADMIN_GET_CUSTOMER"], "GET /customers/{n}") },
    Operation { callers: MAKERS, ..row(3, 25, Put, "/customer/{id}", Act::UpdateCustomer, &["ADMIN_UPDATE_CUSTOMER"], "PATCH /customers/{n}/administration") },
    row(4, 26, Delete, "/customer/{id}", Act::DeleteCustomer, &["ADMIN_DELETE_CUSTOMER"], "DELETE /customers/{n}"),
    row(5, 27, Post, "/customer/{id}/activate", Act::ActivateCustomer, &["ADMIN_ACTIVATE_CUSTOMER"], "POST /customers/{n}/activation"),
    row(6, 28, Delete, "/customer/{id}/activate", Act::DeactivateCustomer, &["ADMIN_DEACTIVATE_CUSTOMER"], "DELETE /customers/{n}/activation"),
    Operation { callers: MAKERS, ..row(7, 35, Post, "/customers", Act::CreateCustomer, &["ADMIN_CREATE_CUSTOMER"], "POST /customers") },
    Operation { callers: USERS_AND_CUSTOMERS, is_fetch: true, ..row(8, 36, Get, "/customers", Act::ListCustomers, &["ADMIN_LIST_CUSTOMERS"], "GET /customers") },
    row(9, 29, Post, "/customer/{id}/entitlement/{name}", Act::GrantEntitlement, &["ADMIN_GRANT_ENTITLEMENT_TO_CUSTOMER"], "POST /customers/{n}/entitlements"),
    row(10, 30, Delete, "/customer/{id}/entitlement/{name}", Act::RevokeEntitlement, &["ADMIN_REVOKE_ENTITLEMENT_FROM_CUSTOMER"], "DELETE /customers/{n}/entitlements/{name}"),
    row(11, 34, Get, "/customer/{id}/entitlements", Act::GetEntitlements, &["ADMIN_GET_CUSTOMER_ENTITLEMENTS"], "GET /customers/{n}/entitlements"),
    row(12, 31, Post, "/customer/{id}/entitlementgroups", Act::GrantGroup, &["ADMIN_GRANT_ENTITLEMENT_GROUP_TO_CUSTOMER"], "POST /customers/{n}/entitlementGroups"),
    row(13, 32, Get, "/customer/{id}/entitlementgroups", Act::GetGroups, &["ADMIN_GET_CUSTOMER_ENTITLEMENT_GROUPS"], "GET /customers/{n}/entitlementGroups"),
    row(14, 33, Delete, "/customer/{id}/entitlementgroups/{group}", Act::RevokeGroup, &["ADMIN_REVOKE_ENTITLEMENT_GROUP_FROM_CUSTOMER"], "DELETE /customers/{n}/entitlementGroups/{name}"),
    Operation { is_fetch: true, ..row(15, 43, Get, "/user/customer", Act::GetOwnCustomer, &["SELF_GET_CUSTOMER"], "GET /customers/{n}") },
    row(16, 44, Put, "/user/customer/apiKey", Act::ResetApiKey, &["ADMIN_RESET_CUSTOMER_API_KEY"], "PUT /customers/{n}/apiKey"),
    row(17, 45, Delete, "/user/customer/apiKey", Act::RemoveApiKey, &["ADMIN_REMOVE_CUSTOMER_API_KEY"], "DELETE /customers/{n}/apiKey"),
    row(18, 46, Get, "/user/customers", Act::ListOwnCustomers, &["SELF_LIST_USER_CUSTOMERS"], "GET /customers/{n}/portalUsers/{u}/customers"),
    row(19, 47, Post, "/users/{identifier}/customers", Act::AddToUser, &["ADMIN_ADD_TO_USER_CUSTOMERS"], "POST /customers/{n}/portalUsers/{u}/customers"),
    row(20, 48, Get, "/users/{identifier}/customers", Act::ListOfUser, &["ADMIN_LIST_USER_CUSTOMERS"], "GET /customers/{n}/portalUsers/{u}/customers"),
    row(21, 49, Put, "/users/{identifier}/customers", Act::ReplaceOfUser, &["ADMIN_UPDATE_USER_CUSTOMERS"], "PUT /customers/{n}/portalUsers/{u}/customers"),
    row(22, 50, Delete, "/users/{identifier}/customers/{customerCid}", Act::RemoveFromUser, &["ADMIN_REMOVE_FROM_USER_CUSTOMERS"], "DELETE /customers/{n}/portalUsers/{u}/customers/{name}"),
    agreement(37, Post, "/sla/eula/customer/accept", Act::AcceptEula, &[], USERS, "POST /customers/{n}/eula"),
    agreement(38, Get, "/sla/eula/customer/status", Act::GetEulaStatus, &[], USERS, "GET /customers/{n}/eula"),
    agreement(39, Put, "/sla/eula/customers/revision", Act::RequireEula, PRIVILEGED, OPERATORS, "PUT /customers/{n}/eula"),
    agreement(40, Delete, "/sla/eula/customers/revision", Act::UnsetEula, PRIVILEGED, OPERATORS, "DELETE /customers/{n}/eula"),
    agreement(41, Put, "/sla/eula/global/revision", Act::RequireGlobalEula, PRIVILEGED, OPERATORS, "PUT /eula"),
    agreement(42, Delete, "/sla/eula/global/revision", Act::UnsetGlobalEula, PRIVILEGED, OPERATORS, "DELETE /eula"),
];

/// Every operation at each path where it is: its number there, and the path from the root.
pub fn paths() -> impl Iterator<Item = (u8, String, &'static Operation)> {
    OPERATIONS.iter().flat_map(|operation| {
        let plain = (operation.number, format!("{BASE}{}", operation.path), operation);
        let twin = operation.twin.map(|number| (number, format!("{BASE}{TWIN}{}", operation.path), operation));
        std::iter::once(plain).chain(twin)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_fifty_operations_each_at_its_own_path() {
        let numbers: BTreeSet<u8> = paths().map(|(number, ..)| number).collect();
        assert_eq!(numbers, (1..=50).collect());
        let paths: BTreeSet<_> = paths().map(|(_, path, operation)| (operation.method, path)).collect();
        assert_eq!(paths.len(), 50);
    }
}
