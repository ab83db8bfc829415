use hydra::{Class, Collection, Keep, Link, OperationDef, WriteOnly, operation};

use crate::value::{AuthServiceId, CustomerId, JsonText, Secret, ServiceName, Text};
use crate::{Change, Customer, ViewerSession};

hydra::key! {
    /// Which auth service of which customer.
    AuthServiceKey { customer: CustomerId, auth_service: AuthServiceId }
    customer = |key| Some(key.customer.0)
}

const NEST_LIST: OperationDef = OperationDef { label: "Retrieves all Nested Auth Service", ..operation::LIST };

const NEST: OperationDef = OperationDef {
    name: "nest",
    label: "Creates a new Nested Auth Service",
    statuses: &[(201, "Nested Auth Service created."), (400, "Bad Request")],
    ..operation::CREATE
};

const DELETE: OperationDef =
    OperationDef { further: &[(409, "Conflict: a role is acquired by the service")], ..operation::DELETE };

/// An IIIF authentication service: the means by which a person acquires a role. A service for signing in usually has
/// others nested in it, which hand out tokens and sign out.
#[derive(Debug, Clone, Class, Keep)]
#[hydra(path = "/customers/{customer}/authServices/{auth_service}", key = AuthServiceKey, label = "Auth Service")]
#[hydra(operations = [operation::RETRIEVE, operation::UPSERT, operation::UPDATE, DELETE])]
#[hydra(collection = [operation::LIST, operation::CREATE])]
pub struct AuthService {
    /// The name in addresses; unique within the customer, whatever the case of its letters.
    #[hydra(required, unique, search, filter, sort, example = "reading-room")]
    pub name: ServiceName,
    /// The IRI of the profile of IIIF authentication that the service follows.
    #[hydra(example = "http://iiif.io/api/auth/1/login")]
    pub profile: Option<Text<500>>,
    /// What a viewer calls the service.
    #[hydra(example = "Sign in as a reader")]
    pub label: Option<Text<1000>>,
    /// What the service is for, where a viewer has room to say it.
    #[hydra(example = "For readers with a card.")]
    pub description: Option<Text<4000>>,
    /// The heading of the page that a person sees.
    #[hydra(example = "Readers")]
    pub page_label: Option<Text<1000>>,
    /// The text of the page that a person sees.
    #[hydra(example = "Sign in with the number of your card.")]
    pub page_description: Option<Text<4000>>,
    /// The text of the button that a person presses.
    #[hydra(example = "Sign in")]
    pub call_to_action: Option<Text<1000>>,
    /// For how many seconds a session, and a token of it, last.
    #[hydra(default = 600, example = 3600)]
    pub time_to_live: u64,
    /// The services nested in this one, such as those for tokens and for signing out.
    #[hydra(collection = "NestedAuthServiceCollection", operations = [NEST_LIST, NEST])]
    pub nested_services: Link<Collection<AuthService>>,
    /// What says which roles somebody acquires who has signed in.
    pub role_provider: Link<RoleProvider>,
    /// The sessions of people who have used the service, and may go on looking.
    pub sessions: Link<Collection<ViewerSession>>,
    /// The customer that the service belongs to.
    pub customer: Link<Customer>,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}

/// What says which roles somebody acquires by an auth service. Each auth service has one; as long as it has no
/// configuration, the service gives the roles that name it to everybody who has used it.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/authServices/{auth_service}/roleProvider", key = AuthServiceKey)]
#[hydra(label = "Role Provider")]
#[hydra(operations = [operation::RETRIEVE, ROLE_PROVIDER_UPSERT, ROLE_PROVIDER_UPDATE, operation::DELETE])]
pub struct RoleProvider {
    /// How roles are found, as the text of a JSON object.
    pub configuration: Option<JsonText>,
    /// What the provider signs in with elsewhere. It is kept encrypted and never shown.
    pub credentials: WriteOnly<Secret>,
    /// The service that it is of.
    pub auth_service: Link<AuthService>,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}

const ROLE_PROVIDER_UPSERT: OperationDef = OperationDef { further: &[(400, "Bad request")], ..operation::UPSERT };

const ROLE_PROVIDER_UPDATE: OperationDef =
    OperationDef { further: &[(200, "OK, to a request that prefers return=representation")], ..operation::UPDATE };
