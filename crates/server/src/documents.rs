//! Documents that never change while the service runs, written once at the start.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::web::Bytes;
use explorer::{ASSETS, Asset};
use face::Coding;
use hydra::view::documentation::documentation;
use hydra::view::openapi::openapi;
use hydra::{Api, fingerprint};
use resource::{Cores, Error};
use serde_json::Value as Json;
use tokio::sync::OnceCell;

use crate::compression::thoroughly;
use crate::negotiate::Representation;

/// A document in memory, with the hash that is its entity tag, and what it is in codings that were asked for.
#[derive(Debug)]
pub struct Fixed {
    pub bytes: Bytes,
    pub hash: String,
    coded: [OnceCell<Bytes>; Coding::ALL.len()],
}

impl Fixed {
    /// These bytes.
    pub fn new(bytes: Bytes) -> Arc<Self> {
        Arc::new(Self { hash: fingerprint(&bytes), bytes, coded: Default::default() })
    }

    fn of(json: &Json) -> Arc<Self> {
        Self::new(serde_json::to_vec(json).expect("a JSON value is JSON").into())
    }

    /// The bytes in a coding: put into it once, for the first who asks.
    ///
    /// # Errors
    /// No thread does it.
    pub async fn coded(&self, coding: Coding, cores: &Cores) -> Result<Bytes, Error> {
        let bytes = self.bytes.clone();
        let make = || cores.run(move || Bytes::from(thoroughly(coding, &bytes)));
        self.coded[coding as usize].get_or_try_init(make).await.cloned()
    }
}

/// The ApiDocumentation and the contexts.
#[derive(Debug)]
pub struct Documents {
    pub documentation: Arc<Fixed>,
    pub contexts: HashMap<String, Arc<Fixed>>,
    /// The files that pages load, by name, with their media types.
    pub assets: HashMap<&'static str, (&'static str, Arc<Fixed>)>,
    /// The OpenAPI description, written when it is first asked for.
    openapi: std::sync::OnceLock<Arc<Fixed>>,
    /// The documentation in other formats, each made when it is first asked for.
    forms: [OnceCell<Arc<Fixed>>; Representation::COUNT],
    /// Its pages, by what their addresses end with, made when one of them is first asked for.
    pages: OnceCell<HashMap<String, Arc<Fixed>>>,
}

impl Documents {
    /// Writes them all.
    pub fn new(api: &Api) -> Self {
        let asset = |asset: &Asset| (asset.name, (asset.content_type, Fixed::new(asset.text.into())));
        Self {
            documentation: Fixed::of(&documentation(api)),
            contexts: api.contexts().iter().map(|(name, json)| (name.clone(), Fixed::of(json))).collect(),
            assets: ASSETS.iter().map(asset).collect(),
            openapi: std::sync::OnceLock::new(),
            forms: Default::default(),
            pages: OnceCell::new(),
        }
    }

    /// The page of the documentation whose address ends with a name, as `make` makes them all; none where there is none.
    ///
    /// # Errors
    /// Those of `make`.
    pub async fn documentation_page<E>(
        &self,
        name: &str,
        make: impl AsyncFnOnce(Bytes) -> Result<Vec<(String, String)>, E>,
    ) -> Result<Option<Arc<Fixed>>, E> {
        let make = || async {
            let pages = make(self.documentation.bytes.clone()).await?;
            Ok(pages.into_iter().map(|(name, page)| (name, Fixed::new(page.into()))).collect())
        };
        Ok(self.pages.get_or_try_init(make).await?.get(name).cloned())
    }

    /// The OpenAPI description of the hypermedia.
    pub fn openapi(&self, api: &Api) -> &Arc<Fixed> {
        self.openapi.get_or_init(|| Fixed::of(&openapi(api, env!("CARGO_PKG_VERSION"))))
    }

    /// The documentation in a format, as `make` makes it of what it is as JSON-LD.
    ///
    /// # Errors
    /// Those of `make`.
    pub async fn documentation_in<E>(
        &self,
        format: Representation,
        make: impl AsyncFnOnce(Bytes) -> Result<Bytes, E>,
    ) -> Result<Arc<Fixed>, E> {
        if matches!(format, Representation::JsonLd | Representation::Json) {
            return Ok(Arc::clone(&self.documentation));
        }
        let make = || async { Ok(Fixed::new(make(self.documentation.bytes.clone()).await?)) };
        self.forms[format as usize].get_or_try_init(make).await.cloned()
    }

    /// Tells one shape of documents from another: what the tables say, and how this release writes it.
    pub fn fingerprint(&self) -> String {
        let mut all: Vec<_> = self.contexts.values().map(|context| context.hash.as_str()).collect();
        all.extend([self.documentation.hash.as_str(), env!("CARGO_PKG_VERSION")]);
        all.sort_unstable();
        fingerprint(all.concat().as_bytes())[..8].to_owned()
    }
}
