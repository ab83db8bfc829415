use hydra::{
    AnyReference, Class, Datatype, JsonLiteral, OperationDef, ParameterDef, Reference, Set, Timestamp, operation,
};

use crate::Customer;
use crate::value::{ActorKind, ChangeId, ChangeKind};

hydra::key! {
    /// Which change: its number.
    ChangeKey { change: ChangeId }
    customer = |_| None
}

const SINCE: ParameterDef = ParameterDef {
    name: "since",
    description: "What was made then or later.",
    datatype: Datatype::DateTime,
    names: None,
    many: false,
};

const UNTIL: ParameterDef = ParameterDef { name: "until", description: "What was made before that.", ..SINCE };

const AFTER_NUMBER: ParameterDef = ParameterDef {
    name: "afterNumber",
    description: "What has a greater number than that.",
    datatype: Datatype::NonNegativeInteger,
    ..SINCE
};

/// What the resource asks for, the rule asks for.
const RETRIEVE: OperationDef = OperationDef { needs: &[], ..operation::RETRIEVE };

/// GET of the changes of everything.
pub(crate) const LIST_ALL: OperationDef = OperationDef { needs: &["ADMIN_ALL_CUSTOMERS"], ..operation::LIST_SHARED };

/// A change of a resource: who made it, when, and what the resource was afterwards. It is written together with what it tells
/// of, and stays as it is. Changes are seen by whoever may look at the resource now.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/changes/{change}", key = ChangeKey, label = "Change", parameters = &[SINCE, UNTIL, AFTER_NUMBER])]
#[hydra(operations = [RETRIEVE], collection = [operation::LIST])]
pub struct Change {
    /// The number of the change, the last part of its address. Whoever has seen one has seen all below it that are theirs to see.
    #[hydra(read_only, sort)]
    pub number: i64,
    /// When it was made.
    #[hydra(read_only)]
    pub made: Timestamp,
    /// What happened: the resource was `created`, `updated` or `deleted`.
    #[hydra(read_only, filter)]
    pub kind: ChangeKind,
    /// The name of the class of the resource.
    #[hydra(read_only, filter, example = "Space")]
    pub class: String,
    /// The resource. It may be gone.
    pub resource: AnyReference,
    /// The customer that the resource belongs to.
    pub customer: Option<Reference<Customer>>,
    /// Whoever made it, where that is a resource. It may be gone.
    pub actor: Option<AnyReference>,
    /// What whoever made it was called then.
    #[hydra(read_only, filter)]
    pub actor_name: String,
    /// Of which sort they are: a `user`, a `key`, somebody for whom an `issuer` of tokens answers, the `operator`, a `worker`, or the
    /// `service` itself.
    #[hydra(read_only)]
    pub actor_kind: ActorKind,
    /// What they asked: the name of an interface of the service, the command line, a worker or a start.
    #[hydra(read_only)]
    pub face: String,
    /// The identity of the request, as the log of the process has it.
    #[hydra(read_only)]
    pub request: Option<String>,
    /// The version that the resource had afterwards: it tells this state of it from every other.
    #[hydra(read_only)]
    pub version: Option<String>,
    /// The names of the properties that changed; of what is never shown, too.
    #[hydra(read_only)]
    pub changed: Set<String>,
    /// The resource afterwards, without what is secret and what others make of it; links are relative to the entry point. Left out
    /// where it was deleted, and where nobody may read it any more.
    #[hydra(read_only)]
    pub state: Option<JsonLiteral>,
}
