//! The operations that most classes share. Labels and status texts are those of the published tables, to the letter:
//! two generators made every row there, and these constants are those generators.

use crate::class::{Method, OperationDef, Payload};

/// Needed to look at a customer's resources.
pub const READ: &str = "CUSTOMER_READ";
/// Needed to change a customer's resources.
pub const WRITE: &str = "CUSTOMER_WRITE";

/// GET of a resource.
pub const RETRIEVE: OperationDef = OperationDef {
    name: "retrieve",
    method: Method::Get,
    label: "Retrieve a {}",
    expects: Payload::Nothing,
    returns: Payload::Itself,
    statuses: &[(200, "OK"), (404, "Not found")],
    further: &[],
    needs: &[READ],
    bestows: false,
    own: false,
    parental: false,
};

/// PUT of a resource: whole, at an address that the client may choose.
pub const UPSERT: OperationDef = OperationDef {
    name: "upsert",
    method: Method::Put,
    label: "create or replace a {}",
    expects: Payload::Itself,
    returns: Payload::Itself,
    statuses: &[(200, "OK"), (201, "Created {}"), (404, "Not found")],
    further: &[(400, "Bad request"), (409, "Conflict")],
    needs: &[WRITE],
    bestows: false,
    own: false,
    parental: false,
};

/// PATCH of a resource: what is sent changes, what is not sent stays.
pub const UPDATE: OperationDef = OperationDef {
    name: "update",
    method: Method::Patch,
    label: "Update the supplied fields of the {}",
    expects: Payload::Itself,
    returns: Payload::Itself,
    statuses: &[(205, "Accepted {}, reset view"), (400, "Bad request"), (404, "Not found")],
    further: &[(200, "OK, to a request that prefers return=representation"), (409, "Conflict")],
    needs: &[WRITE],
    bestows: false,
    own: false,
    parental: false,
};

/// PATCH of a resource of which nothing that can be changed stands in another's way.
pub const CHANGE: OperationDef =
    OperationDef { further: &[(200, "OK, to a request that prefers return=representation")], ..UPDATE };

/// DELETE of a resource.
pub const DELETE: OperationDef = OperationDef {
    name: "delete",
    method: Method::Delete,
    label: "Delete the {}",
    expects: Payload::Nothing,
    returns: Payload::Nothing,
    statuses: &[(205, "Accepted {}, reset view"), (404, "Not found")],
    further: &[],
    needs: &[WRITE],
    bestows: false,
    own: false,
    parental: false,
};

/// GET of a collection, for whoever may GET the resource that takes these operations.
///
/// # Panics
/// It takes no GET.
pub const fn list_like_look(operations: &[OperationDef]) -> OperationDef {
    let mut index = 0;
    while index < operations.len() {
        if matches!(operations[index].method, Method::Get) {
            let OperationDef { needs, own, parental, .. } = operations[index];
            return OperationDef { needs, own, parental, ..LIST };
        }
        index += 1;
    }
    panic!("what is logged can be looked at")
}

/// GET of a collection. The noun stays in the singular, as published.
pub const LIST: OperationDef = OperationDef {
    name: "list",
    method: Method::Get,
    label: "Retrieves all {}",
    expects: Payload::Nothing,
    returns: Payload::Collection,
    statuses: &[(200, "OK")],
    further: &[(400, "Bad Request"), (404, "Not found")],
    needs: &[READ],
    bestows: false,
    own: false,
    parental: false,
};

/// POST to a collection. The capital R and the full stop are the published ones.
pub const CREATE: OperationDef = OperationDef {
    name: "create",
    method: Method::Post,
    label: "Creates a new {}",
    expects: Payload::Itself,
    returns: Payload::Itself,
    statuses: &[(201, "{} created."), (400, "Bad Request")],
    further: &[(404, "Not found"), (409, "Conflict")],
    needs: &[WRITE],
    bestows: false,
    own: false,
    parental: false,
};

/// PUT of what belongs to no customer: what it could belong to is always there.
pub const UPSERT_SHARED: OperationDef = OperationDef { statuses: &[(200, "OK"), (201, "Created {}")], ..UPSERT };

/// GET of a collection of such.
pub const LIST_SHARED: OperationDef = OperationDef { further: &[(400, "Bad Request")], ..LIST };

/// POST to a collection of such.
pub const CREATE_SHARED: OperationDef = OperationDef { further: &[(409, "Conflict")], ..CREATE };
