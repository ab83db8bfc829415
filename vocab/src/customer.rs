use hydra::{Class, Collection, Link, Method, OperationDef, Payload, Reference, Timestamp, TreeDef, operation};

use crate::customer_search::SEARCH;
use crate::image::CHANGE;
use crate::policy::LIST;
use crate::value::{CustomerId, DisplayName, Kind, Name};
use crate::{
    Activation, ApiKey, AuthService, Change, CustomerAdministration, CustomerData, CustomerDisabling, CustomerMove,
    CustomerOriginStrategy, CustomerProperty, CustomerReenabling, CustomerStorage, Entitlement, EntitlementGroup,
    EulaStatus, Image, ImageDeletion, ImageRetry, Key, Logo, NamedQuery, PortalUser, Queue, Role, Space,
    UserRoleAssignment,
};
use crate::{entitlement, entitlement_group};

hydra::key! {
    /// Which customer.
    CustomerKey { customer: CustomerId }
    customer = |key| Some(key.customer.0)
}

const TREE: TreeDef = TreeDef { parent: "parent", children: "children" };

const REPLACE: OperationDef = OperationDef {
    name: "replace",
    label: "Replace the {}",
    statuses: &[(200, "OK"), (404, "Not found")],
    further: &[(400, "Bad request")],
    ..operation::UPSERT
};

const UPDATE: OperationDef =
    OperationDef { further: &[(200, "OK, to a request that prefers return=representation")], ..operation::UPDATE };

const CREATE: OperationDef = OperationDef { needs: &["ADMIN_CREATE_CUSTOMER"], ..operation::CREATE_SHARED };

/// As published, what is chosen is called an origin strategy; it is written as a customer's own, which is one.
const CHOOSE: OperationDef = OperationDef {
    expects: Payload::Class("OriginStrategy"),
    returns: Payload::Class("OriginStrategy"),
    ..operation::CREATE
};

/// POST of names of images: those that there are come back.
const SELECT: OperationDef = OperationDef {
    name: "select",
    label: "Retrieves the Images that are named",
    expects: Payload::Members("Image"),
    returns: Payload::Collection,
    statuses: &[(200, "OK"), (400, "Bad Request")],
    further: &[(404, "Not found")],
    needs: &[operation::READ],
    ..operation::CREATE
};

const DELETE: OperationDef = OperationDef {
    further: &[(409, "The customer administers the service")],
    needs: &["ADMIN_DELETE_CUSTOMER"],
    ..operation::DELETE
};

