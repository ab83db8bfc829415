//! What every request can reach, and the table of routes.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::config::cores;
use crate::delivery::{self, Darkroom};
use crate::documents::Documents;
use crate::explorer::Assets;
use crate::negotiate::Format;
use crate::{data, documents, explorer, health, logo, presentation, routes, token};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::ServiceConfig;
use face::Places;
use hydra::{Api, ld};
use iiif::picture::Ceiling;
use objects::Objects;
use resource::Identities;

/// The service: tables, identities, objects, documents that never change, limits.
#[derive(Debug)]
pub struct Portico {
    /// The tables at their public address.
    pub api: Api,
    /// JSON-LD processing, for what is not on the normal way.
    pub ld: ld::Processor,
    /// Who somebody is, and the database behind it.
    pub identities: Arc<Identities>,
    /// Originals and thumbnails.
    pub objects: Objects,
    pub(crate) darkroom: Darkroom,
    pub(crate) documents: Documents,
    pub(crate) assets: Assets,
    pub(crate) limits: Limits,
    /// The header in which a proxy says where a request came from.
    pub(crate) client_address: Option<HeaderName>,
    /// Tells this shape of documents from that of other releases, in entity tags.
    pub(crate) fingerprint: String,
    pub(crate) documentation_link: HeaderValue,
    leaving: AtomicBool,
    pub(crate) health: health::Health,
}

/// Limits on what a stranger controls.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a body.
    pub body: usize,
    /// Bytes of a query.
    pub query: usize,
    /// How long a request may take.
    pub request: Duration,
    /// Bytes of derivatives that are kept in memory.
    pub derivatives: u64,
    /// How long a session of a viewer lasts that is used all the time, unless its service says that it lasts longer unused.
    pub viewer_session: Duration,
    /// How large a picture may be that derivatives are made of.
    pub pictures: Ceiling,
    /// Where decoded pictures are laid out that are too large for memory.
    pub spool: PathBuf,
}

impl Portico {
    /// The service at a base URL.
    pub fn new(base: &str, identities: Arc<Identities>, objects: Objects, limits: Limits) -> Self {
        let api = Api::new(base, vocab::CLASSES);
        let ld = ld::Processor::new(&api);
        let documents = Documents::new(&api);
        let link = format!("<{}/vocab>; rel=\"http://www.w3.org/ns/hydra/core#apiDocumentation\"", api.base());
        Self {
            fingerprint: documents.fingerprint(),
            documentation_link: HeaderValue::from_str(&link).expect("a public URL has no control characters"),
            leaving: AtomicBool::new(false),
            health: health::Health::default(),
            assets: Assets::new(),
            api,
            ld,
            client_address: None,
            identities,
            darkroom: Darkroom::new(objects.clone(), cores(), limits.clone()),
            objects,
            documents,
            limits,
        }
    }

    /// Says that the service is about to stop: whoever sends it requests had better send them elsewhere.
    pub(crate) fn leave(&self) {
        self.leaving.store(true, Ordering::Relaxed);
    }

    /// Whether the service is about to stop.
    pub(crate) fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Relaxed)
    }

    /// What tells the entity tags of a representation from those of others; pages change with their templates, too.
    pub(crate) fn mark(&self, format: Format) -> &str {
        match format {
            Format::Html => self.assets.mark(),
            other => other.mark(),
        }
    }

    /// The same behind a proxy that says in this header where requests come from.
    #[must_use]
    pub fn behind(self, client_address: Option<HeaderName>) -> Self {
        Self { client_address, ..self }
    }
}

/// Every route.
pub fn routes(config: &mut ServiceConfig) {
    let mut places = Places::default();
    fill(&mut places);
    places.mount(config);
}

/// The places of all classes and collections, and what there is beside them. Which methods each has is in its class.
fn fill(places: &mut Places) {
    argus::routes(places);
    routes::all(places, |class, method| logo::route(class, method).or_else(|| data::route(class, method)));
    documents::routes(places);
    explorer::routes(places);
    health::routes(places);
    presentation::routes(places);
    token::routes(places);
    delivery::routes(places);
    cloudentity::routes(places);
}
