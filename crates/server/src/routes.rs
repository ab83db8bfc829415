//! The generic verbs. A route exists because a class's table has the operation, and for no other reason.

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::http::{Method as HttpMethod, StatusCode, header};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, Resource as Mount, Route, web};
use face::{Conditions, Places, Preferences, Verdict};
use hydra::body::Body;
use hydra::query::Query;
use hydra::{Class, Found, Key, Method, OperationDef, PageDocument, Purpose, expand};
use resource::{Actor, Created, Cx, Error, IfMatch, Members, New, Resource, Several, Submit, policy};
use vocab::value::CustomerId;

use crate::answer::{apply, iri, item, item_tag, json, reader};
use crate::body::{ACCEPT_PATCH, ACCEPT_POST, ACCEPTED, ACCEPTED_PATCH, identifier, listed, takes_several, understood};
use crate::conditional::{is_known, precondition, tag};
use crate::exchange::{Admitted, Exchange, actor, exchange, key};
use crate::failure::{Failure, Reply, settle};
use crate::{Portico, asked, documents, negotiate};

/// Mounts a class at its path, with the methods of its table.
pub fn resource<C: Resource>(places: &mut Places) {
    mount::<C>(places, |_| None);
}

/// Mounts a class whose table has POST at its path, with the methods of its table.
pub fn submission<C: Submit>(places: &mut Places) {
    mount::<C>(places, |method| (method == Method::Post).then(|| web::post().to(submit::<C>)));
}

/// Mounts a class at its path, with the methods of its table; some of them served in a way of their own.
pub fn mount<C: Resource>(places: &mut Places, own: impl Fn(Method) -> Option<Route> + 'static) {
    places.add(C::CLASS.path, move |path| {
        let mut mount = web::resource(path);
        for operation in C::CLASS.operations {
            let route = face::route(operation.method);
            mount = mount.route(own(operation.method).unwrap_or_else(|| match operation.method {
                Method::Get => route.to(retrieve::<C>),
                Method::Put => route.to(replace::<C>),
                Method::Patch => route.to(update::<C>),
                Method::Delete => route.to(remove::<C>),
                Method::Post => unreachable!("{} takes POST; it has to be mounted as a submission", C::NAME),
            }));
        }
        others::<C::Key>(mount, C::CLASS.path.into(), C::CLASS.operations)
    });
}

/// Mounts a collection at the end of its link, with the methods of its table.
pub fn collection<M: Members>(places: &mut Places) {
    let template = collection_path::<M>();
    places.add(&template.clone(), |path| {
        let operations = operations::<M>();
        let mut mount = web::resource(path);
        for operation in operations {
            let route = face::route(operation.method);
            mount = mount.route(match operation.method {
                Method::Get => route.to(list::<M>),
                Method::Post if takes_several(operation) => route.to(select::<M>),
                Method::Post => route.to(create::<M>),
                Method::Patch => route.to(change::<M>),
                Method::Put => route.to(replace_all::<M>),
                Method::Delete => unreachable!("a collection is not removed"),
            });
        }
        others::<OwnerKey<M>>(mount, template.into(), operations)
    });
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

/// OPTIONS, and 405 for all that the table does not have.
fn others<K: Key>(mount: Mount, template: Cow<'static, str>, operations: &'static [OperationDef]) -> Mount {
    let options = move |request: HttpRequest, app: Data<Portico>| {
        let template = template.clone();
        async move { options::<K>(&request, &app, &template, operations).await }
    };
    let refuse = move |request: HttpRequest, app: Data<Portico>| async move { not_allowed(&request, &app, operations) };
    mount.route(web::method(HttpMethod::OPTIONS).to(options)).default_service(web::route().to(refuse))
}

fn allow<'a>(operations: impl IntoIterator<Item = &'a OperationDef>) -> String {
    face::allow(operations.into_iter().map(|operation| operation.method))
}

fn not_allowed(request: &HttpRequest, app: &Portico, operations: &'static [OperationDef]) -> HttpResponse {
    let allow = allow(operations);
    let detail = format!("{} is not a method of this resource; it has: {allow}.", request.method());
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, detail).with(header::ALLOW, allow).respond(&asked::path(request), app)
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
        let _ = app.identities.door(actor).sight(customer).await;
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
    response.insert_header((header::ALLOW, allow(offered))).finish()
}

