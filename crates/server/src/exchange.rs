//! The authenticated, permitted part of a request: who asks, for what, and acting for them.

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::{HttpMessage, HttpRequest};
use hydra::{AnyKey, Method, OperationDef};
use resource::rights::policy;
use resource::served::Served;
use resource::{Actor, Admission, Credentials, Cx, Door, Error, Permitted};
use vocab::value::CustomerId;

use crate::failure::Failure;
use crate::{Portico, crossing, session};

/// Who sends a request.
pub async fn actor(app: &Portico, request: &HttpRequest, anew: bool) -> Result<Arc<Actor>, Error> {
    whose(app, session::credentials(app, request).as_deref(), anew).await
}

/// Whose credentials these are.
async fn whose(app: &Portico, credentials: Option<&str>, anew: bool) -> Result<Arc<Actor>, Error> {
    app.identities.authenticate(Credentials(credentials.ok_or(Error::Unauthenticated)?), anew).await
}

/// The key whose variables a path has, of whichever class.
type Keyed = Box<dyn AnyKey>;

/// The variables of the path as it came: what the router matched has some of its percent-encoding undone and some not, so that it could
/// not be said any more what was encoded.
pub fn key(request: &HttpRequest, served: &dyn Served) -> Result<Keyed, Error> {
    served.key(request.uri().path()).ok_or(Error::NotFound)
}

/// A request, and the operation that it invokes.
pub struct Exchange<'a> {
    pub request: &'a HttpRequest,
    pub app: &'a Portico,
    path: &'a str,
    /// What is at the path.
    pub served: &'static dyn Served,
    pub operation: &'static OperationDef,
}

impl<'a> Exchange<'a> {
    /// A request for what is served at its path, by a method that the table has.
    pub fn new(request: &'a HttpRequest, app: &'a Portico, served: &'static dyn Served, method: Method) -> Self {
        Self::beside(request, app, request.uri().path(), served, method)
    }

    /// Something else that is done for whoever sends a request, at another path than the request's.
    pub fn beside(
        request: &'a HttpRequest,
        app: &'a Portico,
        path: &'a str,
        served: &'static dyn Served,
        method: Method,
    ) -> Self {
        let operation = served.operations().iter().find(|operation| operation.method == method);
        let operation = operation.expect("the route was made from this operation");
        Self { request, app, path, served, operation }
    }

    /// Lets whoever sends the request in, before anything of it is looked at: their credentials are good, and the policy
    /// permits.
    pub async fn admit(&self) -> Result<AdmittedExchange<'a>, Failure> {
        if self.operation.method == Method::Post {
            crossing::check(self.request.headers(), self.app.api.origin())?;
        }
        let Self { request, app, path, served, operation } = *self;
        let invocation = Invocation { credentials: session::credentials(app, request), app, path, served, operation };
        let admitted = AdmittedExchange(app.identities.admit(invocation).await?);
        request.extensions_mut().insert(Arc::clone(admitted.0.somebody()));
        Ok(admitted)
    }
}

/// An operation that is invoked on what a path names.
struct Invocation<'a> {
    credentials: Option<Cow<'a, str>>,
    app: &'a Portico,
    path: &'a str,
    served: &'static dyn Served,
    operation: &'static OperationDef,
}

impl Admission for Invocation<'_> {
    type Somebody = Arc<Actor>;
    type Found = Keyed;
    type Error = Error;

    async fn who(&self, anew: bool) -> Result<Arc<Actor>, Error> {
        match whose(self.app, self.credentials.as_deref(), anew).await {
            // What is public is for nobody in particular where no credentials come along that are good.
            Err(Error::Unauthenticated | Error::TooMany(_)) if self.served.is_public() => Ok(Arc::new(Actor::nobody())),
            known => known,
        }
    }

    async fn permit(&self, door: &Door<'_>, actor: &Arc<Actor>) -> Result<(Permitted, Keyed), Error> {
        let key = self.served.key(self.path).ok_or(Error::NotFound)?;
        let sight = match key.customer().map(CustomerId) {
            Some(customer) => Some(door.sight(customer).await?),
            None => None,
        };
        Ok((policy::permit(actor, self.operation, sight)?, key))
    }
}

/// Whoever sent a request, let in to do what it asks for.
pub struct AdmittedExchange<'a>(resource::Admitted<'a, Invocation<'a>>);

