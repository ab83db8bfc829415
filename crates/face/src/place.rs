//! What there is at a path: a handler for each method, and what is said of the others.

use std::future::ready;
use std::sync::Arc;

use actix_web::http::{self, header};
use actix_web::{HttpRequest, HttpResponse, Route, web};
use hydra::Method;

/// What there is at a path.
pub struct Place {
    pub(crate) routes: Vec<(Method, Route)>,
    pub(crate) options: Route,
    pub(crate) refuse: Route,
}

impl Place {
    /// Handlers by method. That for GET takes HEAD, too, whose body is left out on the wire. OPTIONS tells what `Allow` says, and another
    /// method is refused with that.
    pub fn of(
        routes: Vec<(Method, Route)>,
        refuse: impl Fn(&HttpRequest, &str) -> HttpResponse + Clone + 'static,
    ) -> Self {
        let allow: Arc<str> = allow(routes.iter().map(|(method, _)| *method)).into();
        let allowed = Arc::clone(&allow);
        let options = move || ready(HttpResponse::NoContent().insert_header((header::ALLOW, &*allowed)).finish());
        let refuse = move |request: HttpRequest| ready(refuse(&request, &allow));
        Self { routes, options: web::route().to(options), refuse: web::route().to(refuse) }
    }

    /// The same, where OPTIONS tells more.
    #[must_use]
    pub fn telling(self, options: Route) -> Self {
        Self { options, ..self }
    }
}

/// The method of ours that a request has, where it is one.
pub(crate) fn method(method: &http::Method) -> Option<Method> {
    match *method {
        http::Method::GET | http::Method::HEAD => Some(Method::Get),
        http::Method::POST => Some(Method::Post),
        http::Method::PUT => Some(Method::Put),
        http::Method::PATCH => Some(Method::Patch),
        http::Method::DELETE => Some(Method::Delete),
        _ => None,
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
