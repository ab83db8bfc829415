//! Single resources of the Cloudentity face, for a customer that signs and for somebody with a session, beside the raw twin.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Utc;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::bench::Bench;
use super::people::SIGNING_KEY;
use super::requests::{HOST, Headers, request};
use super::signature::{md5, message};
use super::vault::server_key;
use crate::http::Connection;
use crate::load::Load;
use crate::out::note;
use crate::process::Server;
use crate::report::Figures;
use crate::turns::{self, Turn};

/// What is asked for.
#[derive(Debug)]
pub struct Served {
    /// What it is.
    pub title: &'static str,
    /// Portico's.
    pub portico: Figures,
    /// The raw twin's.
    pub raw: Figures,
}

/// Measures in turns.
pub(super) async fn measure(bench: &Bench<'_>, portico: &Server) -> Result<Vec<Served>> {
    let own: PathBuf = std::env::current_exe()?;
    let key = server_key(bench.folder).display().to_string();
    let arguments = ["raw-administration", "--database", bench.url, "--server-key", &key].map(str::to_owned);
    let raw = Server::start(bench.pinning, &own, &arguments, &[], None).await?;
    let mut measured = Vec::new();
    for (title, request) in requests(bench) {
        note(&format!("Measuring: {title}."));
        check(portico, &raw, &request).await?;
        let (ours, raws) = turns(bench, [portico, &raw], &request).await?;
        measured.push(Served { title, portico: ours, raw: raws });
    }
    Ok(measured)
}

fn requests(bench: &Bench<'_>) -> [(&'static str, Arc<[u8]>); 2] {
    let people = &bench.people;
    let path = format!("/api/customer/{}", people.signer);
    let signed = request("GET", &path, &signature(&people.signer.to_string(), &path), "");
    let session: Headers = vec![("token", people.token.clone())];
    let entitlements = request("GET", &format!("/api/customer/{}/entitlements", people.provider), &session, "");
    [("GET /api/customer/{id} by signature", signed.into()), ("entitlements of 50 groups", entitlements.into())]
}

/// The headers of a signed GET. They are good for fifteen minutes.
fn signature(customer: &str, path: &str) -> Headers {
    #[expect(clippy::disallowed_methods, reason = "a client takes time where it finds it")]
    let date = Utc::now().to_rfc2822();
    let message = message("GET", &md5(b""), &date, HOST, path, "");
    let mut mac = Hmac::<Sha256>::new_from_slice(SIGNING_KEY.as_bytes()).expect("a key of any length will do");
    mac.update(message.as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    vec![
        ("x-orchis-authorization", format!("orchis-hmac {customer}:{signature}")),
        ("x-orchis-date", date),
        ("x-orchis-request", STANDARD.encode(message)),
    ]
}

/// Whether both answer the same, to the byte.
async fn check(portico: &Server, raw: &Server, request: &[u8]) -> Result<()> {
    let mut answers = Vec::new();
    for server in [portico, raw] {
        let answer = Connection::open(server.address).await?.ask(request).await?;
        if answer.status != 200 {
            bail!("answered with {}: {}", answer.status, answer.text());
        }
        answers.push(answer.text().into_owned());
    }
    if answers[0] == answers[1] {
        Ok(())
    } else {
        bail!("the raw twin does not write what Portico writes: {answers:#?}")
    }
}

async fn turns(bench: &Bench<'_>, servers: [&Server; 2], request: &Arc<[u8]>) -> Result<(Figures, Figures)> {
    let slice = Duration::from_millis(if bench.plan.quick { 200 } else { 500 });
    let mut turns = Vec::new();
    for server in servers {
        let request = Arc::clone(request);
        let requests = Arc::new(move |_| Arc::clone(&request));
        turns.push(Turn::new(server, Load::new(server.address, bench.plan.connections, requests, 200).await?));
    }
    turns::take(&mut turns, bench.rounds(), slice).await?;
    let [ours, raws] = <[_; 2]>::try_from(turns).map_err(|_| anyhow!("each of two has its turn"))?;
    Ok((ours.figures, raws.figures))
}
