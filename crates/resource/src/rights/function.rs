//! What may be done, in the words of those who administer: functions, each of which asks for entitlements.

use vocab::value::CustomerId;

use crate::rights::policy;
use crate::{Cx, Error, Permitted, Result};

/// Something that may be done. All its entitlements must be effective.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// The entitlements that it asks for.
    pub entitlements: &'static [&'static str],
    /// Whether it is decided above the customer: whoever does it has to see what the customer lies below.
    pub parental: bool,
}

const fn function(name: &'static str, entitlements: &'static [&'static str]) -> Function {
    Function { name, entitlements, parental: false }
}

const fn parental(name: &'static str, entitlements: &'static [&'static str]) -> Function {
    Function { name, entitlements, parental: true }
}

/// Look at customers.
pub const VIEW: Function = function("viewCustomers", &["ADMIN_GET_CUSTOMER", "ADMIN_LIST_CUSTOMERS"]);
/// Change customers.
pub const UPDATE: Function = function("updateCustomer", &["ADMIN_UPDATE_CUSTOMER"]);
/// Make customers, below those that are seen.
pub const ADD: Function = function("addCustomer", &["ADMIN_CREATE_CUSTOMER"]);
/// Put customers away.
pub const DISABLE: Function = parental("disableCustomer", &["ADMIN_DEACTIVATE_CUSTOMER"]);
/// Take customers out again.
pub const REENABLE: Function = parental("reenableCustomer", &["ADMIN_ACTIVATE_CUSTOMER", "ADMIN_DEACTIVATE_CUSTOMER"]);
/// Move customers to another parent.
pub const MOVE: Function = function("moveCustomer", &["ADMIN_MOVE_CUSTOMER"]);
/// Delete the data of customers.
pub const PRUNE: Function = function("pruneCustomerData", &["ADMIN_PRUNE_CUSTOMER_DATA"]);
/// Look at the descriptors of properties.
pub const VIEW_DESCRIPTORS: Function = function("viewCustomerPropertyDescriptors", &["ADMIN_GET_CUSTOMER"]);
/// Define properties.
pub const MANAGE_DESCRIPTORS: Function =
    function("manageCustomerPropertyDescriptors", &["ADMIN_MANAGE_PROPERTY_DESCRIPTORS"]);

/// Every function.
pub const FUNCTIONS: &[Function] =
    &[VIEW, UPDATE, ADD, DISABLE, REENABLE, MOVE, PRUNE, VIEW_DESCRIPTORS, MANAGE_DESCRIPTORS];

/// Whether the actor may do something with a customer, or with none.
///
/// # Errors
/// [`Error::NotFound`] where they do not see it, [`Error::Forbidden`] where they do and may not.
pub async fn permit(cx: &Cx<'_>, function: &Function, customer: Option<CustomerId>) -> Result<Permitted> {
    if let Some(customer) = customer {
        let sight = cx.sees(customer).await?;
        if !sight.itself() {
            return Err(Error::NotFound);
        }
        if function.parental && !sight.parent() {
            return Err(Error::Forbidden);
        }
    }
    policy::entitled(cx.actor, function.entitlements)
}

/// Whether a text names something that can be asked for: a function, or an entitlement.
pub(crate) fn is_known(name: &str) -> bool {
    let is_entitlement = name.len() <= 60
        && name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    is_entitlement || FUNCTIONS.iter().any(|function| function.name == name)
}

/// Whether what a text names is effective for the actor.
pub(crate) fn is_effective(cx: &Cx<'_>, name: &str) -> bool {
    match FUNCTIONS.iter().find(|function| function.name == name) {
        Some(function) => function.entitlements.iter().all(|entitlement| cx.actor.is_entitled(entitlement)),
        None => cx.actor.is_entitled(name),
    }
}
