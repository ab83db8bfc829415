//! From a request to its answer, and in which order a request is looked at: who asks, whether they may, whether they have asked
//! too often, whether it can be understood; then what it names, whether that is theirs to give, whether it is right, and
//! whether something else stands in the way. The last four are the handlers'.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Payload};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, Route};
use face::{Lost, Variables};
use hydra::Method;
use resource::{Admission, Cx, Door, Permitted};

use crate::caller::{self, Caller};
use crate::error::{Code, Fault};
use crate::exchange::{Call, Exchange};
use crate::operation::{self, BASE, Operation};
use crate::reply::{self, Reply};
use crate::{Cloudentity, handlers};

impl face::Face for Cloudentity {
    type Operation = Operation;

    const NAME: &'static str = "cloudentity";
    const BASES: &'static [&'static str] = &[BASE];

    fn operations() -> impl Iterator<Item = (String, Method, &'static Operation)> {
        operation::paths().map(|(_, path, operation)| (path, operation.method, operation))
    }

    fn beside() -> Vec<(String, Method, Route)> {
        vec![(format!("{BASE}/alive"), Method::Get, web::route().to(reply::alive))]
    }

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

    fn lost(&self, lost: Lost) -> HttpResponse {
        say(lost)
    }
}

/// How this face says what became of an answer that was lost.
fn say(lost: Lost) -> HttpResponse {
    let code = match lost {
        Lost::Refused(StatusCode::NOT_FOUND) => Code::Route,
        Lost::Refused(_) | Lost::Unread(_) => Code::Request,
        Lost::Late => Code::Busy,
        Lost::Broken => Code::Internal,
        Lost::Done => Code::Lost,
        Lost::Unknown => Code::Unknown,
    };
    let fault = Fault::from(code);
    let fault = if lost == Lost::Late { fault.with(header::RETRY_AFTER, "1") } else { fault };
    let mut response = fault.respond();
    *response.status_mut() = lost.status();
    response
}

impl Cloudentity {
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
    face: &'a Cloudentity,
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

async fn carry_out(face: &Cloudentity, call: &Call<'_>, cx: &Cx<'_>, caller: &Caller) -> Result<Reply, Fault> {
    let body = call.body.as_ref().map_err(Clone::clone)?;
    if call.query.len() > face.settings.query {
        return Err(Code::Request.into());
    }
    let variables = Variables::of(call.template, call.path).ok_or(Code::Request)?;
    let public_path = &face.settings.public_path;
    let exchange = Exchange { cx: *cx, is_service: caller.is_service, public_path, call, variables, body };
    handlers::act(call.operation.act, &exchange).await
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody;
    use serde_json::Value as Json;

    use super::*;

    #[test]
    fn whatever_is_lost_is_answered_in_the_form_of_this_face() {
        let refused = [400, 404, 408, 413, 431].map(|status| Lost::Refused(StatusCode::from_u16(status).unwrap()));
        for lost in refused.into_iter().chain([Lost::Late, Lost::Broken, Lost::Done, Lost::Unknown]) {
            let response = say(lost);
            assert_eq!(response.status(), lost.status());
            assert_eq!(response.headers().contains_key(header::RETRY_AFTER), lost == Lost::Late);
            let body: Json = serde_json::from_slice(&response.into_body().try_into_bytes().unwrap()).unwrap();
            assert!(body["code"].is_string() && body["message"].is_string(), "{body}");
            let is_certain = matches!(lost, Lost::Late | Lost::Broken);
            assert_eq!(body["message"].as_str().unwrap().contains("Nothing was changed"), is_certain, "{body}");
        }
    }
}
