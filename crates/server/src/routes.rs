//! The generic verbs. A route exists because a class's table has the operation, and for no other reason.

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::http::{Method as HttpMethod, StatusCode, header};
use actix_web::web::{Data, Payload, ServiceConfig};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, Resource as Mount, Route, web};
use hydra::body::{Body, Refusal, Syntax};
use hydra::query::Query;
use hydra::{Class, Document, Found, Key, Listed, Method, OperationDef, PageDocument, Purpose, expand};
use resource::{Actor, Created, Credentials, Cx, Error, IfMatch, Members, New, Resource, Several, Submit, policy};
use serde::Serialize;
use vocab::value::CustomerId;

use crate::body::{self, ACCEPT_PATCH, ACCEPT_POST, ACCEPTED, ACCEPTED_PATCH};
use crate::conditional::{is_known, precondition, tags, versioned};
use crate::failure::{Failure, Reply, settle};
use crate::negotiate::{self, Format};
use crate::prefer::{PREFERENCE_APPLIED, Preferences};
use crate::{Portico, crossing, documents};

/// Mounts a class at its path, with the methods of its table.
pub fn resource<C: Resource>(config: &mut ServiceConfig) {
    mount::<C>(config, || unreachable!("{} takes POST; it has to be mounted as a submission", C::NAME));
}

/// Mounts a class whose table has POST at its path, with the methods of its table.
pub fn submission<C: Submit>(config: &mut ServiceConfig) {
    mount::<C>(config, || web::post().to(submit::<C>));
}

fn mount<C: Resource>(config: &mut ServiceConfig, post: fn() -> Route) {
    let mut mount = web::resource(C::CLASS.path);
    for operation in C::CLASS.operations {
        mount = mount.route(match operation.method {
            Method::Get => readable().to(retrieve::<C>),
            Method::Put => web::put().to(replace::<C>),
            Method::Patch => web::patch().to(update::<C>),
            Method::Delete => web::delete().to(remove::<C>),
            Method::Post => post(),
        });
    }
    config.service(others::<C::Key>(mount, C::CLASS.path.into(), C::CLASS.operations));
}

/// Mounts a collection at the end of its link, with the methods of its table.
pub fn collection<M: Members>(config: &mut ServiceConfig) {
    let operations = operations::<M>();
    let path = collection_path::<M>();
    let mut mount = web::resource(path.as_str());
    for operation in operations {
        mount = match operation.method {
            Method::Get => mount.route(readable().to(list::<M>)),
            Method::Post if takes_several(operation) => mount.route(web::post().to(select::<M>)),
            Method::Post => mount.route(web::post().to(create::<M>)),
            Method::Patch => mount.route(web::patch().to(change::<M>)),
            Method::Put | Method::Delete => unreachable!("a collection is neither replaced nor removed"),
        };
    }
    config.service(others::<OwnerKey<M>>(mount, path.into(), operations));
}

/// The template of the path of a collection.
fn collection_path<M: Members>() -> String {
    format!("{}/{}", M::Owner::CLASS.path.trim_end_matches('/'), M::LINK)
}

fn operations<M: Members>() -> &'static [OperationDef] {
    let (_, link) = M::Owner::CLASS
        .collections()
        .find(|(property, _)| property.name == M::LINK)
        .unwrap_or_else(|| panic!("{} has no link {}", M::Owner::NAME, M::LINK));
    link.operations.unwrap_or(M::Member::CLASS.collection)
}

fn takes_several(operation: &OperationDef) -> bool {
    matches!(operation.expects, hydra::Payload::Members(_))
}

/// GET, and HEAD, whose body is left out on the wire.
fn readable() -> Route {
    web::route().guard(actix_web::guard::Any(actix_web::guard::Get()).or(actix_web::guard::Head()))
}

/// OPTIONS, and 405 for all that the table does not have.
fn others<K: Key>(mount: Mount, template: Cow<'static, str>, operations: &'static [OperationDef]) -> Mount {
    let options = move |request: HttpRequest, app: Data<Portico>| {
        let template = template.clone();
        async move { options::<K>(&request, &app, &template, operations).await }
    };
    let refuse = move |request: HttpRequest, app: Data<Portico>| async move { not_allowed(&request, &app, operations) };
    mount.route(web::method(HttpMethod::OPTIONS).to(options)).default_service(web::route().to(refuse))
}