/// You, the user of this API, or whom you act for. Nearly everything belongs to a customer and is found by following its
/// links; of the customer itself, the display name can be changed.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}", key = CustomerKey, label = "Customer", parameters = SEARCH, tree = TREE)]
#[hydra(operations = [operation::RETRIEVE, REPLACE, UPDATE, DELETE], collection = [LIST, CREATE])]
#[hydra(offers = |customer, operation| operation.method != Method::Delete || customer.administrator.is_none())]
pub struct Customer {
    /// The name in addresses: unique, and fixed once the customer exists.
    #[hydra(required, fixed, unique, search, filter, sort, example = "riverside-museum")]
    pub name: Name,
    /// The name that people read.
    #[hydra(required, search, filter, sort, example = "Riverside Museum")]
    pub display_name: DisplayName,
    /// The accounts with which people of this customer sign in to the portal. Add one to give a colleague access.
    #[hydra(group = "People")]
    pub portal_users: Link<Collection<PortalUser>>,
    /// The named queries of this customer, and those that come with the service.
    #[hydra(group = "Images")]
    pub named_queries: Link<Collection<NamedQuery>>,
    /// How the images of this customer are fetched from where they come from; one for each place that needs its own way.
    #[hydra(collection = "OriginStrategyChoiceCollection", operations = [operation::LIST, CHOOSE])]
    #[hydra(group = "Images")]
    pub origin_strategies: Link<Collection<CustomerOriginStrategy>>,
    /// The IIIF authentication services that people acquire roles from, to see images that need a role.
    #[hydra(group = "Access")]
    pub auth_services: Link<Collection<AuthService>>,
    /// The roles that images can ask for. A person who has any one of an image's roles may see it.
    #[hydra(group = "Access")]
    pub roles: Link<Collection<Role>>,
    /// This customer's view of the ingest queue: what was submitted, and how far it is.
    #[hydra(group = "Images")]
    pub queue: Link<Queue>,
    /// The spaces that images are kept in, each with its own defaults.
    #[hydra(group = "Images")]
    pub spaces: Link<Collection<Space>>,
    /// The keys with which programs of this customer sign in.
    #[hydra(group = "Access")]
    pub keys: Link<Collection<Key>>,
    /// What the images of this customer take, and the policy that limits it.
    #[hydra(group = "Images")]
    pub storage: Link<CustomerStorage>,
    /// The images of this customer in all spaces.
    #[hydra(collection = "AllImageCollection", operations = [operation::LIST, SELECT, CHANGE])]
    #[hydra(group = "Images")]
    pub all_images: Link<Collection<Image>>,
    /// The deletion of several images at once.
    #[hydra(group = "Images")]
    pub delete_images: Link<ImageDeletion>,
    /// Another try of images that failed.
    #[hydra(group = "Images")]
    pub retry_images: Link<ImageRetry>,
    /// Whether other customers can lie below this one: leaf or group. It is fixed once the customer exists.
    #[hydra(fixed, filter)]
    pub kind: Kind,
    /// The customer that this one lies below. Whoever sees that sees this; left out where you do not see it.
    #[hydra(filter)]
    pub parent: Option<Reference<Self>>,
    /// The customers that lie below this one, disabled ones among them. Add one to make a customer there.
    #[hydra(collection = "ChildCollection", operations = [operation::LIST, CREATE])]
    #[hydra(group = "Administration")]
    pub children: Link<Collection<Self>>,
    /// What is kept of the customer for those who administer customers.
    #[hydra(group = "Administration")]
    pub administration: Link<CustomerAdministration>,
    /// Whether the customer is active.
    #[hydra(group = "Administration")]
    pub activation: Link<Activation>,
    /// The customer's place among the others, for those who may move it.
    #[hydra(group = "Administration")]
    pub r#move: Link<CustomerMove>,
    /// The disabling of the customer; left out where it is disabled.
    #[hydra(group = "Administration")]
    pub disable: Option<Link<CustomerDisabling>>,
    /// The end of the customer's disabling; left out where it is not disabled.
    #[hydra(alert = "The customer is disabled: nobody of it can sign in.", group = "Administration")]
    pub reenable: Option<Link<CustomerReenabling>>,
    /// The entitlements that were granted to the customer. POST one that is defined to grant it, also to those who administer
    /// the customer; DELETE its grant to revoke it.
    #[hydra(collection = "CustomerEntitlementCollection", operations = entitlement::OF_CUSTOMER)]
    #[hydra(group = "Access")]
    pub entitlements: Link<Collection<Entitlement>>,
    /// The entitlements that have effect for the customer, whether granted or brought by a group.
    #[hydra(collection = "EffectiveEntitlementCollection", operations = [entitlement::EFFECTIVE])]
    #[hydra(group = "Access")]
    pub effective_entitlements: Link<Collection<Entitlement>>,
    /// The entitlement groups that were granted to the customer. POST one that is defined to grant it, also to those who
    /// administer the customer; DELETE its grant to revoke it.
    #[hydra(collection = "CustomerEntitlementGroupCollection", operations = entitlement_group::OF_CUSTOMER)]
    #[hydra(group = "Access")]
    pub entitlement_groups: Link<Collection<EntitlementGroup>>,
    /// The entitlement groups that have effect for the customer: those granted, and those whose members all have effect.
    #[hydra(collection = "EffectiveEntitlementGroupCollection", operations = [entitlement_group::EFFECTIVE])]
    #[hydra(group = "Access")]
    pub effective_entitlement_groups: Link<Collection<EntitlementGroup>>,
    /// How the customer stands to the agreement.
    #[hydra(group = "Administration")]
    pub eula: Link<EulaStatus>,
    /// The key with which the customer signs requests as itself.
    #[hydra(group = "Access")]
    pub api_key: Link<ApiKey>,
    /// Who is responsible for what of the customer.
    #[hydra(group = "People")]
    pub user_roles: Link<Collection<UserRoleAssignment>>,
    /// The customer's logo.
    #[hydra(group = "Administration")]
    pub logo: Link<Logo>,
    /// The properties of the customer, as far as you may read them.
    #[hydra(group = "Administration")]
    pub properties: Link<Collection<CustomerProperty>>,
    /// What the customer has put into the service, for those who may delete it all.
    #[hydra(group = "Administration")]
    pub data: Link<CustomerData>,
    /// When the customer came to be.
    #[hydra(read_only, sort)]
    pub created: Timestamp,
    /// Whether this customer administers the service; left out where it does not.
    #[hydra(read_only)]
    pub administrator: Option<bool>,
    /// What has happened to the customer and to all that belongs to it: who changed what, and when.
    #[hydra(log, group = "Administration")]
    pub changes: Link<Collection<Change>>,
}
