//! The literals of changes.

use super::administration::choice;

choice! {
    /// What happened to a resource.
    ChangeKind {
        /// It was not there before.
        Created = "created",
        /// It was there before, and is.
        Updated = "updated",
        /// It is not there any more.
        Deleted = "deleted",
    }
}

choice! {
    /// Of which sort somebody is who changes something.
    ActorKind {
        /// A person with an account, or a program with a key of it.
        User = "user",
        /// A program with a key of a customer.
        Key = "key",
        /// Somebody for whom an issuer of tokens answers.
        Issuer = "issuer",
        /// Whoever operates the service.
        Operator = "operator",
        /// A worker of the service.
        Worker = "worker",
        /// The service itself.
        Service = "service",
    }
}
