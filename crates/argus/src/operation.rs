//! What there is: the one table that routes, tests and documents are made from.

use hydra::Method;
use resource::rights::function::{
    ADD, DISABLE, Function, MANAGE_DESCRIPTORS, MOVE, PRUNE, REENABLE, UPDATE, VIEW, VIEW_DESCRIPTORS,
};

/// Where customers are administered.
pub const ADMIN: &str = "/customeradmin/v2";
/// Where customers are looked at.
pub const BASIC: &str = "/customers/v2";
/// Where sessions and authorisations are.
pub const AUTHENTICATION: &str = "/authentication/v1";

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the table says what each is")]
pub enum Act {
    Find,
    List,
    Search,
    Create,
    Update,
    Disable,
    Reenable,
    Move,
    Prune,
    Logo,
    PutLogo,
    Roles,
    PutRoles,
    FindRoles,
    SearchRoles,
    Properties,
    PutProperties,
    ResetProperties,
    Domains,
    Descriptors,
    SearchDescriptors,
    AddDescriptor,
    FindDescriptor,
    UpdateDescriptor,
    RemoveDescriptor,
    Schema,
    Choices,
    SearchChoices,
    AddChoice,
    UpdateChoice,
    RemoveChoice,
    Session,
    Authorise,
    Validate,
}

/// One operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// The method.
    pub method: Method,
    /// What comes before the path: [`ADMIN`], [`BASIC`] or [`AUTHENTICATION`].
    pub base: &'static str,
    /// The path, with its variables in braces.
    pub path: &'static str,
    /// What it does.
    pub act: Act,
    /// What may be done by whoever invokes it; whoever is signed in may, where there is nothing.
    pub needs: Option<Function>,
    /// Where the same is done in the Hydra face.
    pub hydra: &'static str,
}

impl Operation {
    /// The whole path.
    pub fn whole(&self) -> String {
        format!("{}{}", self.base, self.path)
    }

    /// Whether the path names a customer.
    pub fn has_customer(&self) -> bool {
        self.path.contains("{idOrShortName}")
    }

    /// Whether the model is the one for those who only look.
    pub fn is_basic(&self) -> bool {
        self.base == BASIC
    }
}

const CUSTOMERS: &str = "/customer";
const CUSTOMER: &str = "/customer/{idOrShortName}";
const DESCRIPTORS: &str = "/propertydescriptor";
const DESCRIPTOR: &str = "/propertydescriptor/{idOrKey}";
const CHOICES: &str = "/propertydescriptor/{idOrKey}/values";
const CHOICE: &str = "/propertydescriptor/{idOrKey}/values/{idOrValue}";

macro_rules! operations {
    ($($method:ident $base:ident $path:expr => $act:ident, $needs:expr, $hydra:literal;)*) => {
        &[$(Operation {
            method: Method::$method,
            base: $base,
            path: $path,
            act: Act::$act,
            needs: $needs,
            hydra: $hydra,
        }),*]
    };
}

