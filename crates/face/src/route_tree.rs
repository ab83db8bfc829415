//! Which handler a request is for: radix trees of the templates of all paths, and what there is at each by method.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_service::{Service, ServiceFactory};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::web::ServiceConfig;
use actix_web::{Error, HttpMessage as _, Route, http};
use futures_util::future::{LocalBoxFuture, try_join_all};
use hydra::Method;
use matchit::Router;

use crate::Place;
use crate::path::is_within;
use crate::place::method;

/// In the extensions of a request that somebody wants to know of for what path it is: the template, once that is found.
#[derive(Debug, Clone, Default)]
pub struct Matched(Rc<OnceCell<Arc<str>>>);

impl Matched {
    /// The template; none where there is no such path.
    pub fn template(&self) -> Option<&str> {
        self.0.get().map(|template| &**template)
    }
}

/// Places at the templates of their paths. Where a word and a variable both fit a segment, the word is meant, unless what follows fits
/// only the variable. A branch has all that is below its base: what is not there is nowhere else.
pub struct RouteTree {
    branches: Vec<Branch>,
    routes: Vec<Route>,
    templates: Vec<String>,
}

impl RouteTree {
    /// A tree without places, and what answers for what is nowhere in it.
    pub fn new(miss: Route) -> Self {
        let mut tree = Self { branches: Vec::new(), routes: Vec::new(), templates: Vec::new() };
        tree.branch("", miss);
        tree
    }

    /// Grows a branch that has a path and all that is below it, and says what answers for what is nowhere in it. What is put there is
    /// put there afterwards.
    pub fn branch(&mut self, base: &'static str, miss: Route) {
        let branch = Branch { base, places: Router::new(), miss: self.route(miss) };
        // The longest that fits is meant.
        let at = self.branches.partition_point(|other| other.base.len() > base.len());
        self.branches.insert(at, branch);
    }

    /// Puts a place at a path, whose variables are in braces.
    ///
    /// # Panics
    /// There is something already, or nobody could tell which of two is meant.
    pub fn add(&mut self, template: &str, place: Place) {
        let Place { routes, options, refuse } = place;
        let routes = routes.into_iter().map(|(method, route)| (method, self.route(route))).collect();
        let (options, refuse) = (self.route(options), self.route(refuse));
        let methods = Methods { template: template.into(), routes, options, refuse };
        let branch = self.branches.iter_mut().find(|branch| branch.has(template)).expect("the last has all");
        branch
            .places
            .insert(template, methods)
            .unwrap_or_else(|error| panic!("nothing can be put at {template}: {error}"));
        self.templates.push(template.to_owned());
    }

    /// Whether there is anything at or below a path of one segment.
    pub fn begins_with(&self, segment: &str) -> bool {
        self.templates.iter().any(|template| template.split('/').nth(1) == Some(segment))
    }

    /// Mounts them all, for whatever is not mounted otherwise.
    pub fn mount(self, config: &mut ServiceConfig) {
        let Self { branches, routes, templates: _ } = self;
        config.default_service(Mounted { branches: branches.into(), routes });
    }

    fn route(&mut self, route: Route) -> usize {
        self.routes.push(route);
        self.routes.len() - 1
    }
}

/// All that is at a path and below it; routes by their numbers.
struct Branch {
    base: &'static str,
    places: Router<Methods>,
    miss: usize,
}

struct Methods {
    template: Arc<str>,
    routes: Vec<(Method, usize)>,
    options: usize,
    refuse: usize,
}

impl Branch {
    fn has(&self, path: &str) -> bool {
        self.base.is_empty() || is_within(path, self.base)
    }

    fn find(&self, path: &str) -> Option<&Methods> {
        self.places.at(path).ok().map(|found| found.value)
    }
}

impl Methods {
    fn route(&self, asked: &http::Method) -> usize {
        let known = method(asked).and_then(|asked| self.routes.iter().find(|(method, _)| *method == asked));
        match known {
            Some((_, route)) => *route,
            None if *asked == http::Method::OPTIONS => self.options,
            None => self.refuse,
        }
    }
}

/// The tree as each worker makes it.
struct Mounted {
    branches: Rc<[Branch]>,
    routes: Vec<Route>,
}

/// A handler as a worker has it.
type Handler = <Route as ServiceFactory<ServiceRequest>>::Service;

impl ServiceFactory<ServiceRequest> for Mounted {
    type Response = ServiceResponse;
    type Error = Error;
    type Config = ();
    type Service = Handlers;
    type InitError = ();
    type Future = LocalBoxFuture<'static, Result<Handlers, ()>>;

