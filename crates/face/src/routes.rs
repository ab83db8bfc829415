//! Routes: each operation at its place, and answers for what is at none.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::Arc;

use actix_web::http::{self, header};
use actix_web::web::{self, Data, Payload};
use actix_web::{HttpRequest, HttpResponse, Resource, Route, guard};
use hydra::Method;

use crate::Places;

/// A face with a table of operations, which is also the application data that its routes find.
pub trait Face: Sized + 'static {
    /// A row of the table.
    type Operation: 'static;

    /// Answers a request for an operation, at a path of this template.
    fn answer(
        &self,
        operation: &'static Self::Operation,
        template: &str,
        request: &HttpRequest,
        payload: Payload,
    ) -> impl Future<Output = HttpResponse>;

    /// The answer to a method that a path does not have; those that it has are `allow`.
    fn refuse(&self, allow: &str) -> HttpResponse;

    /// The answer where there is no such path.
    fn miss(&self) -> HttpResponse;
}

/// Adds operations, each with its method at the template of its path, below these bases; what else is below them is missed.
pub fn mount<F: Face>(
    places: &mut Places,
    bases: &[&str],
    operations: impl IntoIterator<Item = (String, Method, &'static F::Operation)>,
) {
    let mut paths: BTreeMap<String, Vec<(Method, Route)>> = BTreeMap::new();
    for (path, method, operation) in operations {
        let template: Arc<str> = path.as_str().into();
        let answer = move |request: HttpRequest, face: Data<F>, payload: Payload| {
            let template = Arc::clone(&template);
            async move { face.answer(operation, &template, &request, payload).await }
        };
        paths.entry(path).or_default().push((method, route(method).to(answer)));
    }
    for (path, routes) in paths {
        places.add(&path, |path| place::<F>(path, routes));
    }
    for base in bases {
        places.miss(base, || web::route().to(async |face: Data<F>| face.miss()));
    }
}

/// What there is at a path, by method: OPTIONS tells of it, and another method is refused.
pub fn place<F: Face>(path: &str, routes: Vec<(Method, Route)>) -> Resource {
    let allow: Arc<str> = allow(routes.iter().map(|(method, _)| *method)).into();
    let allowed = Arc::clone(&allow);
    let options = move || ready(HttpResponse::NoContent().insert_header((header::ALLOW, &*allowed)).finish());
    let refuse = move |face: Data<F>| ready(face.refuse(&allow));
    let place = routes.into_iter().fold(web::resource(path), |place, (_, route)| place.route(route));
    place.route(web::method(http::Method::OPTIONS).to(options)).default_service(web::route().to(refuse))
}

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

#[cfg(test)]
mod tests {
    use actix_web::App;
    use actix_web::test::{TestRequest, call_and_read_body, init_service};
    use actix_web::web::ServiceConfig;

    use super::*;

    struct Echo;

    impl Face for Echo {
        type Operation = &'static str;

        async fn answer(&self, operation: &'static &'static str, _: &str, _: &HttpRequest, _: Payload) -> HttpResponse {
            HttpResponse::Ok().body(*operation)
        }

        fn refuse(&self, allow: &str) -> HttpResponse {
            HttpResponse::Ok().body(allow.to_owned())
        }

        fn miss(&self) -> HttpResponse {
            HttpResponse::Ok().body("missed")
        }
    }

    #[tokio::test]
    async fn a_path_has_the_methods_of_its_operations() {
        let mount = |config: &mut ServiceConfig| {
            let operations = [
                ("/a/{thing}", Method::Get, &"one"),
                ("/a/{thing}", Method::Delete, &"none"),
                ("/a/search", Method::Post, &"search"),
                ("/a/{thing}/parts/{part}", Method::Get, &"part"),
                ("/a/{thing}/parts/search", Method::Get, &"parts"),
            ];
            let mut places = Places::default();
            mount::<Echo>(&mut places, &["/a"], operations.map(|(path, method, said)| (path.to_owned(), method, said)));
            places.mount(config);
        };
        let app = init_service(App::new().app_data(Data::new(Echo)).configure(mount)).await;
        for (path, said) in [
            ("/a/1", "one"),
            ("/a/search", "POST, OPTIONS"),
            ("/a/1/parts/2", "part"),
            ("/a/1/parts/search", "parts"),
            ("/a", "missed"),
            ("/a/1/2", "missed"),
        ] {
            assert_eq!(call_and_read_body(&app, TestRequest::get().uri(path).to_request()).await, said, "{path}");
        }
        let patch = TestRequest::patch().uri("/a/1").to_request();
        assert_eq!(call_and_read_body(&app, patch).await, "GET, HEAD, DELETE, OPTIONS");
    }
}
