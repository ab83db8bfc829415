//! POST with an `Idempotency-Key`: whoever does not know whether a request was carried out sends it again, and gets the answer that the
//! first one had (draft-ietf-httpapi-idempotency-key-header).

use std::panic::resume_unwind;
use std::pin::Pin;

use actix_web::body::MessageBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, rt};
use hydra::Method;
use resource::rights::repeatable::{self, Earlier};
use resource::served::Served;
use resource::{Errand, Error, Ledger, Repeatable};
use serde::{Deserialize, Serialize};
use tracing::Instrument;

use crate::answer::unwritten;
use crate::exchange::{AdmittedExchange, Exchange};
use crate::failure::{Failure, Reply};
use crate::page::IsPage;
use crate::problem::settle;
use crate::request_id::{self, RequestId};
use crate::{Portico, asked, body};

/// The header.
pub const NAME: HeaderName = HeaderName::from_static("idempotency-key");
/// The longest key, in bytes.
const LONGEST: usize = 255;

/// An answer, as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    status: u16,
    /// Whether it is a page, which is finished for whoever looks at it.
    is_page: bool,
    headers: Vec<(String, String)>,
    body: String,
}

/// What handles a POST.
type Handled = Pin<Box<dyn Future<Output = HttpResponse>>>;

/// Has a POST handled; once, where it has a key.
pub async fn once(
    served: &'static dyn Served,
    request: HttpRequest,
    app: Data<Portico>,
    payload: Payload,
    handle: impl FnOnce(HttpRequest, Data<Portico>, Payload) -> Handled,
) -> HttpResponse {
    if !request.headers().contains_key(NAME) {
        return handle(request, app, payload).await;
    }
    // What is seldom asked for is not compiled into each request.
    let reply = Box::pin(keyed(served, &request, &app, payload, handle)).await;
    settle(reply, &request, &app)
}

async fn keyed(
    served: &'static dyn Served,
    request: &HttpRequest,
    app: &Data<Portico>,
    payload: Payload,
    handle: impl FnOnce(HttpRequest, Data<Portico>, Payload) -> Handled,
) -> Reply {
    let admitted = Exchange::new(request, app, served, Method::Post).admit().await?;
    let key = key(request.headers())?;
    let bytes = body::read(request, app, payload).await?;
    let says = says(request, &bytes);
    let known = app.identities.repeatable(admitted.actor(), &key, &says);
    if let Some(answer) = earlier(&admitted, &known, &says).await? {
        return Ok(answer);
    }
    let payload = Payload::from_request(request, &mut dev::Payload::from(bytes)).await;
    let payload = payload.map_err(|error| Failure::bad_request(error.to_string()))?;
    let work = answered(Data::clone(app), known.clone(), handle(request.clone(), Data::clone(app), payload));
    let Answer { response, is_done } = beside(work).await?;
    match is_done || response.status().is_success() {
        true => Ok(response),
        // Somebody may have been faster with the same.
        false => Ok(earlier(&admitted, &known, &says).await?.unwrap_or(response)),
    }
}

/// Does work that goes on where whoever asked for it does not wait any more: its answer is for when they ask again.
async fn beside<T: 'static>(work: impl Future<Output = T> + 'static) -> T {
    let (ledger, id) = (Ledger::present(), request_id::current(RequestId::clone));
    let work = Errand::keep(Errand::present(), work);
    let work = async {
        match ledger {
            Some(ledger) => ledger.keep(work).await,
            None => work.await,
        }
    };
    let task = rt::spawn(id.unwrap_or_else(RequestId::new).keep(work).in_current_span());
    // A panic is whoever's who waits.
    task.await.unwrap_or_else(|error| resume_unwind(error.into_panic()))
}

/// What a request was answered with, and whether anything was made last for it.
struct Answer {
    response: HttpResponse,
    is_done: bool,
}

/// Carries a request out, and keeps its answer.
async fn answered(app: Data<Portico>, known: Repeatable, work: Handled) -> Result<Answer, Failure> {
    let (response, is_done) = known.clone().keep(work).await;
    let status = response.status();
    if status.is_server_error() || !(is_done || status.is_success()) {
        return Ok(Answer { response, is_done });
    }
    let is_page = response.extensions().contains::<IsPage>();
    let (head, body) = response.into_parts();
    let whole = |_| Failure::from(Error::Internal("an answer to POST is not there as a whole".to_owned()));
    let bytes = body.try_into_bytes().map_err(whole)?;
    if let Ok(text) = std::str::from_utf8(&bytes) {
        let headers = head.headers().iter();
        let headers = headers.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
        let (headers, body) = (headers.collect(), text.to_owned());
        let kept =
            serde_json::to_string(&Kept { status: status.as_u16(), is_page, headers, body }).map_err(unwritten)?;
        // It was carried out in any case.
        if let Err(error) = app.identities.keep_answer(&known, &kept).await {
            tracing::warn!(%error, "the answer to a request that may be sent again could not be kept");
        }
    }
    Ok(Answer { response: head.set_body(bytes).map_into_boxed_body(), is_done })
}

/// The key: a string of Structured Fields (RFC 9651 §3.3.3), or what stands there as it is.
fn key(headers: &HeaderMap) -> Result<String, Failure> {
    let wrong = || {
        let detail = format!(
            "Idempotency-Key must be there once, and be a text of 1 to {LONGEST} visible characters, such as a UUID, in \
             quotation marks or without."
        );
        Failure::bad_request(detail)
    };
    let mut given = headers.get_all(NAME);
    let (Some(one), None) = (given.next(), given.next()) else { return Err(wrong()) };
    let text = one.to_str().map_err(|_| wrong())?.trim();
    let text = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let is_key =
        (1..=LONGEST).contains(&text.len()) && text.bytes().all(|letter| letter.is_ascii_graphic() && letter != b'"');
    if is_key { Ok(text.to_owned()) } else { Err(wrong()) }
}

/// What a request says, as far as another that says something else is another request. In which form it is answered is not asked.
fn says(request: &HttpRequest, body: &Bytes) -> Vec<u8> {
    let syntax = format!("{:?}", body::syntax(request, Method::Post).ok());
    let target = asked::target(request);
    [target.trim_end_matches('?').as_bytes(), b"\0", syntax.as_bytes(), b"\0", body].concat()
}

/// The answer that a request had before, if it was carried out.
///
/// # Errors
/// Another was, with the same key; or its answer is not there.
async fn earlier(
    admitted: &AdmittedExchange<'_>,
    known: &Repeatable,
    says: &[u8],
) -> Result<Option<HttpResponse>, Failure> {
    let (_, earlier) = admitted.act(async |cx| repeatable::earlier(cx, known, says).await).await?;
    match earlier {
        Earlier::Nothing => Ok(None),
        Earlier::Another => Err(Failure::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Another request had this Idempotency-Key within the last day; send this one with a key of its own.",
        )),
        Earlier::Unanswered => Err(Failure::new(
            StatusCode::CONFLICT,
            "A request with this Idempotency-Key is being carried out, or was and its answer was lost. Send it again in a moment; if \
             that is the answer then, too, look for what it was to make.",
        )
        .with(header::RETRY_AFTER, "1")),
        Earlier::Answered(text) => answer(&text).map(Some),
    }
}

fn answer(text: &str) -> Reply {
    let kept: Kept = serde_json::from_str(text).map_err(unwritten)?;
    let mut response = HttpResponse::build(StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK));
    for (name, value) in kept.headers {
        response.append_header((name, value));
    }
    let mut response = response.body(kept.body);
    if kept.is_page {
        response.extensions_mut().insert(IsPage);
    }
    Ok(response)
}
