//! The codes of failures, with the status and the sentence that go with each.

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// The request cannot be understood.
    Request,
    /// Nobody has signed in.
    Unauthenticated,
    /// A signed request was on its way for too long.
    Outdated,
    /// A signature is not for the request, or not good.
    Mismatch,
    /// The customer that signed is not active.
    InactiveCustomer,
    /// The caller may not do this.
    Unauthorized,
    /// There is no such customer, or it is not the caller's to see.
    Customer,
    /// There is no such user.
    User,
    /// There is no such entitlement.
    Entitlement,
    /// There is no such entitlement group.
    Group,
    /// Another customer has one of these names.
    Duplicate,
    /// Attributes are not as they must be.
    Validation,
    /// The filter of a list is none.
    Filter,
    /// What is core is not granted or revoked.
    Core,
    /// Somebody has looked for too many customers that are not there.
    Locked,
    /// There is no such operation.
    Route,
    /// There are other operations at this path.
    Method,
    /// Nothing was done, and may be the next time: something that the service needs is not to be had, or the request took too
    /// long.
    Busy,
    /// Something was done, and cannot be answered for as a whole.
    Lost,
    /// Something may have been done. Nobody can say.
    Unknown,
    /// A fault of ours.
    Internal,
}

impl Code {
    /// Every code.
    pub const ALL: &'static [Self] = &[
        Self::Request,
        Self::Unauthenticated,
        Self::Outdated,
        Self::Mismatch,
        Self::InactiveCustomer,
        Self::Unauthorized,
        Self::Customer,
        Self::User,
        Self::Entitlement,
        Self::Group,
        Self::Duplicate,
        Self::Validation,
        Self::Filter,
        Self::Core,
        Self::Locked,
        Self::Route,
        Self::Method,
        Self::Busy,
        Self::Lost,
        Self::Unknown,
        Self::Internal,
    ];

    const fn row(self) -> (&'static str, u16, &'static str) {
        match self {
            Self::Request => {
                ("Request.Invalid", 400, "The request could not be understood by the server due to malformed syntax.")
            }
            Self::Unauthenticated => (
                "Authentication.Unauthenticated",
                401,
                "Not authenticated. This API is only available for authenticated users.",
            ),
            Self::Outdated => (
                "Authentication.RequestOutdated",
                401,
                "The request was outdated. It failed to reach the server within 15 minutes of being sent - calculation is \
                 based on the x-orchis-date header and the HMAC hashed request.",
            ),
            Self::Mismatch => {
                ("Authentication.Mismatch", 401, "Provided HMAC request does not match the original request.")
            }
            Self::InactiveCustomer => ("Authentication.InactiveCustomer", 401, "Customer account is inactive."),
            Self::Unauthorized => {
                ("Authorization.Unauthorized", 403, "Not authorized. This API is only available for authorized users.")
            }
            Self::Customer => ("Customer.NotFound", 404, "Customer with the given ID does not exist."),
            Self::User => ("User.NotFound", 404, "User with the given ID does not exist"),
            Self::Entitlement => ("Entitlement.NotFound", 404, "Entitlement with the given name does not exist."),
            Self::Group => ("Group.NotFound", 404, "Group with the given name does not exist."),
            Self::Duplicate => {
                ("Customer.Duplicate", 409, "At least one of the provided customer identifiers is not unique.")
            }
            Self::Validation => {
                ("Customer.ValidationError", 422, "Some of the attributes did not pass the validation.")
            }
            Self::Filter => ("Filter.ValidationError", 422, "Some of the attributes did not pass the validation."),
            Self::Core => ("Entitlement.CoreNotAllowed", 422, "A core entitlement is not allowed."),
            Self::Locked => {
                ("GetCustomer.Locked", 423, "The maximum number of fetch customer attempts has been reached.")
            }
            Self::Route => ("Request.NotFound", 404, "There is no such operation."),
            Self::Method => ("Request.MethodNotAllowed", 405, "This path has other operations, which Allow names."),
            Self::Busy => {
                ("Service.Unavailable", 503, "The server is busy. Nothing was changed; send the request again.")
            }
            Self::Lost => (
                "Service.AnswerLost",
                502,
                "The change was made, or some of it, but the answer to it was lost. Look at what there is before you send the \
                 request once more.",
            ),
            Self::Unknown => (
                "Service.OutcomeUnknown",
                502,
                "It is not known whether the change was made. Look at what there is before you send the request once more.",
            ),
            Self::Internal => ("Service.Failure", 500, "A fault of this server. Nothing was changed."),
        }
    }

    /// The code, as clients compare it.
    pub const fn name(self) -> &'static str {
        self.row().0
    }

    /// The HTTP status.
    pub const fn status(self) -> u16 {
        self.row().1
    }

    /// The sentence.
    pub const fn message(self) -> &'static str {
        self.row().2
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_listed_once() {
        let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert_eq!(Code::ALL.len(), Code::Internal as usize + 1);
    }
}
