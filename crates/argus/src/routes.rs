//! Routes: each row of the table at its place, and answers for what is at none.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::http::header;
use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource, Route};

use crate::Face;
use crate::exchange::exchange;
use crate::fault::Fault;
use crate::operation::{ADMIN, AUTHENTICATION, BASIC, OPERATIONS, Operation, Verb};

const BASES: [&str; 3] = [ADMIN, BASIC, AUTHENTICATION];

/// Whether a path is in this face.
pub fn has(path: &str) -> bool {
    let within = |base: &str| path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    BASES.iter().any(|base| within(base))
}

/// The answer to a request in this face that was lost on its way, to time or to a fault.
pub fn lost(face: &Face, status: StatusCode) -> HttpResponse {
    let fault = match status {
        StatusCode::NOT_FOUND => Fault::no_path(),
        StatusCode::SERVICE_UNAVAILABLE => Fault::busy(),
        status if status.is_client_error() => {
            let reason = status.canonical_reason().unwrap_or("The request cannot be understood");
            Fault::action(status, "invalid.request", format!("{reason}."))
        }
        _ => resource::Error::Internal("a request was lost".into()).into(),
    };
    fault.respond(face.identities.world().now())
}

/// Mounts the face. The application has a [`Face`] as data. It comes before whatever else has variables in its paths.
pub fn routes(config: &mut ServiceConfig) {
    let mut paths: BTreeMap<String, Vec<&'static Operation>> = BTreeMap::new();
    for operation in OPERATIONS {
        paths.entry(operation.whole()).or_default().push(operation);
    }
    // What is said in so many words comes before what a variable stands for.
    let (said, variable): (Vec<_>, Vec<_>) = paths.into_iter().partition(|(path, _)| !path.ends_with('}'));
    for (path, operations) in said.into_iter().chain(variable) {
        config.service(mount(&path, &operations));
    }
    let nothing = async |face: Data<Face>| Fault::no_path().respond(face.identities.world().now());
    for base in BASES {
        config.service(
            web::resource([base.to_owned(), format!("{base}/{{rest}}*")]).default_service(web::route().to(nothing)),
        );
    }
}

fn mount(path: &str, operations: &[&'static Operation]) -> Resource {
    let mut mount = web::resource(path);
    for &operation in operations {
        let template: Arc<str> = path.into();
        let answer = move |request: HttpRequest, face: Data<Face>, payload: Payload| {
            let template = Arc::clone(&template);
            async move { exchange(operation, &template, &request, &face, payload).await }
        };
        let route = match operation.method {
            Verb::Get => readable(),
            Verb::Post => web::post(),
            Verb::Put => web::put(),
            Verb::Delete => web::delete(),
        };
        mount = mount.route(route.to(answer));
    }
    let methods: Vec<_> = operations.iter().map(|operation| operation.method).collect();
    others(mount, &allow(&methods))
}

/// GET, and HEAD, whose body is left out on the wire.
fn readable() -> Route {
    web::route().guard(actix_web::guard::Any(actix_web::guard::Get()).or(actix_web::guard::Head()))
}

/// OPTIONS, and 405 for what there is not.
fn others(mount: Resource, allow: &str) -> Resource {
    let (for_options, for_refusal): (Arc<str>, Arc<str>) = (allow.into(), allow.into());
    let options = move || {
        let allow = Arc::clone(&for_options);
        async move { HttpResponse::NoContent().insert_header((header::ALLOW, &*allow)).finish() }
    };
    let refuse = move |face: Data<Face>| {
        let allow = Arc::clone(&for_refusal);
        async move { Fault::method(&allow).respond(face.identities.world().now()) }
    };
    mount.route(web::method(Method::OPTIONS).to(options)).default_service(web::route().to(refuse))
}

fn allow(methods: &[Verb]) -> String {
    let mut methods = methods.to_vec();
    methods.sort_unstable();
    let mut names: Vec<_> = methods.iter().map(|method| method.name()).collect();
    if names.first() == Some(&"GET") {
        names.insert(1, "HEAD");
    }
    names.push("OPTIONS");
    names.join(", ")
}
