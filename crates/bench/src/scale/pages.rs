//! A page of a hundred, out of few and out of many.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};

use super::ways::{self, Way};
use crate::client::Client;
use crate::http::Connection;
use crate::load::Load;
use crate::out::note;
use crate::plan::Plan;
use crate::process::Server;
use crate::report::median;

/// A way to a page, measured of both customers.
#[derive(Debug)]
pub struct Page {
    /// What it is.
    pub title: String,
    /// Milliseconds that half of the answers did not exceed, out of few and out of many.
    pub millis: [f64; 2],
    /// Microseconds of a processor for each.
    pub micros: [f64; 2],
    /// How many times as long out of many: the median over slices that followed each other.
    pub multiple: f64,
}

/// Measures every way, the two customers in turns.
pub(super) async fn measure(plan: &Plan, client: &Client, portico: &Server, owners: &[i64]) -> Result<Vec<Page>> {
    let mut connection = Connection::open(portico.address).await?;
    let mut pages = Vec::new();
    for way in ways::all(client, &mut connection, owners).await? {
        note(&format!("Measuring: {}.", way.title));
        pages.push(one(plan, client, portico, &mut connection, way).await?);
    }
    Ok(pages)
}

async fn one(plan: &Plan, client: &Client, portico: &Server, connection: &mut Connection, way: Way) -> Result<Page> {
    let slice = Duration::from_millis(if plan.quick { 60 } else { 200 });
    let rounds = plan.rounds.unwrap_or(if plan.quick { 3 } else { 7 }).max(1);
    let mut loads = Vec::new();
    for path in &way.paths {
        let members = client.document(connection, path).await?["member"].as_array().map_or(0, Vec::len);
        if members != 100 {
            bail!("{path} has {members} members");
        }
        let request: Arc<[u8]> = client.request("GET", path, "").into();
        let mut load = Load::new(portico.address, 1, Arc::new(move |_| Arc::clone(&request)), 200).await?;
        load.run(slice / 2).await?;
        loads.push((load, Vec::new(), Vec::new()));
    }
    for _ in 0..rounds {
        for (load, latencies, cpu) in &mut loads {
            let before = portico.cpu()?;
            let done = load.run(slice).await?;
            tokio::time::sleep(Duration::from_millis(20)).await;
            let spent = portico.cpu()?.saturating_sub(before).as_secs_f64();
            #[expect(clippy::cast_precision_loss, reason = "a slice has fewer requests than a float counts")]
            cpu.push(spent * 1e6 / done.latencies.len().max(1) as f64);
            let millis: Vec<_> = done.latencies.iter().map(|micros| f64::from(*micros) / 1000.0).collect();
            latencies.push(median(&millis));
        }
    }
    let multiples: Vec<_> = loads[1].1.iter().zip(&loads[0].1).map(|(many, few): (&f64, &f64)| many / few).collect();
    Ok(Page {
        title: way.title,
        millis: [0, 1].map(|at: usize| median(&loads[at].1)),
        micros: [0, 1].map(|at: usize| median(&loads[at].2)),
        multiple: median(&multiples),
    })
}
