//! From a request to its answer, and in which order a request is looked at: who asks, what customer it names, whether that may
//! be done with it, whether the request can be understood; then whether it is right.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use face::{Lost, Variables};
use hydra::Method;
use resource::customers::record::{Reach, Record};
use resource::rights::policy;
use resource::{Actor, Admission, Credentials, Cx, Door, Error, Permitted};

use crate::exchange::{Exchange, identity};
use crate::fault::Fault;
use crate::message::Message;
use crate::operation::{ADMIN, AUTHENTICATION, Act, BASIC, OPERATIONS, Operation};
use crate::query::QueryValues;
use crate::reply::Reply;
use crate::{Argus, body, handlers};

/// `Argus-API-Key`
const KEY: HeaderName = HeaderName::from_static("argus-api-key");

impl face::Face for Argus {
    type Operation = Operation;

    const NAME: &'static str = "argus";
    const BASES: &'static [&'static str] = &[ADMIN, BASIC, AUTHENTICATION];

    fn operations() -> impl Iterator<Item = (String, Method, &'static Operation)> {
        OPERATIONS.iter().map(|operation| (operation.whole(), operation.method, operation))
    }

    async fn answer(
        &self,
        operation: &'static Operation,
        template: &str,
        request: &HttpRequest,
        payload: Payload,
    ) -> HttpResponse {
        let answered = async {
            let query = request.uri().query().unwrap_or_default();
            let call = Call {
                face: self,
                operation,
                request,
                query: QueryValues::parse(query),
                variables: Variables::of(template, request.uri().path()),
            };
            // Strangers are not listened to any further.
            let admitted = self.identities.admit(&call).await?;
            if query.len() > self.settings.query {
                let most = self.settings.query;
                let message = format!("The query is longer than {most} bytes, the most that is taken here.");
                return Err(Message::action("validation.error", message).into());
            }
            let most = if operation.act == Act::PutLogo { self.settings.picture } else { self.settings.body };
            let body = match operation.method {
                Method::Get => Bytes::new(),
                _ => face::read(request.headers(), payload, most).await?,
            };
            let done = admitted.act(async |cx, _, named| call.carry_out(cx, named, &body).await).await;
            done.map_err(|fault| told(fault, call.query.as_ref().ok(), &body))
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

    fn lost(&self, lost: Lost) -> HttpResponse {
        let template = match lost {
            Lost::Refused(StatusCode::NOT_FOUND) => return Fault::no_path().respond(self.identities.world().now()),
            Lost::Refused(_) | Lost::Unread(_) => "invalid.request",
            Lost::Late => "service.timeout",
            Lost::Broken => "unknown.server.error",
            Lost::Done => "answer.lost",
            Lost::Unknown => "outcome.unknown",
        };
        let fault = Fault::action(lost.status(), template, lost.sentence());
        let fault = if lost == Lost::Late { fault.waiting(1) } else { fault };
        fault.respond(self.identities.world().now())
    }
}

/// A failure that also says what stands where something is wrong.
fn told(mut fault: Fault, query: Option<&QueryValues>, body: &Bytes) -> Fault {
    let body = serde_json::from_slice(hydra::body::unmarked(body)).unwrap_or_default();
    for message in &mut fault.messages {
        if let (Some(field), None) = (&message.field, &message.parameter) {
            let in_query = || query?.text(field).filter(|text| text.len() <= 200).map(str::to_owned);
            message.parameter = body::standing(&body, field).or_else(in_query);
        }
    }
    fault
}

/// A request, as it came.
struct Call<'a> {
    face: &'a Argus,
    operation: &'static Operation,
    request: &'a HttpRequest,
    query: Result<QueryValues, Fault>,
    /// None where one of them is no text.
    variables: Option<Variables<'a>>,
}

/// What is named by a request that somebody may make.
struct Named<'a> {
    query: &'a QueryValues,
    variables: &'a Variables<'a>,
    record: Option<Record>,
}

impl<'a> Admission for &'a Call<'a> {
    type Somebody = Arc<Actor>;
    type Found = Named<'a>;
    type Error = Fault;

    async fn who(&self, anew: bool) -> Result<Arc<Actor>, Fault> {
        let actor = actor(self.face, self.request.headers(), anew).await?;
        self.request.extensions_mut().insert(Arc::clone(&actor));
        Ok(actor)
    }

    async fn permit(&self, door: &Door<'_>, actor: &Arc<Actor>) -> Result<(Permitted, Named<'a>), Fault> {
        let call: &'a Call<'a> = self;
        let query = call.query.as_ref().map_err(Clone::clone)?;
        let variables = call.variables.as_ref().ok_or(Error::NotFound)?;
        let record = match call.operation.has_customer() {
            true => Some(customer(door, variables.get("idOrShortName"), query.text("domain")).await?),
            false => None,
        };
        let permitted = match &call.operation.needs {
            Some(function) => door.function(function, record.as_ref().map(|record| record.id)).await?,
            None => policy::entitled(actor, &[])?,
        };
        Ok((permitted, Named { query, variables, record }))
    }
}

impl Call<'_> {
    async fn carry_out(&self, cx: &Cx<'_>, named: &Named<'_>, body: &Bytes) -> Result<Reply, Fault> {
        let exchange = Exchange {
            cx: *cx,
            face: self.face,
            operation: self.operation,
            query: named.query,
            variables: named.variables,
            headers: self.request.headers(),
            body,
            record: named.record.clone(),
        };
        handlers::act(&exchange).await
    }
}

/// Who sends a request: a user with a key of theirs, or in a session.
async fn actor(face: &Argus, headers: &HeaderMap, anew: bool) -> Result<Arc<Actor>, Fault> {
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

/// A customer by number or, within a domain, by name.
///
/// # Errors
/// There is none, it is in another domain, or it is not the caller's to see.
async fn customer(door: &Door<'_>, id_or_short_name: &str, domain: Option<&str>) -> Result<Record, Fault> {
    let record = door.record(&identity(id_or_short_name).ok_or(Error::NotFound)?, Reach::Tree).await?;
    match domain {
        Some(domain) if door.domain(domain).await?.id != record.domain => Err(Error::NotFound.into()),
        _ => Ok(record),
    }
}
