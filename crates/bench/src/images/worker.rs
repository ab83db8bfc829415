//! What a worker gets through on one core, beside a bare loop over the same picture.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use chrono::DateTime;
use serde_json::{Value as Json, json};

use super::batches::child;
use super::bench::{Bench, median};
use super::origin;
use crate::client::path_of;
use crate::http::Connection;
use crate::process::Server;

/// The edges of the picture: two million pixels.
const SIZE: (u32, u32) = (1632, 1224);
/// Pictures in a turn.
const TURN: usize = 60;
/// How long a turn may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Pictures a second, on one core.
#[derive(Debug)]
pub struct Worker {
    /// Through a worker: claimed, fetched, decoded, made small, kept, written down.
    pub portico: f64,
    /// Decoded and made small alone.
    pub bare: f64,
    /// The share of the bare loop's rate that the worker has: the median over turns that followed each other.
    pub share: f64,
}

/// Measures in turns. Portico's own server only counts meanwhile.
pub(super) async fn measure(bench: &Bench<'_>, portico: &Server, folder: &Path) -> Result<Worker> {
    let file = folder.join("picture.jpg");
    std::fs::write(&file, origin::picture(SIZE, 88)?)?;
    let picture = file.display().to_string();
    let address = origin::serve(&file).await?;
    let mut connection = Connection::open(portico.address).await?;
    let (mut ours, mut bares) = (Vec::new(), Vec::new());
    let times = TURN.to_string();
    for turn in 0..=bench.rounds() {
        let member = |number| json!({"id": format!("w{turn}-{number}"), "space": 1, "origin": format!("http://{address}/{turn}/{number}.jpg")});
        let one = ingest(bench, &mut connection, (0..TURN).map(member).collect()).await?;
        let other = child(bench.pinning, &["bare", "--picture", &picture, "--times", &times])?;
        if turn > 0 {
            ours.push(one);
            bares.push(other);
        }
    }
    let share = median(bares.iter().zip(&ours).map(|(bare, our)| bare / our).collect());
    #[expect(clippy::cast_precision_loss, reason = "a float counts further than this")]
    let rate = |seconds: Vec<f64>| TURN as f64 / median(seconds);
    Ok(Worker { portico: rate(ours), bare: rate(bares), share })
}

/// Takes out of the queue what the batches left there, whose origins do not exist.
pub(super) async fn clear(bench: &Bench<'_>) -> Result<()> {
    let database = crate::database::Database::open(bench.url).await?;
    crate::database::on!(&database, writes, pool => {
        sqlx::query("DELETE FROM job").execute(pool).await?;
    });
    database.close().await;
    Ok(())
}

/// Has pictures ingested; the seconds from the first that was taken out of the queue to the last that was done.
pub(super) async fn ingest(bench: &Bench<'_>, connection: &mut Connection, pictures: Vec<Json>) -> Result<f64> {
    let count = pictures.len();
    let body = json!({"member": pictures}).to_string();
    let answer =
        connection.ask(&bench.client.request("POST", &format!("/customers/{}/queue", bench.customer), &body)).await?;
    let path = path_of(answer.header("location").with_context(|| answer.text().into_owned())?)?;
    let began = Instant::now();
    let batch = loop {
        let batch = bench.client.document(connection, &path).await?;
        if batch.get("finished").is_some() {
            break batch;
        }
        if began.elapsed() > PATIENCE {
            bail!("a batch does not finish: {batch}");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    if batch["completed"] != count {
        bail!("a batch has errors: {batch}");
    }
    let images = bench.client.document(connection, &format!("{path}/images")).await?;
    let members = images["member"].as_array().context("a page has members")?;
    let first = members.iter().filter_map(|image| seconds(&image["dequeued"])).fold(f64::INFINITY, f64::min);
    let last = seconds(&batch["finished"]).context("a finished batch says when")?;
    Ok(last - first)
}

/// An instant, in seconds.
fn seconds(instant: &Json) -> Option<f64> {
    let instant = DateTime::parse_from_rfc3339(instant.as_str()?).ok()?;
    #[expect(clippy::cast_precision_loss, reason = "microseconds of this century fit")]
    Some(instant.timestamp_micros() as f64 / 1e6)
}
