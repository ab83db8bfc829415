//! The deletion of a customer's data, which takes an authorisation beside the right to do it.

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderName;
use actix_web::web::{self, Data, Payload};
use actix_web::{HttpRequest, HttpResponse, Route};
use face::Preferences;
use hydra::{Class, Method, Purpose, expand};
use resource::customers::prune;
use resource::rights::authorisation;
use resource::served::ServedClass;
use resource::{Cx, Resource};
use vocab::{CustomerData, CustomerKey, PruneAuthorization};

use crate::Portico;
use crate::answer::iri;
use crate::body::understood;
use crate::conditional::precondition;
use crate::exchange::Exchange;
use crate::failure::Failure;
use crate::problem::settle;

/// The header that brings the authorisation along; a body can, too, but some do not let DELETE have one.
const PRUNE_AUTHORIZATION: HeaderName = HeaderName::from_static("prune-authorization");

/// The route of the class that is its own.
pub fn route(class: &'static dyn ServedClass, method: Method) -> Option<Route> {
    (class.class().name == CustomerData::NAME && method == Method::Delete).then(|| {
        web::route()
            .to(move |request: HttpRequest, app: Data<Portico>, payload: Payload| remove(class, request, app, payload))
    })
}

async fn remove(
    class: &'static dyn ServedClass,
    request: HttpRequest,
    app: Data<Portico>,
    payload: Payload,
) -> HttpResponse {
    let reply = async {
        let admitted = Exchange::new(&request, &app, class, Method::Delete).admit().await?;
        let key: &CustomerKey = admitted.key().of();
        admitted.act(async |cx| CustomerData::owner_is_there(cx, key).await).await?;
        let path = expand(CustomerData::CLASS.path, key);
        let on = precondition(request.headers(), &path);
        let token = match request.headers().get(PRUNE_AUTHORIZATION) {
            Some(token) => token.to_str().ok().map(String::from),
            None => {
                let target = iri(&app, &path);
                let body =
                    understood(&request, &app, payload, Method::Delete, &target, PruneAuthorization::CLASS).await?;
                let strict = Preferences::of(request.headers()).strict;
                hydra::read::<PruneAuthorization>(body, Purpose::Refer, strict)?.token.value().map(String::from)
            }
        };
        let act = async |cx: &Cx<'_>| {
            on.check(CustomerData::fetch(cx, key).await?.version)?;
            match token.as_deref().and_then(|token| authorisation::read(cx, token, false)) {
                Some(authorised) => prune::prune(cx, key.customer, &authorised).await,
                None => Ok(false),
            }
        };
        match admitted.act(act).await? {
            (_, true) => Ok(HttpResponse::NoContent().finish()),
            (_, false) => Err(Failure::new(
                StatusCode::FORBIDDEN,
                "It takes an authorisation that holds and was not used: POST to pruneAuthorization of this resource, and \
                 send the token in the header Prune-Authorization or in the body.",
            )),
        }
    };
    settle(reply.await, &request, &app)
}
