//! What there is at a path, in the words of the service: what it has not is refused as a problem.

use actix_web::web::{self, Data};
use actix_web::{FromRequest, Handler, HttpResponse, Route};
use face::Place;
use hydra::Method;

use crate::failure::Failure;
use crate::{Portico, asked};

/// Handlers by method, and what the thing that they are of is called.
pub fn of(what: &'static str, routes: Vec<(Method, Route)>) -> Place {
    Place::of(routes, move |request, allow| {
        let app: &Data<Portico> = request.app_data().expect("a request is the service's");
        Failure::not_a_method(request.method(), what, allow).respond(&asked::path(request), app)
    })
}

/// Something that is only read.
pub fn fixed<F, A>(handler: F) -> Place
where
    F: Handler<A, Output = HttpResponse>,
    A: FromRequest + 'static,
{
    of("document", vec![(Method::Get, web::route().to(handler))])
}
