use hydra::{Address, Class, Collection, Keep, Link, OperationDef, Template, Timestamp, operation};

use crate::value::{CustomerId, QueryName, QueryTemplate, uuid_id};
use crate::{Change, Customer, Image};

uuid_id! {
    /// The identity of a named query.
    NamedQueryId
}

hydra::key! {
    /// Which named query of which customer.
    NamedQueryKey { customer: CustomerId, named_query: NamedQueryId }
    customer = |key| Some(key.customer.0)
}

const FORBIDDEN: (u16, &str) = (403, "Forbidden: only an administrator shares a query with all customers");

const UPSERT: OperationDef =
    OperationDef { further: &[(400, "Bad request"), (409, "Conflict"), FORBIDDEN], ..operation::UPSERT };

const UPDATE: OperationDef = OperationDef {
    further: &[(200, "OK, to a request that prefers return=representation"), (409, "Conflict"), FORBIDDEN],
    ..operation::UPDATE
};

const CREATE: OperationDef =
    OperationDef { further: &[(404, "Not found"), (409, "Conflict"), FORBIDDEN], ..operation::CREATE };

const MATCHES: OperationDef = OperationDef { label: "Retrieves the Images that match", ..operation::LIST };

/// Where the images that match are as a manifest.
#[derive(Debug)]
pub struct Manifest;

impl Template for Manifest {
    const PATH: &'static str = "/iiif-resource/{customer}/{named_query}";
}

/// A query over images that has a name: its template says which images match, and which parts of that an address fills in.
#[derive(Debug, Clone, Class, Keep)]
#[hydra(path = "/customers/{customer}/namedQueries/{named_query}", key = NamedQueryKey, label = "Named Query")]
#[hydra(operations = [operation::RETRIEVE, UPSERT, UPDATE, operation::DELETE])]
#[hydra(collection = [operation::LIST, CREATE], closed = |query| query.foreign)]
pub struct NamedQuery {
    /// The name in addresses; unique within the customer, whatever the case of its letters.
    #[hydra(required, unique, search, filter, sort, example = "maps-of")]
    pub name: QueryName,
    /// Whether every customer can use the query. Only an administrator can say so.
    #[hydra(filter, example = false)]
    pub global: bool,
    /// Which images match and in which order: pairs such as `s1=p1&space=3&assetOrder=n1`, in which `p1` stands for the
    /// first part of the address after the name. A value that could never match is refused: `n1=many`, or a literal that
    /// begins with `p`.
    #[hydra(required, example = "s1=p1&assetOrder=n1")]
    pub template: QueryTemplate,
    /// When the query was made.
    #[hydra(read_only, sort)]
    pub created: Timestamp,
    /// The address of the images that match as a IIIF manifest. What the template calls p1, p2 and so on follows it, each
    /// after a slash.
    #[hydra(parts)]
    pub manifest: Address<Manifest>,
    /// The images that match. What the template calls p1, p2 and so on are parameters of the same names.
    #[hydra(collection = "MatchingImageCollection", operations = [MATCHES])]
    pub images: Link<Collection<Image>>,
    /// The customer whose view of the query this is.
    pub customer: Link<Customer>,
    /// Whether it is another customer's, shared with all.
    #[hydra(hidden)]
    pub foreign: bool,
    /// What has happened to it: who changed what, and when.
    #[hydra(log)]
    pub changes: Link<Collection<Change>>,
}
