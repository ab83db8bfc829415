use hydra::{Class, OperationDef, operation};

use crate::policy::LIST as LIST_ALL;
use crate::value::DomainId;

hydra::key! {
    /// Which domain.
    DomainKey { domain: DomainId }
    customer = |_| None
}

const RETRIEVE: OperationDef = OperationDef { needs: &[], ..operation::RETRIEVE };

/// What customers and their names stand in. There is one, unless the operator has made more.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/domains/{domain}", key = DomainKey, label = "Domain", operations = [RETRIEVE], collection = [LIST_ALL])]
pub struct Domain {
    /// The name of the domain.
    #[hydra(read_only)]
    pub name: String,
}
