use hydra::{Class, Collection, Link, Method, OperationDef, Payload};

use crate::{
    Change, Customer, CustomerSearch, Domain, Entitlement, EntitlementGroup, Eula, ImageOptimisationPolicy,
    OriginStrategy, PortalRole, PropertyDescriptor, StoragePolicy, SystemUser, ThumbnailPolicy,
};

hydra::key! {
    /// There is one entry point.
    EntryPointKey {}
    customer = |_| None
}

const RETRIEVE: OperationDef = OperationDef {
    name: "retrieve",
    method: Method::Get,
    label: "The API's main entry point.",
    expects: Payload::Nothing,
    returns: Payload::Itself,
    statuses: &[],
    further: &[(200, "OK")],
    needs: &[],
    bestows: false,
    own: false,
    parental: false,
};

/// Where every walk begins. It answers without credentials, and leads to all that a caller may see.
#[derive(Debug, Clone, Default, Class)]
#[hydra(path = "/", key = EntryPointKey, label = "Entry Point", operations = [RETRIEVE], public)]
pub struct EntryPoint {
    /// The customers that you may see: usually one, your own.
    #[hydra(group = "Customers")]
    pub customers: Link<Collection<Customer>>,
    /// The ways in which images can be fetched from where they come from, for use in a customer's own strategies.
    #[hydra(group = "Images")]
    pub origin_strategies: Link<Collection<OriginStrategy>>,
    /// The accounts that belong to no customer, for those who may see every customer.
    #[hydra(group = "Access")]
    pub system_users: Link<Collection<SystemUser>>,
    /// The roles that a portal user can be given.
    #[hydra(group = "Access")]
    pub portal_roles: Link<Collection<PortalRole>>,
    /// The ways in which images can be prepared for delivery.
    #[hydra(group = "Images")]
    pub image_optimisation_policies: Link<Collection<ImageOptimisationPolicy>>,
    /// The sets of sizes in which thumbnails can be made.
    #[hydra(group = "Images")]
    pub thumbnail_policies: Link<Collection<ThumbnailPolicy>>,
    /// The limits that can be set on what a customer stores.
    #[hydra(group = "Images")]
    pub storage_policies: Link<Collection<StoragePolicy>>,
    /// The entitlements that are defined.
    #[hydra(group = "Access")]
    pub entitlements: Link<Collection<Entitlement>>,
    /// The groups in which entitlements are granted together.
    #[hydra(group = "Access")]
    pub entitlement_groups: Link<Collection<EntitlementGroup>>,
    /// The agreement for all customers.
    #[hydra(group = "Customers")]
    pub eula: Link<Eula>,
    /// The domains of the customers that you may see.
    #[hydra(group = "Customers")]
    pub domains: Link<Collection<Domain>>,
    /// The properties that customers can have.
    #[hydra(group = "Customers")]
    pub property_descriptors: Link<Collection<PropertyDescriptor>>,
    /// Searches for customers by criteria that can lie within one another. POST one to be given its address. None is kept; in
    /// the list is the one that asks for nothing.
    #[hydra(group = "Customers")]
    pub customer_searches: Link<Collection<CustomerSearch>>,
    /// What has happened to everything, for those who may see every customer.
    #[hydra(group = "Customers")]
    #[hydra(collection = "AllChangeCollection", operations = [crate::change::LIST_ALL])]
    pub changes: Link<Collection<Change>>,
}