fn allow(operations: impl Iterator<Item = &'static OperationDef>) -> String {
    let mut methods: Vec<_> = operations.map(|operation| operation.method).collect();
    methods.sort_unstable();
    let mut names: Vec<_> = methods.iter().map(|method| method.name()).collect();
    if names.first() == Some(&"GET") {
        names.insert(1, "HEAD");
    }
    names.push("OPTIONS");
    names.join(", ")
}

fn not_allowed(request: &HttpRequest, app: &Portico, operations: &'static [OperationDef]) -> HttpResponse {
    let allow = allow(operations.iter());
    let detail = format!("{} is not a method of this resource; it has: {allow}.", request.method());
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, detail).with(header::ALLOW, allow).respond(request.path(), app)
}

/// What can be done here: by whoever signs in with the request, or by somebody.
async fn options<K: Key>(
    request: &HttpRequest,
    app: &Portico,
    template: &str,
    operations: &'static [OperationDef],
) -> HttpResponse {
    let actor = match request.headers().contains_key(header::AUTHORIZATION) {
        true => actor(app, request, true).await.ok(),
        false => None,
    };
    let customer = key::<K>(request, template).ok().and_then(|key| key.customer()).map(CustomerId);
    if let (Some(actor), Some(customer)) = (&actor, customer) {
        // Where it cannot be told what is seen, nothing is offered.
        let _ = app.identities.cx(actor).sees(customer).await;
    }
    let offered: Vec<_> = operations
        .iter()
        .filter(|operation| actor.as_ref().is_none_or(|actor| policy::allowed(actor, operation, customer)))
        .collect();
    let mut response = HttpResponse::NoContent();
    if offered.iter().any(|operation| operation.method == Method::Post) {
        response.insert_header((ACCEPT_POST, ACCEPTED));
    }
    if offered.iter().any(|operation| operation.method == Method::Patch) {
        response.insert_header((ACCEPT_PATCH, ACCEPTED_PATCH));
    }
    response.insert_header((header::ALLOW, allow(offered.into_iter()))).finish()
}

/// Who sends a request.
async fn actor(app: &Portico, request: &HttpRequest, anew: bool) -> Result<Arc<Actor>, Error> {
    let header = request.headers().get(header::AUTHORIZATION).ok_or(Error::Unauthenticated)?;
    let header = header.to_str().map_err(|_| Error::Unauthenticated)?;
    app.identities.authenticate(Credentials(header), anew).await
}

/// The variables of the path. They are read from it as it came: what the router matched has some of its
/// percent-encoding undone and some not, so that it could not be said any more what was encoded.
fn key<K: Key>(request: &HttpRequest, template: &str) -> Result<K, Error> {
    hydra::parse_path(template, request.uri().path()).ok_or(Error::NotFound)
}

/// The authenticated, permitted part of a request.
struct Exchange<'a> {
    request: &'a HttpRequest,
    app: &'a Portico,
    /// The template of the path.
    template: Cow<'static, str>,
    operation: &'static OperationDef,
    public: bool,
}

