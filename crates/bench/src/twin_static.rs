//! The static twin: actix-web that answers Portico's own bytes, under Portico's own headers, from memory.

use std::path::PathBuf;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::{self, Bytes};
use actix_web::{App, HttpResponse, HttpServer};
use anyhow::Result;

use crate::capture;

/// What the static twin is told.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The answers, as captured
    #[arg(long)]
    captured: PathBuf,
    /// Address to listen at
    #[arg(long)]
    bind: String,
}

#[derive(Clone)]
struct Fixed {
    path: String,
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

impl Fixed {
    fn respond(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        for (name, value) in &self.headers {
            response.append_header((name.clone(), value.clone()));
        }
        response.body(self.body.clone())
    }
}

/// Serves the answer to each row at the row's name.
///
/// # Errors
/// The file cannot be read, or the address is taken.
pub async fn serve(options: Options) -> Result<()> {
    let mut all = Vec::new();
    for captured in capture::read(&options.captured)? {
        let headers = captured.headers.iter();
        let headers = headers.map(|(name, value)| Ok((name.parse::<HeaderName>()?, HeaderValue::from_str(value)?)));
        all.push(Fixed {
            path: format!("/{}", captured.row),
            status: StatusCode::from_u16(captured.status)?,
            headers: headers.collect::<Result<_>>()?,
            body: captured.body.into(),
        });
    }
    let server = HttpServer::new(move || {
        let all = all.clone();
        App::new().route("/health/live", web::get().to(HttpResponse::Ok)).configure(move |config| {
            for fixed in all {
                let path = fixed.path.clone();
                let posted = fixed.clone();
                config.service(
                    web::resource(path)
                        .route(web::get().to(move || {
                            let response = fixed.respond();
                            async { response }
                        }))
                        .route(web::post().to(move |_body: Bytes| {
                            let response = posted.respond();
                            async { response }
                        })),
                );
            }
        })
    });
    Ok(server.workers(1).bind(options.bind)?.run().await?)
}