/// Every operation.
pub const OPERATIONS: &[Operation] = operations! {
    Get ADMIN CUSTOMER => Find, Some(VIEW), "GET /customers/{customer}";
    Get ADMIN "/customer/{idOrShortName}/logo" => Logo, Some(VIEW), "GET /customers/{customer}/logo";
    Put ADMIN "/customer/{idOrShortName}/logo" => PutLogo, Some(UPDATE), "PUT /customers/{customer}/logo";
    Get ADMIN "/customer/{idOrShortName}/userroles" => Roles, Some(VIEW), "GET /customers/{customer}/userRoles";
    Put ADMIN "/customer/{idOrShortName}/userroles" => PutRoles, Some(UPDATE),
        "PUT /customers/{customer}/userRoles/{role}";
    Get ADMIN CUSTOMERS => List, Some(VIEW), "GET /customers";
    Post ADMIN "/customer/search" => Search, Some(VIEW), "POST /customerSearches";
    Get ADMIN "/domain" => Domains, None, "GET /domains";
    Get BASIC "/domain" => Domains, None, "GET /domains";
    Post ADMIN CUSTOMERS => Create, Some(ADD), "POST /customers";
    Put ADMIN CUSTOMER => Update, Some(UPDATE), "PATCH /customers/{customer}";
    Put ADMIN "/customer/{idOrShortName}/disable" => Disable, Some(DISABLE), "POST /customers/{customer}/disable";
    Put ADMIN "/customer/{idOrShortName}/reenable" => Reenable, Some(REENABLE), "POST /customers/{customer}/reenable";
    Delete BASIC "/customer/{idOrShortName}/data" => Prune, Some(PRUNE), "DELETE /customers/{customer}/data";
    Delete ADMIN "/customer/{idOrShortName}/data" => Prune, Some(PRUNE), "DELETE /customers/{customer}/data";
    Put ADMIN "/customer/{idOrShortName}/move" => Move, Some(MOVE), "POST /customers/{customer}/move";
    Get ADMIN "/customer/{idOrShortName}/properties" => Properties, Some(VIEW), "GET /customers/{customer}/properties";
    Put ADMIN "/customer/{idOrShortName}/properties" => PutProperties, Some(VIEW),
        "PUT /customers/{customer}/properties/{key}";
    Delete ADMIN "/customer/{idOrShortName}/properties" => ResetProperties, Some(VIEW),
        "DELETE /customers/{customer}/properties/{key}";
    Get BASIC CUSTOMER => Find, Some(VIEW), "GET /customers/{customer}";
    Get BASIC "/customer/{idOrShortName}/logo" => Logo, Some(VIEW), "GET /customers/{customer}/logo";
    Get BASIC "/customer/{idOrShortName}/userroles" => Roles, Some(VIEW), "GET /customers/{customer}/userRoles";
    Get BASIC "/customer/{idOrShortName}/properties" => Properties, Some(VIEW), "GET /customers/{customer}/properties";
    Get BASIC CUSTOMERS => List, Some(VIEW), "GET /customers";
    Post BASIC "/customer/search" => Search, Some(VIEW), "POST /customerSearches";
    Get ADMIN "/userrole" => FindRoles, Some(VIEW), "GET /customers/{customer}/userRoles";
    Post ADMIN "/userrole/search" => SearchRoles, Some(VIEW), "GET /customers/{customer}/userRoles";
    Get ADMIN DESCRIPTORS => Descriptors, Some(VIEW_DESCRIPTORS), "GET /propertyDescriptors";
    Post ADMIN "/propertydescriptor/search" => SearchDescriptors, Some(VIEW_DESCRIPTORS), "GET /propertyDescriptors";
    Post ADMIN DESCRIPTORS => AddDescriptor, Some(MANAGE_DESCRIPTORS), "POST /propertyDescriptors";
    Get ADMIN DESCRIPTOR => FindDescriptor, Some(VIEW_DESCRIPTORS), "GET /propertyDescriptors/{key}";
    Put ADMIN DESCRIPTOR => UpdateDescriptor, Some(MANAGE_DESCRIPTORS), "PATCH /propertyDescriptors/{key}";
    Delete ADMIN DESCRIPTOR => RemoveDescriptor, Some(MANAGE_DESCRIPTORS), "DELETE /propertyDescriptors/{key}";
    Get ADMIN "/propertydescriptor/{idOrKey}/jsonschema" => Schema, Some(VIEW_DESCRIPTORS),
        "GET /propertyDescriptors/{key}";
    Get ADMIN CHOICES => Choices, Some(VIEW_DESCRIPTORS), "GET /propertyDescriptors/{key}";
    Post ADMIN "/propertydescriptor/{idOrKey}/values/search" => SearchChoices, Some(VIEW_DESCRIPTORS),
        "GET /propertyDescriptors/{key}";
    Post ADMIN CHOICES => AddChoice, Some(MANAGE_DESCRIPTORS), "PATCH /propertyDescriptors/{key}";
    Put ADMIN CHOICE => UpdateChoice, Some(MANAGE_DESCRIPTORS), "PATCH /propertyDescriptors/{key}";
    Delete ADMIN CHOICE => RemoveChoice, Some(MANAGE_DESCRIPTORS), "PATCH /propertyDescriptors/{key}";
    Get AUTHENTICATION "/session" => Session, None, "GET /";
    Post AUTHENTICATION "/authorization" => Authorise, Some(PRUNE), "POST /customers/{customer}/data/pruneAuthorization";
    Post AUTHENTICATION "/authorization/validate" => Validate, None, "–";
};