impl Exchange<'_> {
    /// Whether the credentials are good and the policy permits, before anything of the request is looked at.
    async fn admit<K: Key>(&self) -> Result<K, Failure> {
        if self.operation.method == Method::Post {
            crossing::check(self.request.headers(), self.app.api.base())?;
        }
        let admit = async |anew: bool| {
            let actor = self.actor(anew).await?;
            let key: K = key(self.request, &self.template)?;
            let customer = key.customer().map(CustomerId);
            let actor = self.look(actor, customer).await?;
            policy::permit(&actor, self.operation, customer)?;
            Ok((actor, key))
        };
        let (actor, key) = match admit(false).await {
            // What is remembered of an actor refuses nobody: the present state does.
            Err(Error::NotFound | Error::Forbidden | Error::Stale) => {
                self.app.identities.persist(async |_| admit(true).await).await?
            }
            admitted => admitted?,
        };
        self.request.extensions_mut().insert(actor);
        Ok(key)
    }

    /// Who sends the request.
    async fn actor(&self, anew: bool) -> Result<Arc<Actor>, Error> {
        match self.public {
            true => Ok(Arc::new(Actor::nobody())),
            false => actor(self.app, self.request, anew).await,
        }
    }

    /// Has an actor look at the customer that the request is about, so that the policy knows what they see of it.
    async fn look(&self, actor: Arc<Actor>, customer: Option<CustomerId>) -> Result<Arc<Actor>, Error> {
        if let Some(customer) = customer {
            self.app.identities.cx(&actor).sees(customer).await?;
        }
        Ok(actor)
    }

    /// Acts for whoever sent the request; again if somebody's authority changed meanwhile.
    async fn act<T>(
        &self,
        customer: Option<i64>,
        act: impl AsyncFn(&Cx<'_>) -> Result<T, Error>,
    ) -> Result<(Arc<Actor>, T), Failure> {
        let customer = customer.map(CustomerId);
        let attempt = async |anew: bool| {
            let actor = self.look(self.actor(anew).await?, customer).await?;
            if anew {
                policy::permit(&actor, self.operation, customer)?;
            }
            let done = act(&self.app.identities.cx(&actor)).await?;
            Ok((actor, done))
        };
        Ok(self.app.identities.persist(attempt).await?)
    }
}

async fn retrieve<C: Resource>(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let reply = async {
        let exchange = exchange::<C>(&request, &app, Method::Get);
        let key: C::Key = exchange.admit().await?;
        let format = negotiate::format(request.headers())?;
        let (actor, found) = exchange.act(key.customer(), async |cx| C::fetch(cx, &key).await).await?;
        item(&app, &request, format, &actor, &found, StatusCode::OK).await
    };
    settle(reply.await, &request, &app)
}

fn exchange<'a, C: Class>(request: &'a HttpRequest, app: &'a Portico, method: Method) -> Exchange<'a> {
    let operation = C::CLASS.operation(method).expect("the route was made from this operation");
    Exchange { request, app, template: C::CLASS.path.into(), operation, public: C::CLASS.public }
}

async fn replace<C: Resource>(request: HttpRequest, app: Data<Portico>, payload: Payload) -> HttpResponse {
    let reply = async {
        let exchange = exchange::<C>(&request, &app, Method::Put);
        let key: C::Key = exchange.admit().await?;
        let format = negotiate::format(request.headers())?;
        let target = iri(&app, &expand(C::CLASS.path, &key));
        let input = match exchange.operation.expects {
            // What is sent along with an operation that expects nothing is not looked at.
            hydra::Payload::Nothing => C::Input::default(),
            _ => {
                let body = read_body::<C>(&request, &app, payload, Method::Put, &target).await?;
                hydra::read::<C>(body, Purpose::Replace(&target), Preferences::of(request.headers()).strict)?
            }
        };
        let on = precondition(request.headers());
        let act = async |cx: &Cx<'_>| C::replace(cx, &key, input.clone(), &on).await;
        let (actor, Created { found, new }) = exchange.act(key.customer(), act).await?;
        let status = if new { StatusCode::CREATED } else { StatusCode::OK };
        item(&app, &request, format, &actor, &found, status).await
    };
    settle(reply.await, &request, &app)
}

async fn update<C: Resource>(request: HttpRequest, app: Data<Portico>, payload: Payload) -> HttpResponse {
    let reply = async {
        let exchange = exchange::<C>(&request, &app, Method::Patch);
        let key: C::Key = exchange.admit().await?;
        let format = negotiate::format(request.headers())?;
        let target = iri(&app, &expand(C::CLASS.path, &key));
        let preferences = Preferences::of(request.headers());
        let body = read_body::<C>(&request, &app, payload, Method::Patch, &target).await?;
        let input = hydra::read::<C>(body, Purpose::Change(&target), preferences.strict)?;
        let on = precondition(request.headers());
        let act = async |cx: &Cx<'_>| C::update(cx, &key, input.clone(), &on).await;
        let (actor, found) = exchange.act(key.customer(), act).await?;
        if preferences.representation {
            return item(&app, &request, format, &actor, &found, StatusCode::OK).await;
        }
        // RFC 9110 §15.3.6: a 205 has no body.
        let mut response = HttpResponse::build(StatusCode::RESET_CONTENT);
        response.insert_header((header::ETAG, item_tag(&app, format, &actor, &found)));
        response.insert_header((header::CONTENT_LOCATION, target));
        apply(preferences, &mut response);
        Ok(response.finish())
    };
    settle(reply.await, &request, &app)
}

