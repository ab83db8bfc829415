//! A request as it came, and one by somebody who may make it: what a handler gets.

use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use actix_web::web::Bytes;
use face::Variables;
use resource::Cx;
use resource::customers::record::{self, Reach, Record};
use serde_json::{Map, Value as Json};

use crate::error::{Code, Fault, Missing};
use crate::identifier;
use crate::operation::Operation;
use crate::query::Parameters;

/// A request, as it came.
#[derive(Debug)]
pub struct Call<'a> {
    /// The operation.
    pub operation: &'static Operation,
    /// The path, with its variables in braces.
    pub template: &'a str,
    /// The method.
    pub method: &'a Method,
    /// The path.
    pub path: &'a str,
    /// The query.
    pub query: &'a str,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body, if it came and is not too large.
    pub body: Result<Bytes, Fault>,
}

/// A request by somebody who may make it.
pub struct Exchange<'a> {
    /// Who asks, the rules, the time.
    pub cx: Cx<'a>,
    /// Whether a service asks.
    pub is_service: bool,
    /// The path that public addresses begin with.
    pub public_path: &'a str,
    pub(super) call: &'a Call<'a>,
    pub(super) variables: Variables<'a>,
    pub(super) body: &'a Bytes,
}

impl Exchange<'_> {
    /// A variable of the path.
    pub fn variable(&self, name: &str) -> &str {
        self.variables.get(name)
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// It is none.
    pub fn json(&self) -> Result<Json, Fault> {
        serde_json::from_slice(hydra::body::unmarked(self.body)).map_err(|_| Code::Request.into())
    }

    /// The body as a JSON object.
    ///
    /// # Errors
    /// It is none.
    pub fn object(&self) -> Result<Map<String, Json>, Fault> {
        match self.json()? {
            Json::Object(object) => Ok(object),
            _ => Err(Code::Request.into()),
        }
    }

    /// The parameters of the query.
    ///
    /// # Errors
    /// They are none.
    pub fn parameters(&self) -> Result<Parameters, Fault> {
        Parameters::parse(self.call.query)
    }

    /// Whether the client would like to see what it has changed (RFC 7240).
    pub fn wants_representation(&self) -> bool {
        face::Preferences::of(self.call.headers).representation
    }

    /// The customer that the path names.
    ///
    /// # Errors
    /// There is none, or it is not the caller's to see.
    pub async fn customer(&self) -> Result<Record, Fault> {
        let (identity, rule) = self.which();
        self.named(identity, rule).await
    }

    /// What the path says that the customer is found by, and under which rule the caller finds it.
    pub fn which(&self) -> (Option<record::WhichCustomer>, Reach) {
        (identifier::customer(self.variable("id")), if self.is_service { Reach::Any } else { Reach::List })
    }

    /// The customer that an identifier means.
    ///
    /// # Errors
    /// There is none, or it is not the caller's to see.
    pub async fn named(&self, identity: Option<record::WhichCustomer>, rule: Reach) -> Result<Record, Fault> {
        let identity = identity.ok_or(Code::Customer)?;
        record::find(&self.cx, &identity, rule).await.or_missing(Code::Customer)
    }
}
