//! Routes: each row of the table at each of its places, and answers for what is at none.

use std::collections::BTreeMap;

use actix_web::http::{Method, header};
use actix_web::web::{self, Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource};

use crate::error::{Code, Fault};
use crate::exchange::exchange;
use crate::operation::{BASE, Operation, Verb, places};
use crate::{Face, reply};

/// Whether a path is in this face.
pub fn has(path: &str) -> bool {
    path.strip_prefix(BASE).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Mounts the face. The application has a [`Face`] as data.
pub fn routes(config: &mut ServiceConfig) {
    let mut paths: BTreeMap<String, Vec<&'static Operation>> = BTreeMap::new();
    for (_, path, operation) in places() {
        paths.entry(path).or_default().push(operation);
    }
    for (path, operations) in paths {
        config.service(mount(&path, &operations));
    }
    let alive = web::resource(format!("{BASE}/alive")).route(readable().to(reply::alive));
    config.service(others(alive, allow(&[Verb::Get])));
    let nothing = async || Fault::from(Code::Route).respond();
    config.service(
        web::resource([BASE.to_owned(), format!("{BASE}/{{rest}}*")]).default_service(web::route().to(nothing)),
    );
}

fn mount(path: &str, operations: &[&'static Operation]) -> Resource {
    let mut mount = web::resource(path);
    for &operation in operations {
        let template: std::sync::Arc<str> = path.into();
        let answer = move |request: HttpRequest, face: Data<Face>, payload: Payload| {
            let template = std::sync::Arc::clone(&template);
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
    others(mount, allow(&methods))
}

/// GET, and HEAD, whose body is left out on the wire.
fn readable() -> actix_web::Route {
    web::route().guard(actix_web::guard::Any(actix_web::guard::Get()).or(actix_web::guard::Head()))
}

/// OPTIONS, and 405 for what there is not.
fn others(mount: Resource, allow: String) -> Resource {
    let allowed = allow.clone();
    let options = move || {
        let allow = allowed.clone();
        async move { HttpResponse::NoContent().insert_header((header::ALLOW, allow)).finish() }
    };
    let refuse = move || {
        let fault = Fault::from(Code::Method).with(header::ALLOW, allow.as_str());
        async move { fault.respond() }
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
