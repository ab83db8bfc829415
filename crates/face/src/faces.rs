//! Faces: parts of the paths with a table of operations, and words of their own for whatever is not answered by one of them.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::future::ready;
use std::sync::Arc;

use actix_web::web::{self, Payload};
use actix_web::{HttpRequest, HttpResponse, Route};
use hydra::Method;

use crate::path::is_within;
use crate::{Lost, Place, RouteTree};

/// A face with a table of operations.
pub trait Face: Debug + Send + Sync + Sized + 'static {
    /// A row of the table.
    type Operation: 'static;

    /// What it is called where requests are counted.
    const NAME: &'static str;

    /// The paths that all of it is below.
    const BASES: &'static [&'static str];

    /// The operations, each with its method at the template of its path.
    fn operations() -> impl Iterator<Item = (String, Method, &'static Self::Operation)>;

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

    /// The answer to a request that its handler did not answer.
    fn lost(&self, lost: Lost) -> HttpResponse;

    /// What there is beside the operations, by method at the templates of paths.
    fn beside() -> Vec<(String, Method, Route)> {
        Vec::new()
    }
}

/// A face, whichever it is, as the service has it.
pub trait AnyFace: Debug + Send + Sync {
    /// As [`Face::NAME`].
    fn name(&self) -> &'static str;
    /// Whether a path is in it.
    fn has(&self, path: &str) -> bool;
    /// As [`Face::lost`].
    fn lost(&self, lost: Lost) -> HttpResponse;
    /// Adds its operations, and what is said to whatever else is asked for below its paths.
    fn mount(self: Arc<Self>, tree: &mut RouteTree);
}

impl<F: Face> AnyFace for F {
    fn name(&self) -> &'static str {
        F::NAME
    }

    fn has(&self, path: &str) -> bool {
        F::BASES.iter().any(|base| is_within(path, base))
    }

    fn lost(&self, lost: Lost) -> HttpResponse {
        Face::lost(self, lost)
    }

    fn mount(self: Arc<Self>, tree: &mut RouteTree) {
        for base in F::BASES {
            let face = Arc::clone(&self);
            tree.branch(base, web::route().to(move || ready(face.miss())));
        }
        let mut paths: BTreeMap<String, Vec<(Method, Route)>> = BTreeMap::new();
        for (path, method, route) in F::beside() {
            paths.entry(path).or_default().push((method, route));
        }
        for (path, method, operation) in F::operations() {
            let (face, template): (_, Arc<str>) = (Arc::clone(&self), path.as_str().into());
            let answer = move |request: HttpRequest, payload: Payload| {
                let (face, template) = (Arc::clone(&face), Arc::clone(&template));
                async move { face.answer(operation, &template, &request, payload).await }
            };
            paths.entry(path).or_default().push((method, web::route().to(answer)));
        }
        for (path, routes) in paths {
            let face = Arc::clone(&self);
            tree.add(&path, Place::of(routes, move |_, allow| face.refuse(allow)));
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::App;
    use actix_web::test::{TestRequest, call_and_read_body, init_service};
    use actix_web::web::ServiceConfig;

    use super::*;

    #[derive(Debug)]
    struct Echo;

    impl Face for Echo {
        type Operation = &'static str;
        const NAME: &'static str = "a";
        const BASES: &'static [&'static str] = &["/a"];

        fn operations() -> impl Iterator<Item = (String, Method, &'static &'static str)> {
            let operations: [(&str, Method, &'static &'static str); 5] = [
                ("/a/{thing}", Method::Get, &"one"),
                ("/a/{thing}", Method::Delete, &"none"),
                ("/a/search", Method::Post, &"search"),
                ("/a/{thing}/parts/{part}", Method::Get, &"part"),
                ("/a/{thing}/parts/search", Method::Get, &"parts"),
            ];
            operations.into_iter().map(|(path, method, said)| (path.to_owned(), method, said))
        }

        async fn answer(&self, operation: &'static &'static str, _: &str, _: &HttpRequest, _: Payload) -> HttpResponse {
            HttpResponse::Ok().body(*operation)
        }

        fn refuse(&self, allow: &str) -> HttpResponse {
            HttpResponse::Ok().body(allow.to_owned())
        }

        fn miss(&self) -> HttpResponse {
            HttpResponse::Ok().body("missed")
        }

        fn lost(&self, lost: Lost) -> HttpResponse {
            HttpResponse::build(lost.status()).finish()
        }
    }

    #[test]
    fn a_path_is_in_a_face_whose_bases_it_is_below() {
        for (path, is_in) in
            [("/a", true), ("/a/", true), ("/a/b", true), ("/ab", false), ("/", false), ("/b/a", false)]
        {
            assert_eq!(AnyFace::has(&Echo, path), is_in, "{path}");
        }
    }

    #[tokio::test]
    async fn a_path_has_the_methods_of_its_operations() {
        let mount = |config: &mut ServiceConfig| {
            let mut tree = RouteTree::new(web::route().to(|| ready(HttpResponse::NotFound().finish())));
            Arc::new(Echo).mount(&mut tree);
            tree.mount(config);
        };
        let app = init_service(App::new().configure(mount)).await;
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
