//! A request and its answer, and in which order a request is looked at: who asks, what customer it names, whether that may
//! be done with it, whether the request can be understood; then whether it is right.

use std::sync::Arc;

use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use face::Variables;
use hydra::Method;
use resource::record::{self, Identity, Record, Rule};
use resource::{Actor, Credentials, Cx, Error, Retry, domain, function};

use crate::body::{self, Body};
use crate::envelope::Reply;
use crate::fault::Fault;
use crate::message::Message;
use crate::operation::{Act, Operation};
use crate::query::Query;
use crate::{Face, Single, handlers};

/// `Argus-API-Key`
const KEY: HeaderName = HeaderName::from_static("argus-api-key");

/// A request by somebody who may make it.
pub struct Exchange<'a> {
    /// Who asks, the rules, the time.
    pub cx: Cx<'a>,
    /// The face.
    pub face: &'a Face,
    /// The operation.
    pub operation: &'static Operation,
    /// The parameters of the query.
    pub query: &'a Query,
    variables: &'a Variables<'a>,
    headers: &'a HeaderMap,
    body: &'a Bytes,
    record: Option<Record>,
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
    pub fn body(&self) -> Result<Body, Fault> {
        if !self.body.is_empty() {
            return Body::parse(self.body);
        }
        let hint = match self.operation.act {
            Act::Update => " To disable a customer, PUT to its path followed by /disable.",
            _ => "",
        };
        Err(Message::action("request.body.required", format!("A JSON body is required.{hint}")).into())
    }

    /// Whether the client has a representation already, by its tag.
    pub fn is_known(&self, tag: &str) -> bool {
        let tags = self.headers.get_all(header::IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
        tags.flat_map(|tags| tags.split(','))
            .map(str::trim)
            .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
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
        let answered = async {
            // Strangers are not listened to any further.
            let known = self.identities.persist(async |anew| actor(self, request.headers(), anew).await).await?;
            let most = if operation.act == Act::PutLogo { self.settings.picture } else { self.settings.body };
            let call = Call {
                operation,
                request,
                query: Query::parse(request.uri().query().unwrap_or_default())?,
                too_long: request.uri().query().unwrap_or_default().len() > self.settings.query,
                variables: Variables::of(template, request.uri().path()),
                body: match operation.method {
                    Method::Get => Bytes::new(),
                    _ => face::read(payload, most).await?,
                },
            };
            attempt(self, &call, &known).await.map_err(|fault| told(fault, &call))
        };
        match answered.await {
            Ok(reply) => reply.respond(),
            Err(fault) => fault.respond(self.identities.world().now()),
        }
    }

    fn refuse(&self, allow: &str) -> HttpResponse {
        Fault::method(allow).respond(self.identities.world().now())
    }

    fn miss(&self) -> HttpResponse {
        Fault::no_path().respond(self.identities.world().now())
    }
}

/// A failure that also says what stands where something is wrong.
fn told(mut fault: Fault, call: &Call<'_>) -> Fault {
    let body = serde_json::from_slice(&call.body).unwrap_or_default();
    for message in &mut fault.messages {
        if let (Some(field), None) = (&message.field, &message.parameter) {
            let in_query = || call.query.text(field).filter(|text| text.len() <= 200).map(str::to_owned);
            message.parameter = body::standing(&body, field).or_else(in_query);
        }
    }
    fault
}

struct Call<'a> {
    operation: &'static Operation,
    request: &'a HttpRequest,
    query: Query,
    too_long: bool,
    /// None where one of them is no text.
    variables: Option<Variables<'a>>,
    body: Bytes,
}

/// Who sends a request: a user with a key of theirs, or in a session.
async fn actor(face: &Face, headers: &HeaderMap, anew: bool) -> Result<Arc<Actor>, Fault> {
    let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(key) = text(&KEY) {
        return Ok(face.identities.authenticate_user_key(key, anew).await?);
    }
    match text(&header::AUTHORIZATION) {
        Some(value) if value.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer ")) => {
            Ok(face.identities.authenticate(Credentials(value), anew).await?)
        }
        Some(_) => Err(Fault::unauthenticated(
            "Only a Bearer token is taken in Authorization here; send a key as Argus-API-Key: userID/keyID/secret.",
        )),
        None => Err(Fault::unauthenticated("No key was sent: send Argus-API-Key: userID/keyID/secret.")),
    }
}

/// Carries a request out; again if somebody's authority has changed meanwhile.
async fn attempt(face: &Face, call: &Call<'_>, known: &Arc<Actor>) -> Result<Reply, Fault> {
    let present = async || actor(face, call.request.headers(), true).await;
    let attempt = async |anew: bool| {
        if anew {
            return answer(face, call, &present().await?).await;
        }
        match answer(face, call, known).await {
            // What is remembered of somebody refuses nobody: their present state does.
            Err(fault) if !fault.is_stale() => match present().await? {
                actor if actor.epoch == known.epoch => Err(fault),
                actor => answer(face, call, &actor).await,
            },
            done => done,
        }
    };
    face.identities.persist(attempt).await
}

async fn answer(face: &Face, call: &Call<'_>, actor: &Arc<Actor>) -> Result<Reply, Fault> {
    call.request.extensions_mut().insert(Arc::clone(actor));
    let (cx, operation) = (face.identities.cx(actor), call.operation);
    let variables = call.variables.as_ref().ok_or(Error::NotFound)?;
    let mut exchange = Exchange {
        cx,
        face,
        operation,
        query: &call.query,
        variables,
        headers: call.request.headers(),
        body: &call.body,
        record: None,
    };
    if operation.has_customer() {
        let record = customer(&cx, exchange.variable("idOrShortName"), call.query.text("domain")).await?;
        exchange.record = Some(record);
    }
    if let Some(needed) = &operation.needs {
        function::permit(&cx, needed, exchange.record.as_ref().map(|record| record.id)).await?;
    }
    if call.too_long {
        let message = format!("The query is longer than {} bytes, the most that is taken here.", face.settings.query);
        return Err(Message::action("validation.error", message).into());
    }
    handlers::act(&exchange).await
}

/// A customer by number or, within a domain, by name.
///
/// # Errors
/// There is none, it is in another domain, or it is not the caller's to see.
async fn customer(cx: &Cx<'_>, id_or_short_name: &str, domain: Option<&str>) -> Result<Record, Fault> {
    let record = record::find(cx, &identity(id_or_short_name).ok_or(Error::NotFound)?, Rule::Tree).await?;
    match domain {
        Some(domain) if domain::find(cx, domain).await?.id != record.domain => Err(Error::NotFound.into()),
        _ => Ok(record),
    }
}

/// What a customer is named by.
pub fn identity(id_or_short_name: &str) -> Option<Identity> {
    Identity::of_address(id_or_short_name.trim())
}