/// What is answered, unless it refuses something about what is not there: of that nothing else is said. Whether it is there is
/// looked for only where something is refused; what is right, the rule finds a place for or not.
async fn of_what_is_there<T>(
    answer: impl Future<Output = Reply>,
    look: impl Future<Output = Result<T, Failure>>,
) -> Reply {
    match answer.await {
        Err(failure) if failure.refuses() => {
            look.await?;
            Err(failure)
        }
        answer => answer,
    }
}

/// Whether something is there that a body is about. Whether it may be read is another question.
async fn is_there<C: Resource>(cx: &Cx<'_>, key: &C::Key) -> Result<(), Error> {
    match C::fetch(cx, key).await {
        Err(Error::Forbidden) => Ok(()),
        found => found.map(drop),
    }
}

/// GET of one.
pub async fn retrieve<C: Resource>(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let reply = async {
        let exchange = exchange::<C>(&request, &app, Method::Get);
        let admitted = exchange.admit::<C::Key>().await?;
        let key = admitted.key();
        let format = negotiate::format(request.headers())?;
        let (actor, found) = admitted.act(async |cx| C::fetch(cx, key).await).await?;
        item(&app, &request, format, &actor, &found, StatusCode::OK).await
    };
    settle(reply.await, &request, &app)
}

async fn replace<C: Resource>(request: HttpRequest, app: Data<Portico>, payload: Payload) -> HttpResponse {
    let reply = async {
        let exchange = exchange::<C>(&request, &app, Method::Put);
        let admitted = exchange.admit::<C::Key>().await?;
        let key = admitted.key();
        let replaced = async {
            let format = negotiate::format(request.headers())?;
            let path = expand(C::CLASS.path, key);
            let target = iri(&app, &path);
            let input = match exchange.operation.expects {
                // What is sent along with an operation that expects nothing is not looked at.
                hydra::Payload::Nothing => C::Input::default(),
                _ => {
                    let body = understood::<C>(&request, &app, payload, Method::Put, &target).await?;
                    hydra::read::<C>(body, Purpose::Replace(&target), Preferences::of(request.headers()).strict)?
                }
            };
            let on = precondition(request.headers(), &path);
            let act = async |cx: &Cx<'_>| C::replace(cx, key, input.clone(), &on).await;
            let (actor, Created { found, new }) = admitted.act(act).await?;
            let status = if new { StatusCode::CREATED } else { StatusCode::OK };
            item(&app, &request, format, &actor, &found, status).await
        };
        of_what_is_there(replaced, admitted.act(async |cx| C::owner_is_there(cx, key).await)).await
    };
    settle(reply.await, &request, &app)
}

async fn update<C: Resource>(request: HttpRequest, app: Data<Portico>, payload: Payload) -> HttpResponse {
    let reply = async {
        let exchange = exchange::<C>(&request, &app, Method::Patch);
        let admitted = exchange.admit::<C::Key>().await?;
        let key = admitted.key();
        let updated = async {
            let format = negotiate::format(request.headers())?;
            let path = expand(C::CLASS.path, key);
            let target = iri(&app, &path);
            let preferences = Preferences::of(request.headers());
            let body = understood::<C>(&request, &app, payload, Method::Patch, &target).await?;
            let input = hydra::read::<C>(body, Purpose::Change(&target), preferences.strict)?;
            let on = precondition(request.headers(), &path);
            let act = async |cx: &Cx<'_>| C::update(cx, key, input.clone(), &on).await;
            let (actor, found) = admitted.act(act).await?;
            if preferences.representation {
                return item(&app, &request, format, &actor, &found, StatusCode::OK).await;
            }
            // RFC 9110 §15.3.6: a 205 has no body.
            let mut response = HttpResponse::build(StatusCode::RESET_CONTENT);
            let tag = item_tag(&app, format, &actor, &found)?;
            response.insert_header((header::ETAG, String::from(tag)));
            response.insert_header((header::CONTENT_LOCATION, target));
            apply(preferences, &mut response);
            Ok(response.finish())
        };
        of_what_is_there(updated, admitted.act(async |cx| is_there::<C>(cx, key).await)).await
    };
    settle(reply.await, &request, &app)
}

