//! The raw twin: actix-web and a database, as one would write it by hand for these documents alone. No sign-in, no
//! policy, no entity tags.

use std::path::PathBuf;

use actix_web::http::header;
use actix_web::web::{self, Bytes, Data, Path, Query};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::capture;

mod documents;
mod queries;
mod statements;

use documents::{Constants, PageView};
use queries::Source;

/// What the raw twin is told.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Portico's answers, for what is the same in every document
    #[arg(long)]
    captured: PathBuf,
    /// The database
    #[arg(long)]
    database: String,
    /// What every IRI begins with
    #[arg(long)]
    base: String,
    /// Address to listen at
    #[arg(long)]
    bind: String,
}

struct Twin {
    database: Source,
    constants: Constants,
}

/// Why there is no document.
#[derive(Debug)]
struct Failure(String);

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl actix_web::ResponseError for Failure {}

fn failure(error: impl std::fmt::Display) -> Failure {
    Failure(error.to_string())
}

type Reply = Result<HttpResponse, Failure>;

/// Serves customers, portal users and pages of them.
///
/// # Errors
/// The file cannot be read, the database does not answer, or the address is taken.
pub async fn serve(options: Options) -> Result<()> {
    let constants = Constants::new(&capture::read(&options.captured)?, &options.base)?;
    let twin = Data::new(Twin { database: Source::open(&options.database).await?, constants });
    let server = HttpServer::new(move || {
        App::new()
            .app_data(Data::clone(&twin))
            .route("/health/live", web::get().to(HttpResponse::Ok))
            .route("/customers/{customer}", web::get().to(customer))
            .route("/customers/{customer}/portalUsers/{user}", web::get().to(portal_user))
            .service(
                web::resource("/customers/{customer}/portalUsers")
                    .route(web::get().to(page))
                    .route(web::post().to(create)),
            )
    });
    Ok(server.workers(1).bind(options.bind)?.run().await?)
}

fn json(document: &impl Serialize, room: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::with_capacity(room);
    serde_json::to_writer(&mut bytes, document).map_err(failure)?;
    Ok(bytes)
}

fn ok(document: &impl Serialize, room: usize) -> Reply {
    Ok(HttpResponse::Ok().content_type("application/ld+json").body(json(document, room)?))
}

async fn customer(twin: Data<Twin>, id: Path<i64>) -> Reply {
    match twin.database.customer(*id).await.map_err(failure)? {
        Some(row) => ok(&twin.constants.customer(&row), 4096),
        None => Ok(HttpResponse::NotFound().finish()),
    }
}

async fn portal_user(twin: Data<Twin>, key: Path<(i64, Uuid)>, request: HttpRequest) -> Reply {
    let (customer, user) = *key;
    if let Some(known) = request.headers().get(header::IF_NONE_MATCH) {
        let version = twin.database.version(customer, user).await.map_err(failure)?;
        let known = known.to_str().unwrap_or_default();
        let state = version.map(|version| hydra::state(request.path(), version));
        if known.trim_start_matches('"').split('-').next() == state.as_deref() {
            return Ok(HttpResponse::NotModified().insert_header((header::ETAG, known)).finish());
        }
    }
    match twin.database.portal_user(customer, user).await.map_err(failure)? {
        Some(row) => ok(&twin.constants.portal_user(customer, &row), 2048),
        None => Ok(HttpResponse::NotFound().finish()),
    }
}

/// Which page.
#[derive(Debug, Deserialize)]
struct Paging {
    page: Option<u64>,
    after: Option<String>,
}

const PAGE: usize = 100;

async fn page(twin: Data<Twin>, customer: Path<i64>, paging: Query<Paging>, request: HttpRequest) -> Reply {
    let after: Option<(String, Vec<i64>, i64)> = match &paging.after {
        Some(cursor) => {
            Some(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).map_err(failure)?).map_err(failure)?)
        }
        None => None,
    };
    let total = twin.database.total(*customer).await.map_err(failure)?;
    let after = after.map(|(_, _, id)| id);
    let mut rows = twin.database.page(*customer, after, PAGE as i64 + 1).await.map_err(failure)?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = more.then(|| rows.last()).flatten();
    let next = next.map(|row| URL_SAFE_NO_PAD.encode(format!("[\"\",[],{}]", row.0)));
    let view = PageView {
        request: request.uri().path_and_query().map_or("", |target| target.as_str()),
        page: paging.page.unwrap_or(1),
        total: total.cast_unsigned(),
        size: PAGE as u64,
        next,
    };
    let owned = twin.constants.owned(*customer);
    ok(&twin.constants.page(&owned, &view, &rows), 2048 + rows.len() * 512)
}

async fn create(twin: Data<Twin>, customer: Path<i64>, body: Bytes) -> Reply {
    let new: statements::NewUser = serde_json::from_slice(&body).map_err(failure)?;
    let row = twin.database.insert(*customer, new).await.map_err(failure)?;
    let document = twin.constants.portal_user(*customer, &row);
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, document.iri()))
        .content_type("application/ld+json")
        .body(json(&document, 2048)?))
}
