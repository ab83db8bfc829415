//! A page of a hundred images, out of few and out of many.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};

use super::bench::{Bench, median, path_of};
use super::seed::{ALIKE, COUNTS};
use crate::http::Connection;
use crate::load::Load;
use crate::process::Server;

/// A way to a page, measured in both spaces.
#[derive(Debug)]
pub struct Page {
    /// What it is.
    pub title: &'static str,
    /// Milliseconds that half of the answers did not exceed, out of few and out of many.
    pub millis: [f64; 2],
    /// Microseconds of a processor for each.
    pub micros: [f64; 2],
    /// How many times as long out of many: the median over slices that followed each other.
    pub multiple: f64,
}

/// Measures the first page, one by a filter, and one by following `next` from the middle.
pub(super) async fn measure(bench: &Bench<'_>, portico: &Server) -> Result<Vec<Page>> {
    let mut connection = Connection::open(portico.address).await?;
    let mut ways: [(&'static str, Vec<String>); 3] =
        [("first page", vec![]), ("by a filter that a hundred have", vec![]), ("next, from the middle", vec![])];
    for (number, count) in (1..).zip(COUNTS) {
        let images = format!("/customers/{}/spaces/{number}/images", bench.customer);
        let middle = format!("{images}?page={}", count / 200);
        let document = bench.document(&mut connection, &middle).await?;
        let next = document.pointer("/view/next").and_then(|next| next.as_str()).context("the middle has a next")?;
        ways[0].1.push(images.clone());
        ways[1].1.push(format!("{images}?string1=book-{}", count / ALIKE / 2));
        ways[2].1.push(path_of(next)?);
    }
    let mut pages = Vec::new();
    for (title, paths) in ways {
        pages.push(one(bench, portico, title, &paths).await?);
    }
    Ok(pages)
}

async fn one(bench: &Bench<'_>, portico: &Server, title: &'static str, paths: &[String]) -> Result<Page> {
    let slice = Duration::from_millis(if bench.plan.quick { 150 } else { 400 });
    let mut loads = Vec::new();
    for path in paths {
        let request: Arc<[u8]> = bench.request("GET", path, "").into();
        let mut load = Load::new(portico.address, 4, Arc::new(move |_| Arc::clone(&request)), 200).await?;
        load.run(slice / 2).await?;
        loads.push((load, Vec::new(), Vec::new()));
    }
    for _ in 0..bench.rounds() {
        for (load, latencies, cpu) in &mut loads {
            let before = portico.cpu()?;
            let done = load.run(slice).await?;
            tokio::time::sleep(Duration::from_millis(20)).await;
            let spent = portico.cpu()?.saturating_sub(before).as_secs_f64();
            #[expect(clippy::cast_precision_loss, reason = "a slice has fewer requests than a float counts")]
            cpu.push(spent * 1e6 / done.latencies.len().max(1) as f64);
            latencies.push(median(done.latencies.iter().map(|micros| f64::from(*micros) / 1000.0).collect()));
        }
    }
    let multiples = loads[1].1.iter().zip(&loads[0].1).map(|(many, few): (&f64, &f64)| many / few).collect();
    let millis = [0, 1].map(|at: usize| median(loads[at].1.clone()));
    let micros = [0, 1].map(|at: usize| median(loads[at].2.clone()));
    Ok(Page { title, millis, micros, multiple: median(multiples) })
}