impl AdmittedExchange<'_> {
    /// The variables of the path.
    pub fn key(&self) -> &dyn AnyKey {
        &**self.0.found()
    }

    /// Whoever sent the request.
    pub fn actor(&self) -> &Actor {
        self.0.somebody()
    }

    /// Acts for whoever sent the request; again if somebody's authority changed meanwhile. Who it was is given, too: what they
    /// may do next stands in the answer.
    pub async fn act<T>(&self, act: impl AsyncFn(&Cx<'_>) -> Result<T, Error>) -> Result<(Arc<Actor>, T), Failure> {
        let act = async |cx: &Cx<'_>, actor: &Arc<Actor>, _: &Keyed| Ok((Arc::clone(actor), act(cx).await?));
        Ok(self.0.act(act).await?)
    }
}

/// A request that goes on being answered. Whoever sent it is let in again for each part of the answer, as who they are then.
pub struct Lasting {
    credentials: Option<String>,
    path: String,
    served: &'static dyn Served,
    operation: &'static OperationDef,
}

impl Lasting {
    /// Of a request.
    pub fn of(exchange: &Exchange<'_>) -> Self {
        let credentials = session::credentials(exchange.app, exchange.request).map(Cow::into_owned);
        let Exchange { path, served, operation, .. } = *exchange;
        Self { credentials, path: path.to_owned(), served, operation }
    }

    /// Acts for whoever sent the request, as far as they are let in now.
    ///
    /// # Errors
    /// Those of the admission, and those of the act.
    pub async fn act<T>(
        &self,
        app: &Portico,
        act: impl AsyncFn(&Cx<'_>, &dyn AnyKey) -> Result<T, Error>,
    ) -> Result<(Arc<Actor>, T), Error> {
        let credentials = self.credentials.as_deref().map(Cow::Borrowed);
        let Self { path, served, operation, .. } = self;
        let invocation = Invocation { credentials, app, path, served: *served, operation };
        let act = async |cx: &Cx<'_>, actor: &Arc<Actor>, key: &Keyed| Ok((Arc::clone(actor), act(cx, &**key).await?));
        app.identities.on_behalf(invocation, act).await
    }
}

#[cfg(test)]
mod tests {
    use actix_web::middleware::{NormalizePath, TrailingSlash};
    use actix_web::test::{TestRequest, call_and_read_body, init_service};
    use actix_web::{App, HttpRequest, web};

    hydra::key! {
        /// A thing of somebody's.
        ThingKey { owner: String, thing: String }
        customer = |_| None
    }

    const PATH: &str = "/owners/{owner}/things/{thing}";

    /// What the key of a request is, the way it came.
    async fn seen(path: &str) -> String {
        let handler =
            async |request: HttpRequest| format!("{:?}", hydra::parse_path::<ThingKey>(PATH, request.uri().path()));
        let normal = NormalizePath::new(TrailingSlash::Trim);
        let app = init_service(App::new().wrap(normal).service(web::resource(PATH).to(handler))).await;
        let body = call_and_read_body(&app, TestRequest::get().uri(path).to_request()).await;
        String::from_utf8(body.to_vec()).expect("it is UTF-8")
    }

    #[tokio::test]
    async fn a_key_is_decoded_exactly_once() {
        for text in ["plain", "a b", "100%", "100%25", "a+b", "ä", "x/y", "x%2Fy", "%252F", "a?b#c", "{owner}", "..."]
        {
            let key = ThingKey { owner: text.to_owned(), thing: "1".to_owned() };
            let path = hydra::expand(PATH, &key);
            assert_eq!(hydra::parse_path(PATH, &path), Some(key.clone()), "{path}");
            assert_eq!(seen(&path).await, format!("{:?}", Some(&key)), "{path}");
            assert_eq!(seen(&format!("{path}/")).await, format!("{:?}", Some(&key)), "{path}/");
        }
    }

    #[tokio::test]
    async fn a_path_is_read_as_it_came() {
        for (path, owner) in [("a+b", "a+b"), ("a%2bb", "a+b"), ("%2%35", "%25"), ("100%", "100%"), ("%c3%a4", "ä")] {
            let key = ThingKey { owner: owner.to_owned(), thing: "1".to_owned() };
            assert_eq!(seen(&format!("/owners/{path}/things/1")).await, format!("{:?}", Some(&key)), "{path}");
            assert_eq!(seen(&format!("/%6fwners/{path}/things/1")).await, format!("{:?}", Some(&key)), "{path}");
        }
        assert_eq!(seen("/owners/%ff/things/1").await, "None", "what is not UTF-8 is nobody");
    }
}
