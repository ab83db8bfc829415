//! Batches of 250 images, beside the same rows written plainly.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::bench::{Bench, median};
use crate::http::Connection;
use crate::process::{Pinning, Server};

/// Images in a batch.
pub const MEMBERS: usize = 250;
/// Batches in a turn.
const TURN: usize = 8;

/// Rows a second.
#[derive(Debug)]
pub struct Batches {
    /// Through Portico.
    pub portico: f64,
    /// Plainly.
    pub plain: f64,
    /// How many times as long Portico takes: the median over turns that followed each other.
    pub multiple: f64,
}

/// Measures in turns.
pub(super) async fn measure(bench: &Bench<'_>, portico: &Server) -> Result<Batches> {
    let mut connection = Connection::open(portico.address).await?;
    let (mut ours, mut plains) = (Vec::new(), Vec::new());
    // The first turn of each warms up.
    for turn in 0..=bench.rounds() {
        let began = Instant::now();
        for batch in 0..TURN {
            post(bench, &mut connection, &format!("{turn}-{batch}")).await?;
        }
        let (one, other) = (began.elapsed().as_secs_f64(), plain(bench, turn)?);
        if turn > 0 {
            ours.push(one);
            plains.push(other);
        }
    }
    let multiple = median(ours.iter().zip(&plains).map(|(one, other)| one / other).collect());
    #[expect(clippy::cast_precision_loss, reason = "a float counts further than this")]
    let rate = |seconds: Vec<f64>| (TURN * MEMBERS) as f64 / median(seconds);
    Ok(Batches { portico: rate(ours), plain: rate(plains), multiple })
}

async fn post(bench: &Bench<'_>, connection: &mut Connection, name: &str) -> Result<()> {
    let member = |number| {
        json!({
            "id": format!("{name}-{number}"), "space": 1, "origin": format!("https://images.example/{name}/{number}.jpg"),
            "string1": name, "number1": number, "tags": ["bench"],
        })
    };
    let body = json!({"@type": "Collection", "member": (0..MEMBERS).map(member).collect::<Vec<_>>()}).to_string();
    let path = format!("/customers/{}/queue", bench.customer);
    let answer = connection.ask(&bench.client.request("POST", &path, &body)).await?;
    if answer.status != 201 {
        bail!("a batch is answered with {}: {}", answer.status, answer.text());
    }
    Ok(())
}

/// Runs the plain writer where Portico runs; the seconds that it says it took.
fn plain(bench: &Bench<'_>, turn: usize) -> Result<f64> {
    let (url, customer) = (bench.url, bench.customer.to_string());
    let (turn, batches) = (turn.to_string(), TURN.to_string());
    child(bench.pinning, &["plain", "--database", url, "--customer", &customer, "--turn", &turn, "--batches", &batches])
}

/// Runs this program itself with these arguments, on the servers' core; the number that it says.
pub(super) fn child(pinning: Pinning, arguments: &[&str]) -> Result<f64> {
    let own: PathBuf = std::env::current_exe()?;
    let output = pinning.command(&own).args(arguments).stderr(Stdio::inherit()).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    said.trim().parse().with_context(|| format!("bench {} said {said:?}", arguments[0]))
}