    fn new_service(&self, (): ()) -> Self::Future {
        let branches = Rc::clone(&self.branches);
        let handlers = try_join_all(self.routes.iter().map(|route| route.new_service(())));
        Box::pin(async move { Ok(Handlers { branches, handlers: handlers.await? }) })
    }
}

/// The tree as it answers.
struct Handlers {
    branches: Rc<[Branch]>,
    handlers: Vec<Handler>,
}

impl Service<ServiceRequest> for Handlers {
    type Response = ServiceResponse;
    type Error = Error;
    type Future = <Handler as Service<ServiceRequest>>::Future;

    fn poll_ready(&self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        // What need not be percent-encoded is not.
        let path = request.match_info().unprocessed();
        let branch = self.branches.iter().find(|branch| branch.has(path)).expect("the last has all");
        let found = branch.find(path);
        if let (Some(found), Some(matched)) = (found, request.extensions().get::<Matched>()) {
            let _ = matched.0.set(Arc::clone(&found.template));
        }
        let route = found.map_or(branch.miss, |found| found.route(request.method()));
        self.handlers[route].call(request)
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use actix_web::test::{TestRequest, call_and_read_body, init_service};
    use actix_web::{App, HttpResponse, web};

    use super::*;

    fn says(text: &'static str) -> Route {
        web::route().to(move || ready(HttpResponse::Ok().body(text)))
    }

    fn tree(templates: &[&'static str]) -> RouteTree {
        let mut tree = RouteTree::new(says("nowhere"));
        tree.branch("/a", says("missed"));
        tree.branch("/a/base", says("not in the base"));
        tree.branch("/missing", says("missing"));
        for template in templates {
            let routes = vec![(Method::Get, says(template)), (Method::Delete, says("deleted"))];
            tree.add(template, Place::of(routes, |_, allow| HttpResponse::Ok().body(allow.to_owned())));
        }
        tree
    }

    #[tokio::test]
    async fn each_path_is_reached_and_what_is_nowhere_is_missed() {
        let mount = |config: &mut ServiceConfig| {
            let tree = tree(&[
                "/",
                "/a",
                "/a/{b}",
                "/a/word",
                "/a/word/in",
                "/a/{b}/c",
                "/a/{b}/c/{d}",
                "/a/{b}/c/word",
                "/a/{b}/e/f/{g}.json",
                "/h/{i}/{*rest}",
                "/missing/alone",
                "/a/base/c/alone",
            ]);
            tree.mount(config);
        };
        let app = init_service(App::new().configure(mount)).await;
        for (path, said) in [
            ("/", "/"),
            ("/a", "/a"),
            ("/a/x", "/a/{b}"),
            ("/a/word", "/a/word"),
            ("/a/word/in", "/a/word/in"),
            ("/a/x/c", "/a/{b}/c"),
            ("/a/word/c", "/a/{b}/c"),
            ("/a/x/c/y", "/a/{b}/c/{d}"),
            ("/a/x/c/word", "/a/{b}/c/word"),
            ("/a/x/c/words", "/a/{b}/c/{d}"),
            ("/a/x%2Fy/c", "/a/{b}/c"),
            ("/%61/wor%64", "/a/word"),
            ("/a/x/e/f/y.json", "/a/{b}/e/f/{g}.json"),
            ("/a/x/e/f/y.jsonld", "missed"),
            ("/h/x/y/z", "/h/{i}/{*rest}"),
            ("/missing/alone", "/missing/alone"),
            ("/a/x/c/y/z", "missed"),
            ("/a/x/e", "missed"),
            ("/a//c", "missed"),
            ("/a/base/c/alone", "/a/base/c/alone"),
            ("/a/base/c", "not in the base"),
            ("/a/base", "not in the base"),
            ("/%61/bas%65", "not in the base"),
            ("/a/bases", "/a/{b}"),
            ("/missing", "missing"),
            ("/missing/x", "missing"),
            ("/ab", "nowhere"),
            ("/h", "nowhere"),
            ("/aa/x", "nowhere"),
        ] {
            assert_eq!(call_and_read_body(&app, TestRequest::get().uri(path).to_request()).await, said, "{path}");
        }
        for (method, said) in [
            (http::Method::HEAD, "/a/word"),
            (http::Method::DELETE, "deleted"),
            (http::Method::PUT, "GET, HEAD, DELETE, OPTIONS"),
            (http::Method::TRACE, "GET, HEAD, DELETE, OPTIONS"),
            (http::Method::OPTIONS, ""),
        ] {
            let request = TestRequest::with_uri("/a/word").method(method.clone()).to_request();
            assert_eq!(call_and_read_body(&app, request).await, said, "{method}");
        }
    }

    #[test]
    #[should_panic(expected = "nothing can be put at /a/{c}")]
    fn a_path_has_one_place() {
        tree(&["/a/{b}", "/a/{c}"]);
    }
}