async fn remove<C: Resource>(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let reply = async {
        let exchange = exchange::<C>(&request, &app, Method::Delete);
        let key: C::Key = exchange.admit().await?;
        let on = precondition(request.headers());
        exchange.act(key.customer(), async |cx| C::remove(cx, &key, &on).await).await?;
        // The table says how a deletion is acknowledged.
        let (status, _) = exchange.operation.statuses[0];
        Ok(HttpResponse::build(StatusCode::from_u16(status).expect("tables hold HTTP statuses")).finish())
    };
    settle(reply.await, &request, &app)
}

async fn list<M: Members>(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let reply = async {
        let exchange = collection_exchange::<M>(&request, &app, Method::Get);
        let key: OwnerKey<M> = exchange.admit().await?;
        let format = negotiate::format(request.headers())?;
        let (actor, page) = page::<M>(&exchange, &key, request.query_string()).await?;
        let json = page_json::<M>(&app, target_of(&request), &key, &actor, &page)?;
        let tag = format!("\"{}-{}\"", hydra::fingerprint(&json), app.mark(format));
        if is_known(request.headers(), &tag) {
            return Ok(documents::not_modified(format, tag).finish());
        }
        documents::respond(&app, M::Member::CLASS, format, json, StatusCode::OK, tag, |_| {}).await
    };
    settle(reply.await, &request, &app)
}

fn collection_exchange<'a, M: Members>(request: &'a HttpRequest, app: &'a Portico, method: Method) -> Exchange<'a> {
    let operation = operations::<M>().iter().find(|operation| operation.method == method);
    let operation = operation.expect("the route was made from this operation");
    Exchange { request, app, template: collection_path::<M>().into(), operation, public: false }
}

/// What tells the owners of a collection apart.
type OwnerKey<M> = <<M as Members>::Owner as Class>::Key;

/// A page, and what was asked for.
type Asked<C> = (Query, hydra::Page<C>);

async fn page<M: Members>(
    exchange: &Exchange<'_>,
    key: &OwnerKey<M>,
    raw: &str,
) -> Result<(Arc<Actor>, Asked<M::Member>), Failure> {
    let query = Query::parse(M::Member::CLASS, raw)?;
    let act = async |cx: &Cx<'_>| M::list(cx, key, &query).await;
    let (actor, page) = exchange.act(key.customer(), act).await?;
    Ok((actor, (query, page)))
}

/// Path and query of a request, as they came.
fn target_of(request: &HttpRequest) -> &str {
    request.uri().path_and_query().map_or("", |target| target.as_str())
}

/// The path of the collection that somebody owns.
fn members_path<M: Members>(key: &OwnerKey<M>) -> String {
    format!("{}/{}", expand(M::Owner::CLASS.path, key).trim_end_matches('/'), M::LINK)
}

fn page_json<M: Members>(
    app: &Portico,
    request: &str,
    key: &OwnerKey<M>,
    actor: &Actor,
    (query, page): &Asked<M::Member>,
) -> Result<Vec<u8>, Failure> {
    let site = app.api.collection(M::Owner::NAME, M::LINK);
    let path = members_path::<M>(key);
    let customer = key.customer().map(CustomerId);
    let open = |operation: &OperationDef| operation.method == Method::Get || !page.closed;
    let operations = site.inline(|operation| open(operation) && policy::allowed(actor, operation, customer));
    // Room for what most members take, so that a page is written without moving it.
    let room = 2048 + page.members.len() * 512;
    let reader = &reader(actor);
    let document =
        PageDocument { api: &app.api, site, path: &path, request, query, page, operations: &operations, reader };
    json(&document, room)
}