async fn remove<C: Resource>(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let reply = async {
        let exchange = exchange::<C>(&request, &app, Method::Delete);
        let admitted = exchange.admit::<C::Key>().await?;
        let key = admitted.key();
        let on = precondition(request.headers(), &expand(C::CLASS.path, key));
        admitted.act(async |cx| C::remove(cx, key, &on).await).await?;
        // The table says how a deletion is acknowledged.
        let (status, _) = exchange.operation.statuses[0];
        Ok(HttpResponse::build(StatusCode::from_u16(status).expect("tables hold HTTP statuses")).finish())
    };
    settle(reply.await, &request, &app)
}

async fn list<M: Members>(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let reply = async {
        let exchange = collection_exchange::<M>(&request, &app, Method::Get);
        let admitted = exchange.admit::<OwnerKey<M>>().await?;
        let key = admitted.key();
        let format = negotiate::format(request.headers())?;
        let (actor, page) = page::<M>(&app, &admitted, request.query_string()).await?;
        let json = page_json::<M>(&app, &asked::target(&request), key, &actor, &page)?;
        let shown = hydra::fingerprint(&json);
        let tag = tag(&app, &shown, format, &shown);
        if is_known(request.headers(), &tag)? {
            return Ok(documents::not_modified(format, tag.into()).finish());
        }
        documents::respond(&app, M::Member::CLASS, format, json, StatusCode::OK, tag.into(), |_| {}).await
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
    app: &Portico,
    admitted: &Admitted<'_, OwnerKey<M>>,
    raw: &str,
) -> Result<(Arc<Actor>, Asked<M::Member>), Failure> {
    let query = Query::parse(M::Member::CLASS, app.api.base(), raw)?;
    let act = async |cx: &Cx<'_>| M::list(cx, admitted.key(), &query).await;
    let (actor, page) = admitted.act(act).await?;
    Ok((actor, (query, page)))
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
        let admitted = exchange.admit::<OwnerKey<M>>().await?;
        let key = admitted.key();
        let created = async {
            let format = negotiate::format(request.headers())?;
            check_collection::<M>(&request, &app, key).await?;
            let target = iri(&app, &members_path::<M>(key));
            let body = match exchange.operation.expects {
                // What is sent along with an operation that expects nothing is not looked at.
                hydra::Payload::Nothing => Body::default(),
                _ => understood::<M::Member>(&request, &app, payload, Method::Post, &target).await?,
            };
            let id = identifier(&app, body.id.clone());
            let purpose = if M::REFERS { Purpose::Refer } else { Purpose::Create };
            let input = match exchange.operation.expects {
                hydra::Payload::Nothing => <M::Member as Class>::Input::default(),
                _ => hydra::read::<M::Member>(body, purpose, Preferences::of(request.headers()).strict)?,
            };
            let act = async |cx: &Cx<'_>| M::create(cx, key, New { id: id.clone(), input: input.clone() }).await;
            let (actor, Created { found, new }) = admitted.act(act).await?;
            let status = if new { StatusCode::CREATED } else { StatusCode::OK };
            item(&app, &request, format, &actor, &found, status).await
        };
        of_what_is_there(created, admitted.act(async |cx| is_there::<M::Owner>(cx, key).await)).await
    };
    settle(reply.await, &request, &app)
}

