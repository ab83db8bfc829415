use hydra::{Class, Collection, Datatype, Link, OperationDef, ParameterDef, Set, operation};

use crate::Customer;
use crate::value::{JsonObjects, KeywordField, KeywordMatch, Kind, Mark, SearchCode, Text};

hydra::key! {
    /// Which search: all of it.
    CustomerSearchKey { search: SearchCode }
    customer = |_| None
}

const VIEW: &[&str] = &["ADMIN_GET_CUSTOMER", "ADMIN_LIST_CUSTOMERS"];

const RETRIEVE: OperationDef = OperationDef { needs: VIEW, ..operation::RETRIEVE };
const LIST: OperationDef = OperationDef { needs: VIEW, ..operation::LIST_SHARED };
const CREATE: OperationDef = OperationDef { further: &[], needs: VIEW, ..operation::CREATE };
const RESULTS: &[OperationDef] =
    &[OperationDef { further: &[(400, "Bad Request"), (404, "Not found")], needs: VIEW, ..operation::LIST }];

const fn parameter(name: &'static str, datatype: Datatype, many: bool, description: &'static str) -> ParameterDef {
    ParameterDef { name, description, datatype, names: None, many }
}

/// What collections of customers can be searched by that is no property of theirs.
pub const SEARCH: &[ParameterDef] = &[
    parameter(
        "keywords",
        Datatype::String,
        true,
        "A text in the number, the name or the display name; customers have all that are given.",
    ),
    ParameterDef {
        names: Some(Customer::NAME),
        ..parameter(
            "ancestor",
            Datatype::String,
            true,
            "Below one of these customers, however deep: IRI, number or name.",
        )
    },
    parameter("includeFlags", Datatype::String, true, "With all of these flags; disabled counts as one."),
    parameter("excludeFlags", Datatype::String, true, "With none of these flags; disabled counts as one."),
    parameter(
        "includeDeleted",
        Datatype::Boolean,
        false,
        "Whether disabled customers are found, too: true or false. What was deleted for good is no resource any more.",
    ),
];

/// A search for customers by criteria that can lie within one another. It is not kept: the address that POST answers holds all
/// of it, and can be passed on to whoever may search. What is left out asks for nothing; of a list one is enough, but for
/// flags and keywords.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customerSearches/{search}", key = CustomerSearchKey, label = "Customer Search")]
#[hydra(operations = [RETRIEVE], collection = [LIST, CREATE])]
pub struct CustomerSearch {
    /// One of these customers: number or name.
    pub customer: Set<Text<255>>,
    /// Directly below one of these customers.
    pub parent: Set<Text<255>>,
    /// Below one of these customers, however deep.
    pub ancestor: Set<Text<255>>,
    /// In one of these domains: number or name.
    pub domain: Set<Text<255>>,
    /// Of one of these kinds: leaf, group.
    pub kind: Set<Kind>,
    /// Whether disabled customers are found, too. What was deleted for good is no resource any more.
    pub include_deleted: bool,
    /// With all of these flags; disabled counts as one.
    pub include_flags: Set<Mark>,
    /// With none of these flags; disabled counts as one.
    pub exclude_flags: Set<Mark>,
    /// Texts that customers have in the number, the name or the display name.
    pub keywords: Set<Text<255>>,
    /// Whether customers must have all keywords, or any of them: all or any.
    pub keyword_match: KeywordMatch,
    /// Where keywords are looked for: id, name, displayName. Everywhere, where none is given.
    pub keyword_fields: Set<KeywordField>,
    /// Properties that customers have: a list of objects, each with the key of a property and values, one of which it has.
    pub properties: Option<JsonObjects>,
    /// Criteria beside these: a list of objects with the same members as this one. Customers meet either what is above or one
    /// of them; but all with required set, and none with exclude set.
    pub sub_criteria: Option<JsonObjects>,
    /// The customers that are found, of those that you see.
    #[hydra(collection = "SearchResultCollection", operations = RESULTS)]
    pub results: Link<Collection<Customer>>,
}
