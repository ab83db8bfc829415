//! A request by somebody who may make it: what a handler gets.

use actix_web::http::header::HeaderMap;
use actix_web::web::Bytes;
use face::{Conditions, Variables};
use resource::customers::record::{Record, WhichCustomer};
use resource::{Cx, Error};

use crate::body::JsonBody;
use crate::fault::Fault;
use crate::message::Message;
use crate::operation::{Act, Operation};
use crate::query::QueryValues;
use crate::{Argus, Single};

/// A request by somebody who may make it.
pub struct Exchange<'a> {
    /// Who asks, the rules, the time.
    pub cx: Cx<'a>,
    /// The face.
    pub face: &'a Argus,
    /// The operation.
    pub operation: &'static Operation,
    /// The parameters of the query.
    pub query: &'a QueryValues,
    pub(super) variables: &'a Variables<'a>,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a Bytes,
    pub(super) record: Option<Record>,
}

impl Exchange<'_> {
    /// A variable of the path.
    pub fn variable(&self, name: &str) -> &str {
        self.variables.get(name)
    }

    /// The customer that the path names.
    ///
    /// # Errors
    /// The path names none.
    pub fn record(&self) -> Result<&Record, Fault> {
        self.record.as_ref().ok_or_else(|| Error::Internal("the path names no customer".into()).into())
    }

    /// How one thing stands in the answer.
    pub fn single(&self) -> Single {
        if self.operation.base == crate::ADMIN { self.face.settings.single } else { Single::Object }
    }

    /// The body, an object.
    ///
    /// # Errors
    /// It is none.
    pub fn body(&self) -> Result<JsonBody, Fault> {
        if !self.body.is_empty() {
            return JsonBody::parse(self.body);
        }
        let hint = match self.operation.act {
            Act::Update => " To disable a customer, PUT to its path followed by /disable.",
            _ => "",
        };
        Err(Message::action("request.body.required", format!("A JSON body is required.{hint}")).into())
    }

    /// Whether the client has a representation already, by its tag.
    ///
    /// # Errors
    /// The client asks for another.
    pub fn is_known(&self, tag: &str) -> Result<bool, Fault> {
        Conditions::of(self.headers).of_reading_whole(tag).is_known().ok_or_else(|| Error::Changed.into())
    }
}

/// What a customer is named by.
pub fn identity(id_or_short_name: &str) -> Option<WhichCustomer> {
    WhichCustomer::of_address(id_or_short_name.trim())
}
