//! The verbs, for whatever is served. A route exists because a class's table has the operation, and for no other reason.

mod class;
mod collection;
mod there;

use std::sync::Arc;

use actix_web::http::header;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, Route, web};
use face::{Place, RouteTree};
use hydra::{Method, OperationDef};
use resource::rights::policy;
use resource::served::{Served, ServedClass, ServedCollection};
use resource::{Actor, Error, SERVED};
use vocab::value::CustomerId;

use crate::body::{ACCEPT_PATCH, ACCEPT_POST, ACCEPTED, ACCEPTED_PATCH, takes_several};
use crate::exchange::{Exchange, actor, key};
use crate::failure::Failure;
use crate::place;
use crate::repeatable::once;
use crate::{Portico, session};

pub use class::{Beside, glance as glance_at_one, remove_beside, retrieve, update_beside};
pub use collection::{glance, list};

/// Of what is served, that which is at a path. Where several templates fit, the one with the fewest variables is meant.
pub fn at<T>(all: impl Iterator<Item = T>, served: impl Fn(&T) -> &'static dyn Served, path: &str) -> Option<T> {
    let fitting = all.filter(|one| served(one).key(path).is_some());
    fitting.min_by_key(|one| served(one).path().matches('{').count())
}

/// Mounts every class and every collection, with the methods of their tables; some of them served in a way of their own.
pub fn all(tree: &mut RouteTree, own: impl Fn(&'static dyn ServedClass, Method) -> Option<Route> + Copy + 'static) {
    for class in SERVED {
        let route = |operation: &'static OperationDef| {
            own(*class, operation.method).unwrap_or_else(|| of_class(*class, operation))
        };
        tree.add(class.path().as_str(), at_path(*class, route));
    }
    for collection in resource::collections() {
        tree.add(collection.path().as_str(), at_path(collection, |operation| of_collection(collection, operation)));
    }
}

/// What is served at a path: what its table has, OPTIONS which tells who may do what, and 405 for all that it does not have.
fn at_path(served: &'static dyn Served, route: impl Fn(&'static OperationDef) -> Route) -> Place {
    let routes = served.operations().iter().map(|operation| (operation.method, route(operation))).collect();
    let options = move |request: HttpRequest, app: Data<Portico>| async move { options(&request, &app, served).await };
    place::of("resource", routes).telling(web::route().to(options))
}

/// A handler of requests for something, with or without their bodies.
macro_rules! handler {
    ($handle:path, $served:ident) => {
        move |request: HttpRequest, app: Data<Portico>| $handle($served, request, app)
    };
    ($handle:path, $served:ident, payload) => {
        move |request: HttpRequest, app: Data<Portico>, payload: Payload| $handle($served, request, app, payload)
    };
}

fn of_class(class: &'static dyn ServedClass, operation: &'static OperationDef) -> Route {
    let route = web::route();
    match operation.method {
        Method::Get => route.to(handler!(class::retrieve, class)),
        Method::Put => route.to(handler!(class::replace, class, payload)),
        Method::Patch => route.to(handler!(class::update, class, payload)),
        Method::Delete => route.to(handler!(class::remove, class)),
        Method::Post => route.to(move |request: HttpRequest, app: Data<Portico>, payload: Payload| {
            once(class, request, app, payload, |request, app, payload| {
                Box::pin(class::submit(class, request, app, payload))
            })
        }),
    }
}

fn of_collection(collection: &'static dyn ServedCollection, operation: &'static OperationDef) -> Route {
    let route = web::route();
    match operation.method {
        Method::Get => route.to(handler!(collection::list, collection)),
        Method::Post => route.to(move |request: HttpRequest, app: Data<Portico>, payload: Payload| {
            once(collection, request, app, payload, |request, app, payload| match takes_several(operation) {
                true => Box::pin(collection::several(collection, Method::Post, request, app, payload)),
                false => Box::pin(collection::create(collection, request, app, payload)),
            })
        }),
        Method::Patch | Method::Put => {
            let method = operation.method;
            route.to(move |request: HttpRequest, app: Data<Portico>, payload: Payload| {
                collection::several(collection, method, request, app, payload)
            })
        }
        Method::Delete => unreachable!("a collection is not removed"),
    }
}

fn allow<'a>(operations: impl IntoIterator<Item = &'a OperationDef>) -> String {
    face::allow(operations.into_iter().map(|operation| operation.method))
}

/// What can be done here: by whoever signs in with the request, or by somebody.
async fn options(request: &HttpRequest, app: &Portico, served: &'static dyn Served) -> HttpResponse {
    let signs_in = session::credentials(app, request).is_some();
    let offered = match signs_in {
        true => offered(request, app, served).await,
        false => served.operations().iter().collect(),
    };
    let mut response = HttpResponse::NoContent();
    if offered.iter().any(|operation| operation.method == Method::Post) {
        response.insert_header((ACCEPT_POST, ACCEPTED));
    }
    if offered.iter().any(|operation| operation.method == Method::Patch) {
        response.insert_header((ACCEPT_PATCH, ACCEPTED_PATCH));
    }
    response.insert_header((header::ALLOW, allow(offered))).finish()
}

/// What a document would offer whoever signs in with a request; where they may read none, what they may do all the same.
async fn offered(request: &HttpRequest, app: &Portico, served: &'static dyn Served) -> Vec<&'static OperationDef> {
    let customer = key(request, served).ok().and_then(|key| key.customer()).map(CustomerId);
    let (actor, operations) = match taken(request, app, served).await {
        Ok(taken) => taken,
        Err(_) => match actor(app, request, true).await {
            Ok(actor) => (actor, served.operations().iter().collect()),
            // Who is nobody is told what somebody can do.
            Err(_) => return served.operations().iter().collect(),
        },
    };
    if let Some(customer) = customer {
        // Where it cannot be told what is seen, nothing is offered.
        let _ = app.identities.door(&actor).sight(customer).await;
    }
    operations.into_iter().filter(|operation| policy::allowed(&actor, operation, customer)).collect()
}

/// What that which is there takes, for somebody who may read it.
async fn taken(
    request: &HttpRequest,
    app: &Portico,
    served: &'static dyn Served,
) -> Result<(Arc<Actor>, Vec<&'static OperationDef>), Failure> {
    if served.operations().iter().all(|operation| operation.method != Method::Get) {
        return Err(Error::NotFound.into());
    }
    let admitted = Exchange::new(request, app, served, Method::Get).admit().await?;
    admitted.act(async |cx| served.offered(cx, admitted.key()).await).await
}
