//! What every request can reach, and the table of routes.

use std::sync::Arc;

use crate::client_address::Proxies;
use crate::config::cores;
use crate::delivery::{self, Darkroom};
use crate::documents::Documents;
use crate::failure::Failure;
use crate::health::Health;
use crate::limits::ServiceLimits;
use crate::negotiate::Representation;
use crate::{
    asked, console, csv_table, data, health, logo, memento, parts, presentation, published, removal, routes, search,
    several, sign_in, source, stream, token,
};
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use explorer::Assets;
use face::{AnyFace, RouteTree};
use hydra::Api;
use objects::Objects;
use resource::{Cores, Error, Feed, Identities};

/// The service: tables, identities, objects, documents that never change, limits.
#[derive(Debug)]
pub struct Portico {
    /// The tables at their public address.
    pub api: Api,
    /// JSON-LD processing, for what is not on the normal way.
    pub ld: hydra::Processor,
    /// Who somebody is, and the database behind it.
    pub identities: Arc<Identities>,
    /// Originals and thumbnails.
    pub objects: Objects,
    pub(crate) darkroom: Darkroom,
    /// Where long bodies are understood.
    pub(crate) readers: Cores,
    pub(crate) documents: Documents,
    pub(crate) assets: Assets,
    page_mark: String,
    pub(crate) limits: ServiceLimits,
    /// The proxies that are believed.
    pub(crate) proxies: Proxies,
    /// Tells this shape of documents from that of other releases, in entity tags.
    pub(crate) fingerprint: String,
    pub(crate) documentation_link: HeaderValue,
    faces: Vec<Arc<dyn AnyFace>>,
    pub(crate) health: Arc<Health>,
    /// What is new in the log of changes, once it is looked for.
    pub(crate) feed: Feed,
}

impl Portico {
    /// The service at a base URL, with the faces that it has beside its own.
    pub fn new(
        base: &str,
        identities: Arc<Identities>,
        objects: Objects,
        limits: ServiceLimits,
        faces: Vec<Arc<dyn AnyFace>>,
        feed: Feed,
    ) -> Self {
        let api = Api::new(base, vocab::CLASSES);
        let ld = api.processor();
        let assets = Assets::new(Representation::DATA.iter().map(|format| format.content_type()).collect());
        let page_mark = format!("{}{}", Representation::Html.mark(), assets.fingerprint());
        let documents = Documents::new(&api);
        let link = format!("<{}/vocab>; rel=\"http://www.w3.org/ns/hydra/core#apiDocumentation\"", api.base());
        Self {
            fingerprint: documents.fingerprint(),
            documentation_link: HeaderValue::from_str(&link).expect("a public URL has no control characters"),
            faces,
            feed,
            health: Arc::new(Health::new(&identities, objects.clone())),
            assets,
            page_mark,
            api,
            ld,
            proxies: Proxies { networks: Vec::new(), header: header::X_FORWARDED_FOR },
            identities,
            readers: Cores::new(cores()),
            darkroom: Darkroom::new(objects.clone(), cores(), limits.clone()),
            objects,
            documents,
            limits,
        }
    }

    /// The face that a path is in; none where it is in the service's own.
    pub(crate) fn face(&self, path: &str) -> Option<&dyn AnyFace> {
        self.faces.iter().map(|face| &**face).find(|face| face.has(path))
    }

    /// What tells the entity tags of a representation from those of others; pages change with their templates, too.
    pub(crate) fn mark(&self, format: Representation) -> &str {
        match format {
            Representation::Html => &self.page_mark,
            other => other.mark(),
        }
    }

    /// The same behind proxies that say where requests come from.
    #[must_use]
    pub(crate) fn behind(self, proxies: Proxies) -> Self {
        Self { proxies, ..self }
    }
}

/// Every route.
pub fn routes(config: &mut ServiceConfig, app: &Portico) {
    tree(app).mount(config);
}

/// Whether the path that public addresses begin with is one of the service's own. Nobody could tell then whether a proxy has taken it
/// away from an address or not.
pub fn is_taken(app: &Portico) -> bool {
    app.api.prefix().split('/').nth(1).is_some_and(|first| tree(app).begins_with(first))
}

fn tree(app: &Portico) -> RouteTree {
    let mut tree = RouteTree::new(web::route().to(nowhere));
    for face in &app.faces {
        Arc::clone(face).mount(&mut tree);
    }
    // The resources of all classes and collections, and what there is beside them. Which methods each has is in its class.
    routes::all(&mut tree, |class, method| logo::route(class, method).or_else(|| data::route(class, method)));
    published::routes(&mut tree);
    health::routes(&mut tree);
    presentation::routes(&mut tree);
    token::routes(&mut tree);
    sign_in::routes(&mut tree);
    search::routes(&mut tree);
    source::routes(&mut tree);
    stream::routes(&mut tree);
    memento::routes(&mut tree);
    parts::routes(&mut tree);
    csv_table::routes(&mut tree);
    removal::routes(&mut tree);
    several::routes(&mut tree);
    console::routes(&mut tree);
    delivery::routes(&mut tree);
    tree
}

async fn nowhere(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    Failure::from(Error::NotFound).respond(&asked::path(&request), &app)
}
