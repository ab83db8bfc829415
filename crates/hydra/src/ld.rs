//! The one room that knows the json-ld crate. It is never on the normal way of a response.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, OnceLock};

use futures_util::FutureExt;
use iref::{Iri, IriBuf};
use json_ld::syntax::{Context, IntoJsonWithContext, TryFromJson};
use json_ld::{JsonLdProcessor, LoadError, Loader, LoadingResult, Options, RemoteContextReference, RemoteDocument};
use json_syntax::Value as Syntax;
use rdf_types::vocabulary::no_vocabulary;
use serde_json::Value as Json;

use crate::api::Api;

/// JSON-LD processing with our own contexts and no network.
pub struct Processor {
    loader: Contexts,
    base: String,
}

/// Contexts by their IRIs. Each is put into the crate's form when it is first asked for: most never are, and together they
/// take several MiB.
struct Contexts(HashMap<IriBuf, (Arc<Json>, OnceLock<RemoteDocument>)>);

impl Contexts {
    fn get(&self, iri: &Iri) -> Option<&RemoteDocument> {
        let (context, read) = self.0.get(iri)?;
        let document = || Syntax::from_serde_json(Json::clone(context));
        Some(read.get_or_init(|| RemoteDocument::new(Some(iri.to_owned()), None, document())))
    }
}

impl Loader for Contexts {
    async fn load(&self, url: &Iri) -> LoadingResult<IriBuf> {
        self.get(url).cloned().ok_or_else(|| LoadError::new(url.to_owned(), io::Error::from(io::ErrorKind::NotFound)))
    }
}

impl std::fmt::Debug for Processor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Processor").field("contexts", &self.loader.0.len()).finish()
    }
}

/// Why a document was not understood, a sentence.
pub type Refusal = String;

impl Processor {
    /// A processor that knows the contexts of an API.
    pub fn new(api: &Api) -> Self {
        let contexts = api.contexts().iter().map(|(name, context)| {
            let iri = IriBuf::new(api.context_iri(name)).expect("the address of a context is an IRI");
            (iri, (Arc::clone(context), OnceLock::new()))
        });
        Self { loader: Contexts(contexts.collect()), base: api.base().to_owned() }
    }

    /// Whether a context is one of ours, by absolute or root-relative IRI.
    pub fn knows(&self, context: &str) -> bool {
        let absolute = if context.starts_with('/') { format!("{}{context}", self.base) } else { context.to_owned() };
        IriBuf::new(absolute).is_ok_and(|iri| self.loader.0.contains_key(&iri))
    }

    /// The expanded form of a document; `implied` is the context of what has none.
    ///
    /// # Errors
    /// The processor's own word for what is wrong.
    pub fn expand(&self, document: &Json, base: &str, implied: Option<&str>) -> Result<Json, Refusal> {
        self.expand_in(document, base, implied.map(context).transpose()?)
    }

    /// The same, but that the document's own contexts may give other meanings to the terms of the implied one.
    ///
    /// # Errors
    /// The processor's own word for what is wrong.
    pub fn expand_openly(&self, document: &Json, base: &str, implied: &str) -> Result<Json, Refusal> {
        self.expand_in(document, base, Some(self.unprotected(implied)?))
    }

    /// One of our contexts, whose terms may be redefined.
    fn unprotected(&self, iri: &str) -> Result<RemoteContextReference, Refusal> {
        let iri = IriBuf::new(iri.to_owned()).map_err(|_| format!("{iri} is not an IRI"))?;
        let document = self.loader.get(&iri).ok_or_else(|| format!("{iri} is no context of this server"))?;
        let mut context = document.document().clone().into_serde_json()["@context"].take();
        if let Some(terms) = context.as_object_mut() {
            terms.remove("@protected");
        }
        let context = Context::try_from_json(Syntax::from_serde_json(context)).map_err(|error| error.to_string())?;
        Ok(RemoteContextReference::Loaded(RemoteDocument::new(Some(iri), None, context)))
    }

    fn expand_in(
        &self,
        document: &Json,
        base: &str,
        expand_context: Option<RemoteContextReference>,
    ) -> Result<Json, Refusal> {
        let options = Options { expand_context, ..Options::default() };
        let document = remote(document, base)?;
        // Nothing here waits: every context is in memory.
        let expanded = document
            .expand_using(&self.loader, options)
            .now_or_never()
            .ok_or("a context would have to be fetched")?
            .map_err(|error| format!("{} ({error})", error.code()))?;
        let nodes = expanded.into_iter().map(|object| object.into_json_with(no_vocabulary()).into_serde_json());
        Ok(Json::Array(nodes.collect()))
    }

    /// The flattened form of a document.
    ///
    /// # Errors
    /// The processor's own word for what is wrong.
    pub fn flatten(&self, document: &Json, base: &str) -> Result<Json, Refusal> {
        let mut generator = rdf_types::generator::Blank::new_with_prefix("b".into());
        let flattened = remote(document, base)?
            .flatten(&mut generator, &self.loader)
            .now_or_never()
            .ok_or("a context would have to be fetched")?
            .map_err(|error| error.code().to_string())?;
        Ok(flattened.into_serde_json())
    }
}

fn remote(document: &Json, base: &str) -> Result<RemoteDocument, Refusal> {
    let base = IriBuf::new(base.to_owned()).map_err(|_| format!("{base} is not an IRI"))?;
    Ok(RemoteDocument::new(Some(base), None, Syntax::from_serde_json(document.clone())))
}

fn context(iri: &str) -> Result<RemoteContextReference, Refusal> {
    IriBuf::new(iri.to_owned()).map(RemoteContextReference::Iri).map_err(|_| format!("{iri} is not an IRI"))
}
