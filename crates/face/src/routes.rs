//! Routes by method, and what is said of the methods of a path.

use actix_web::web;
use actix_web::{Route, guard};
use hydra::Method;

/// A route for a method. That for GET takes HEAD, too, whose body is left out on the wire.
pub fn route(method: Method) -> Route {
    match method {
        Method::Get => web::route().guard(guard::Any(guard::Get()).or(guard::Head())),
        Method::Post => web::post(),
        Method::Put => web::put(),
        Method::Patch => web::patch(),
        Method::Delete => web::delete(),
    }
}

/// What `Allow` says of a path with these methods.
pub fn allow(methods: impl IntoIterator<Item = Method>) -> String {
    let mut methods: Vec<_> = methods.into_iter().collect();
    methods.sort_unstable();
    let mut names: Vec<_> = methods.iter().map(|method| method.name()).collect();
    if names.first() == Some(&"GET") {
        names.insert(1, "HEAD");
    }
    names.push("OPTIONS");
    names.join(", ")
}