async fn submit<C: Submit>(request: HttpRequest, app: Data<Portico>, payload: Payload) -> HttpResponse {
    let reply = async {
        let exchange = exchange::<C>(&request, &app, Method::Post);
        let admitted = exchange.admit::<C::Key>().await?;
        let key = admitted.key();
        let submitted = async {
            let format = negotiate::format(request.headers())?;
            let path = expand(C::CLASS.path, key);
            let target = iri(&app, &path);
            let on = precondition(request.headers(), &path);
            if on != IfMatch::Absent {
                let (_, found) = admitted.act(async |cx| C::fetch(cx, key).await).await?;
                on.check(found.version)?;
            }
            let members = match exchange.operation.expects {
                hydra::Payload::Nothing => Several { members: Vec::new(), violations: Vec::new() },
                _ => listed::<C::Member>(&exchange, &app, payload, &target, C::MOST).await?,
            };
            let act = async |cx: &Cx<'_>| C::submit(cx, key, members.clone()).await;
            let (actor, Created { found, new }) = admitted.act(act).await?;
            let mut statuses = exchange.operation.statuses.iter().chain(exchange.operation.further);
            if new && statuses.next().is_some_and(|(status, _)| *status == StatusCode::CREATED.as_u16()) {
                return item(&app, &request, format, &actor, &found, StatusCode::CREATED).await;
            }
            let mut response = item(&app, &request, format, &actor, &found, StatusCode::OK).await?;
            // What was there before was not made by this request.
            response.headers_mut().remove(header::LOCATION);
            Ok(response)
        };
        of_what_is_there(submitted, admitted.act(async |cx| is_there::<C>(cx, key).await)).await
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

async fn replace_all<M: Members>(request: HttpRequest, app: Data<Portico>, payload: Payload) -> HttpResponse {
    let reply = async {
        let exchange = collection_exchange::<M>(&request, &app, Method::Put);
        several::<M, _>(&exchange, &app, payload, async |cx, key, whole| M::replace(cx, key, whole).await).await
    };
    settle(reply.await, &request, &app)
}

/// An operation on a collection that takes several of its members, and answers with as many as there are of them.
async fn several<M: Members, A>(exchange: &Exchange<'_>, app: &Data<Portico>, payload: Payload, act: A) -> Reply
where
    A: AsyncFn(&Cx<'_>, &OwnerKey<M>, Several<M::Member>) -> Result<Vec<Found<M::Member>>, Error>,
{
    let request = exchange.request;
    let admitted = exchange.admit::<OwnerKey<M>>().await?;
    let key = admitted.key();
    let done = async {
        let format = negotiate::format(request.headers())?;
        check_collection::<M>(request, app, key).await?;
        let path = members_path::<M>(key);
        let members = listed::<M::Member>(exchange, app, payload, &iri(app, &path), M::MOST).await?;
        let act = async |cx: &Cx<'_>| act(cx, key, members.clone()).await;
        let (actor, members) = admitted.act(act).await?;
        // All on one page, which is no page of the collection's own.
        let total = members.len() as u64;
        let query = Query { page_size: Ord::max(total, 1), ..Query::all() };
        let asked = (query, hydra::Page { members, total, next: None, closed: false });
        let json = page_json::<M>(app, &path, key, &actor, &asked)?;
        let more = |response: &mut _| apply(Preferences::of(request.headers()), response);
        let class = M::Member::CLASS;
        let mut response = documents::respond(app, class, format, json, StatusCode::OK, String::new(), more).await?;
        // A tag would be taken for that of the collection.
        response.headers_mut().remove(header::ETAG);
        Ok(response)
    };
    of_what_is_there(done, admitted.act(async |cx| is_there::<M::Owner>(cx, key).await)).await
}

/// A write that is conditional on the state of the collection: what tells that is its first page, as this caller reads it.
async fn check_collection<M: Members>(request: &HttpRequest, app: &Portico, key: &OwnerKey<M>) -> Result<(), Failure> {
    let conditions = Conditions::of(request.headers());
    if conditions.is_empty() {
        return Ok(());
    }
    let state = match operations::<M>().iter().any(|operation| operation.method == Method::Get) {
        true => {
            let admitted = collection_exchange::<M>(request, app, Method::Get).admit::<OwnerKey<M>>().await?;
            let (actor, page) = page::<M>(app, &admitted, "").await?;
            hydra::fingerprint(&page_json::<M>(app, &asked::target(request), key, &actor, &page)?)
        }
        // What cannot be read has no tag that could have been sent.
        false => String::new(),
    };
    match conditions.of_writing(&state) {
        Verdict::Failed => Err(Error::Changed.into()),
        Verdict::Proceed | Verdict::NotModified => Ok(()),
    }
}
