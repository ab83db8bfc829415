//! Logos: the picture for whoever asks for one, and its description for everybody else.

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data, Payload};
use actix_web::{HttpRequest, HttpResponse, Route};
use hydra::query::pairs;
use hydra::{Class, Method, Violation, expand};
use resource::customers::logo::{self, LogoKind};
use resource::served::ServedClass;
use resource::{Cx, Error, Resource};
use vocab::{CustomerKey, LOGO_TYPES, Logo};

use crate::answer::item;
use crate::conditional::{is_whole_known, precondition};
use crate::exchange::Exchange;
use crate::failure::Failure;
use crate::problem::settle;
use crate::{Portico, body, negotiate, routes};

/// The longest side that can be asked for, in pixels.
const LONGEST: u32 = 1024;

/// The routes of the class that are its own.
pub fn route(class: &'static dyn ServedClass, method: Method) -> Option<Route> {
    let route = web::route();
    match method {
        _ if class.class().name != Logo::NAME => None,
        Method::Get => Some(route.to(move |request: HttpRequest, app: Data<Portico>| show(class, request, app))),
        Method::Put => {
            Some(route.to(move |request: HttpRequest, app: Data<Portico>, payload: Payload| {
                set(class, request, app, payload)
            }))
        }
        _ => None,
    }
}

/// What the template of the class asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wanted {
    side: Option<u32>,
    or_default: bool,
}

impl Wanted {
    /// None where nothing is said.
    fn parse(query: &str) -> Result<Option<Self>, Failure> {
        let (mut wanted, mut is_said, mut wrong) = (Self::default(), false, Vec::new());
        for (name, value) in pairs(query).into_iter().filter(|(_, value)| !value.is_empty()) {
            match (name.as_str(), value.as_str()) {
                ("size", size) => match size.parse() {
                    Ok(side @ 1..=LONGEST) => wanted.side = Some(side),
                    _ => wrong.push(Violation::new("size", format_args!("must be a whole number from 1 to {LONGEST}"))),
                },
                ("includeDefault", "true" | "1") => wanted.or_default = true,
                ("includeDefault", "false" | "0") => wanted.or_default = false,
                ("includeDefault", _) => wrong.push(Violation::new("includeDefault", "must be true or false")),
                _ => continue,
            }
            is_said = true;
        }
        if wrong.is_empty() { Ok(is_said.then_some(wanted)) } else { Err(wrong.into()) }
    }
}

async fn show(class: &'static dyn ServedClass, request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let wanted = Wanted::parse(request.query_string());
    // A parameter is only for pictures.
    let is_said = !matches!(wanted, Ok(None));
    if !negotiate::wants_picture(request.headers(), LOGO_TYPES, is_said) {
        return routes::retrieve(class, request, app).await;
    }
    let reply = async {
        let admitted = Exchange::new(&request, &app, class, Method::Get).admit().await?;
        let key: &CustomerKey = admitted.key().of();
        let Wanted { side, or_default } = wanted?.unwrap_or_default();
        let find = async |cx: &Cx<'_>| {
            // The logo of the service is shown for a customer, not for nobody.
            Logo::fetch(cx, key).await?;
            logo::find(cx, key.customer, side, or_default).await
        };
        let (_, logo) = admitted.act(find).await?;
        let tag = format!("\"{}\"", hydra::fingerprint(&logo.bytes));
        let is_known = is_whole_known(request.headers(), &tag)?;
        let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        response.insert_header((header::ETAG, tag));
        response.insert_header((header::CACHE_CONTROL, "private, no-cache"));
        response.insert_header((header::VARY, "Accept, Authorization, Origin"));
        if is_known {
            return Ok(response.finish());
        }
        Ok(response.content_type(logo.kind.media_type()).body(logo.bytes))
    };
    settle(reply.await, &request, &app)
}

/// What kind of picture the body is said to be.
fn kind(request: &HttpRequest) -> Result<LogoKind, Failure> {
    let given = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    LogoKind::of(&essence).ok_or_else(|| {
        let detail = format!("The Content-Type {given:?} is no picture; send one of: {}.", LOGO_TYPES.join(", "));
        Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
    })
}

async fn set(
    class: &'static dyn ServedClass,
    request: HttpRequest,
    app: Data<Portico>,
    payload: Payload,
) -> HttpResponse {
    let reply = async {
        let admitted = Exchange::new(&request, &app, class, Method::Put).admit().await?;
        let key: &CustomerKey = admitted.key().of();
        admitted.act(async |cx| Logo::owner_is_there(cx, key).await).await?;
        let format = negotiate::format(request.headers())?;
        let on = precondition(request.headers(), &expand(Logo::CLASS.path, key));
        let check = async |cx: &Cx<'_>| on.check(Logo::fetch(cx, key).await?.version);
        admitted.act(check).await?;
        let kind = kind(&request)?;
        let bytes = body::read(&request, &app, payload).await?;
        let act = async |cx: &Cx<'_>| -> Result<_, Error> {
            logo::put(cx, key.customer, kind, bytes.to_vec(), &on).await?;
            Logo::fetch(&cx.having_written(), key).await
        };
        let (actor, found) = admitted.act(act).await?;
        item(&app, &request, format, &actor, &found, StatusCode::OK).await
    };
    settle(reply.await, &request, &app)
}