async fn create<M: Members>(request: HttpRequest, app: Data<Portico>, payload: Payload) -> HttpResponse {
    let reply = async {
        let exchange = collection_exchange::<M>(&request, &app, Method::Post);
        let key: OwnerKey<M> = exchange.admit().await?;
        let format = negotiate::format(request.headers())?;
        check_collection::<M>(&request, &app, &key).await?;
        let target = iri(&app, &members_path::<M>(&key));
        let body = match exchange.operation.expects {
            // What is sent along with an operation that expects nothing is not looked at.
            hydra::Payload::Nothing => Body::default(),
            _ => read_body::<M::Member>(&request, &app, payload, Method::Post, &target).await?,
        };
        let id = body.id.clone();
        let purpose = if M::REFERS { Purpose::Refer } else { Purpose::Create };
        let input = match exchange.operation.expects {
            hydra::Payload::Nothing => <M::Member as Class>::Input::default(),
            _ => hydra::read::<M::Member>(body, purpose, Preferences::of(request.headers()).strict)?,
        };
        let act = async |cx: &Cx<'_>| M::create(cx, &key, New { id: id.clone(), input: input.clone() }).await;
        let (actor, Created { found, new }) = exchange.act(key.customer(), act).await?;
        let status = if new { StatusCode::CREATED } else { StatusCode::OK };
        item(&app, &request, format, &actor, &found, status).await
    };
    settle(reply.await, &request, &app)
}

async fn submit<C: Submit>(request: HttpRequest, app: Data<Portico>, payload: Payload) -> HttpResponse {
    let reply = async {
        let exchange = exchange::<C>(&request, &app, Method::Post);
        let key: C::Key = exchange.admit().await?;
        let format = negotiate::format(request.headers())?;
        let target = iri(&app, &expand(C::CLASS.path, &key));
        let on = precondition(request.headers());
        if on != IfMatch::Absent {
            let (_, found) = exchange.act(key.customer(), async |cx| C::fetch(cx, &key).await).await?;
            on.check(found.version)?;
        }
        let members = match exchange.operation.expects {
            hydra::Payload::Nothing => Several { members: Vec::new(), violations: Vec::new() },
            _ => read_list::<C::Member>(&exchange, &app, payload, &target, C::MOST).await?,
        };
        let act = async |cx: &Cx<'_>| C::submit(cx, &key, members.clone()).await;
        let (actor, Created { found, new }) = exchange.act(key.customer(), act).await?;
        let mut statuses = exchange.operation.statuses.iter().chain(exchange.operation.further);
        if new && statuses.next().is_some_and(|(status, _)| *status == StatusCode::CREATED.as_u16()) {
            return item(&app, &request, format, &actor, &found, StatusCode::CREATED).await;
        }
        let mut response = item(&app, &request, format, &actor, &found, StatusCode::OK).await?;
        // What was there before was not made by this request.
        response.headers_mut().remove(header::LOCATION);
        Ok(response)
    };
    settle(reply.await, &request, &app)
}

async fn select<M: Members>(request: HttpRequest, app: Data<Portico>, payload: Payload) -> HttpResponse {
    let reply = async {
        let exchange = collection_exchange::<M>(&request, &app, Method::Post);
        several::<M, _>(&exchange, &app, payload, async |cx, key, named| M::select(cx, key, named).await).await
    };
    settle(reply.await, &request, &app)
}

async fn change<M: Members>(request: HttpRequest, app: Data<Portico>, payload: Payload) -> HttpResponse {
    let reply = async {
        let exchange = collection_exchange::<M>(&request, &app, Method::Patch);
        several::<M, _>(&exchange, &app, payload, async |cx, key, changes| M::change(cx, key, changes).await).await
    };
    settle(reply.await, &request, &app)
}

