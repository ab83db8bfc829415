//! A request and its answer, and in which order a request is looked at: who asks, whether they may, whether they have asked
//! too often, whether it can be understood; then what it names, whether that is theirs to give, whether it is right, and
//! whether something else stands in the way. The last four are the handlers'.

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use face::Variables;
use resource::customers::record::{self, Record, Rule};
use resource::{Admission, Cx, Door, Permitted};
use serde_json::{Map, Value as Json};

use crate::caller::{self, Caller};
use crate::error::{Code, Fault, Missing};
use crate::operation::Operation;
use crate::query::Parameters;
use crate::reply::Reply;
use crate::{Face, handlers, identifier};

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
    call: &'a Call<'a>,
    variables: Variables<'a>,
    body: &'a Bytes,
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
        let rule = if self.is_service { Rule::Any } else { Rule::List };
        self.named(identifier::customer(self.variable("id")), rule).await
    }

    /// The customer that an identifier means.
    ///
    /// # Errors
    /// There is none, or it is not the caller's to see.
    pub async fn named(&self, identity: Option<record::Identity>, rule: Rule) -> Result<Record, Fault> {
        let identity = identity.ok_or(Code::Customer)?;
        record::find(&self.cx, &identity, rule).await.or_missing(Code::Customer)
    }
}

impl face::Face for Face {
    type Operation = Operation;

    async fn answer(
        &self,
        operation: &'static Operation,
        template: &str,
        request: &HttpRequest,
        payload: Payload,
    ) -> HttpResponse {
        let call = Call {
            operation,
            template,
            method: request.method(),
            path: request.uri().path(),
            query: request.uri().query().unwrap_or_default(),
            headers: request.headers(),
            body: face::read(request.headers(), payload, self.settings.body).await.map_err(|_| Code::Request.into()),
        };
        match self.serve(request, &call).await {
            Ok(reply) => reply.respond(),
            Err(fault) => fault.respond(),
        }
    }

    fn refuse(&self, allow: &str) -> HttpResponse {
        Fault::from(Code::Method).with(header::ALLOW, allow).respond()
    }

    fn miss(&self) -> HttpResponse {
        Fault::from(Code::Route).respond()
    }
}

impl Face {
    /// Carries a call out, for whoever may make it.
    async fn serve(&self, request: &HttpRequest, call: &Call<'_>) -> Result<Reply, Fault> {
        let admitted = self.identities.admit(Calling { face: self, request, call }).await?;
        let done = admitted.act(async |cx, caller, ()| carry_out(self, call, cx, caller).await).await;
        // However often it was begun, it was asked once.
        if call.operation.is_fetch && matches!(&done, Err(fault) if fault.code == Code::Customer) {
            self.lock.count(&admitted.somebody().actor.name, self.identities.world().now().instant());
        }
        done
    }
}

/// A call to this face.
struct Calling<'a> {
    face: &'a Face,
    request: &'a HttpRequest,
    call: &'a Call<'a>,
}

impl Admission for Calling<'_> {
    type Somebody = Caller;
    type Found = ();
    type Error = Fault;

    async fn who(&self, anew: bool) -> Result<Caller, Fault> {
        let caller = caller::authenticate(self.face, self.call, anew).await?;
        self.request.extensions_mut().insert(Arc::clone(&caller.actor));
        Ok(caller)
    }

    /// Whether they may, and whether they have asked too often.
    async fn permit(&self, _: &Door<'_>, caller: &Caller) -> Result<(Permitted, ()), Fault> {
        let permitted = caller.permit(self.call.operation)?;
        let now = self.face.identities.world().now().instant();
        match self.face.lock.wait(&caller.actor.name, now).filter(|_| self.call.operation.is_fetch) {
            Some(seconds) => Err(Fault::from(Code::Locked).with(header::RETRY_AFTER, seconds.to_string())),
            None => Ok((permitted, ())),
        }
    }
}

async fn carry_out(face: &Face, call: &Call<'_>, cx: &Cx<'_>, caller: &Caller) -> Result<Reply, Fault> {
    let body = call.body.as_ref().map_err(Clone::clone)?;
    if call.query.len() > face.settings.query {
        return Err(Code::Request.into());
    }
    let variables = Variables::of(call.template, call.path).ok_or(Code::Request)?;
    let exchange = Exchange { cx: *cx, is_service: caller.is_service, call, variables, body };
    handlers::act(call.operation.act, &exchange).await
}