/// An operation on a collection that takes several of its members, and answers with as many as there are of them.
async fn several<M: Members, A>(exchange: &Exchange<'_>, app: &Data<Portico>, payload: Payload, act: A) -> Reply
where
    A: AsyncFn(&Cx<'_>, &OwnerKey<M>, Several<M::Member>) -> Result<Vec<Found<M::Member>>, Error>,
{
    let request = exchange.request;
    let key: OwnerKey<M> = exchange.admit().await?;
    let format = negotiate::format(request.headers())?;
    check_collection::<M>(request, app, &key).await?;
    let path = members_path::<M>(&key);
    let members = read_list::<M::Member>(exchange, app, payload, &iri(app, &path), M::MOST).await?;
    let act = async |cx: &Cx<'_>| act(cx, &key, members.clone()).await;
    let (actor, members) = exchange.act(key.customer(), act).await?;
    // All on one page, which is no page of the collection's own.
    let total = members.len() as u64;
    let query = Query { page_size: Ord::max(total, 1), ..Query::all() };
    let asked = (query, hydra::Page { members, total, next: None, closed: false });
    let json = page_json::<M>(app, &path, &key, &actor, &asked)?;
    let more = |response: &mut _| apply(Preferences::of(request.headers()), response);
    let class = M::Member::CLASS;
    let mut response = documents::respond(app, class, format, json, StatusCode::OK, String::new(), more).await?;
    // A tag would be taken for that of the collection.
    response.headers_mut().remove(header::ETAG);
    Ok(response)
}

/// A POST that is conditional on the state of the collection: its tag, that of the first page, must be one of those sent.
async fn check_collection<M: Members>(request: &HttpRequest, app: &Portico, key: &OwnerKey<M>) -> Result<(), Failure> {
    let sent: Vec<_> = tags(request.headers(), &header::IF_MATCH).collect();
    if sent.is_empty() || sent.contains(&"*") {
        return Ok(());
    }
    if !operations::<M>().iter().any(|operation| operation.method == Method::Get) {
        // What cannot be read has no tag that could have been sent.
        return Err(Error::Changed.into());
    }
    let exchange = collection_exchange::<M>(request, app, Method::Get);
    let (actor, page) = page::<M>(&exchange, key, "").await?;
    let json = page_json::<M>(app, target_of(request), key, &actor, &page)?;
    let hash = hydra::fingerprint(&json);
    let known = sent.iter().any(|tag| tag.strip_prefix('"').is_some_and(|tag| tag.starts_with(&hash)));
    if known { Ok(()) } else { Err(Error::Changed.into()) }
}

/// A body longer than this is understood on a thread of its own, so that other requests do not wait for it.
const LONG: usize = 16 << 10;

async fn read_body<C: Class>(
    request: &HttpRequest,
    app: &Data<Portico>,
    payload: Payload,
    method: Method,
    target: &str,
) -> Result<Body, Failure> {
    understand(request, app, payload, method, target, |app, bytes, syntax, target| {
        hydra::body::parse(&app.api, &app.ld, C::CLASS, bytes, syntax, target)
    })
    .await
}

/// What a body lists: several where the operation takes several, otherwise the one that it is itself.
async fn read_list<C: Class>(
    exchange: &Exchange<'_>,
    app: &Data<Portico>,
    payload: Payload,
    target: &str,
    most: usize,
) -> Result<Several<C>, Failure> {
    let (request, method) = (exchange.request, exchange.operation.method);
    let strict = Preferences::of(request.headers()).strict;
    if !takes_several(exchange.operation) {
        let body = read_body::<C>(request, app, payload, method, target).await?;
        let members = vec![New { id: None, input: hydra::read::<C>(body, Purpose::Create, strict)? }];
        return Ok(Several { members, violations: Vec::new() });
    }
    let bodies = understand(request, app, payload, method, target, |app, bytes, syntax, target| {
        hydra::body::parse_members(&app.api, &app.ld, C::CLASS, bytes, syntax, target)
    });
    let Listed { members, violations } = hydra::read_members::<C>(bodies.await?, most, strict)?;
    Ok(Several { members: members.into_iter().map(|(id, input)| New { id, input }).collect(), violations })
}

/// How bytes that were sent to an IRI become something.
type Parse<T> = fn(&Portico, &[u8], Syntax, &str) -> Result<T, Refusal>;

async fn understand<T: Send + 'static>(
    request: &HttpRequest,
    app: &Data<Portico>,
    payload: Payload,
    method: Method,
    target: &str,
    parse: Parse<T>,
) -> Result<T, Failure> {
    let syntax = body::syntax(request, method)?;
    let bytes = body::read(app, payload).await?;
    let parsed = if bytes.len() > LONG {
        let (app, target) = (Data::clone(app), target.to_owned());
        let work = tokio::task::spawn_blocking(move || parse(&app, &bytes, syntax, &target));
        work.await.map_err(|error| Error::Internal(error.to_string()))?
    } else {
        parse(app, &bytes, syntax, target)
    };
    parsed.map_err(|refusal| {
        let mut letters = refusal.chars();
        let first = letters.next().map(char::to_uppercase).into_iter().flatten();
        Failure::bad_request(format!("{}{}.", first.collect::<String>(), letters.as_str()))
    })
}

fn iri(app: &Portico, path: &str) -> String {
    format!("{}{path}", app.api.base())
}

fn json(document: &impl Serialize, room: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::with_capacity(room);
    serde_json::to_writer(&mut bytes, document).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(bytes)
}

/// Whether an actor may invoke an operation on this resource.
fn offers<C: Class>(actor: &Actor, found: &Found<C>, operation: &OperationDef) -> bool {
    found.value.offers(operation) && policy::allowed(actor, operation, found.key.customer().map(CustomerId))
}

/// An actor as whom a representation is for.
fn reader(actor: &Actor) -> impl Fn(&OperationDef, Option<i64>) -> bool {
    |operation, customer| policy::allowed(actor, operation, customer.map(CustomerId))
}

fn allowed_operations<C: Class>(actor: &Actor, found: &Found<C>) -> u32 {
    let allowed = |operation: &OperationDef| offers(actor, found, operation);
    C::CLASS.operations.iter().enumerate().filter(|(_, op)| allowed(op)).fold(0, |mask, (bit, _)| mask | 1 << bit)
}

/// The tag of a resource's representation: version first, then what else it depends on.
fn item_tag<C: Class>(app: &Portico, format: Format, actor: &Actor, found: &Found<C>) -> String {
    let (mask, mark) = (allowed_operations(actor, found), app.mark(format));
    let hidden = app.api.class(C::NAME).hidden(found.key.customer(), &reader(actor)).mask();
    match (found.value.variation(), hidden) {
        (0, 0) => versioned(found.version, format_args!("{}{mark}{mask:x}", app.fingerprint)),
        (variation, hidden) => {
            versioned(found.version, format_args!("{}{mark}{mask:x}-{variation:x}-{hidden:x}", app.fingerprint))
        }
    }
}

/// A resource as an answer.
async fn item<C: Class>(
    app: &Portico,
    request: &HttpRequest,
    format: Format,
    actor: &Actor,
    found: &Found<C>,
    status: StatusCode,
) -> Reply {
    let tag = item_tag(app, format, actor, found);
    if request.method().is_safe() && is_known(request.headers(), &tag) {
        return Ok(documents::not_modified(format, tag).finish());
    }
    let operations = app.api.class(C::NAME).inline(|operation| offers(actor, found, operation));
    let reader = &reader(actor);
    let json = json(&Document { api: &app.api, found, operations: &operations, reader }, 4096)?;
    documents::respond(app, C::CLASS, format, json, status, tag, |response| {
        if !request.method().is_safe() {
            let iri = iri(app, &found.path());
            response.insert_header((header::CONTENT_LOCATION, iri.clone()));
            if request.method() == HttpMethod::POST || status == StatusCode::CREATED {
                response.insert_header((header::LOCATION, iri));
            }
            apply(Preferences::of(request.headers()), response);
        }
    })
    .await
}

fn apply(preferences: Preferences, response: &mut actix_web::HttpResponseBuilder) {
    if let Some(applied) = preferences.applied() {
        response.insert_header((PREFERENCE_APPLIED, applied));
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
        let handler = async |request: HttpRequest| format!("{:?}", super::key::<ThingKey>(&request, PATH).ok());
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
