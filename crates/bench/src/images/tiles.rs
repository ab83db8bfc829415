//! Tiles of a picture of 100 megapixels, beside those of one of 25.

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, bail};
use serde_json::json;

use super::bench::{Bench, median};
use super::origin;
use super::worker::ingest;
use crate::http::Connection;
use crate::process::Server;

/// The edges of the two pictures, which are square.
const EDGES: [u32; 2] = [5000, 10_000];
/// The edge of a tile.
const TILE: u32 = 512;
/// Tiles of each picture in a turn.
const TURN: u32 = 40;
/// Far apart, and elsewhere each time: this share of the way further than the last (the golden section).
const FURTHER: u64 = 618_034;

/// What tiles take.
#[derive(Debug)]
pub struct Tiles {
    /// The first of each picture, which has to be decoded for it, in milliseconds.
    pub first: [f64; 2],
    /// Each further one: the median of the turns' medians, in milliseconds.
    pub further: [f64; 2],
    /// How many times as long those of the larger picture take: the median over turns.
    pub multiple: f64,
    /// The most memory that the server had, in MiB.
    pub memory: f64,
}

/// Measures in turns, of a server of its own. A worker has to run.
pub(super) async fn measure(bench: &Bench<'_>, folder: &Path) -> Result<Tiles> {
    let portico = bench.serve().await?;
    let mut connection = Connection::open(portico.address).await?;
    for edge in EDGES {
        let file = folder.join("large.jpg");
        std::fs::write(&file, origin::picture((edge, edge), 60)?)?;
        let address = origin::serve(&file).await?;
        let image = json!({"id": name(edge), "space": 1, "origin": format!("http://{address}/large.jpg")});
        ingest(bench, &mut connection, vec![image]).await?;
    }
    let mut place = 0;
    let mut first = [0.0; 2];
    for (edge, first) in EDGES.into_iter().zip(&mut first) {
        *first = tile(bench, &mut connection, edge, &mut place).await?;
    }
    let mut turns = [Vec::new(), Vec::new()];
    for _ in 0..bench.rounds() {
        for (edge, turns) in EDGES.into_iter().zip(&mut turns) {
            let mut each = Vec::new();
            for _ in 0..TURN {
                each.push(tile(bench, &mut connection, edge, &mut place).await?);
            }
            turns.push(median(each));
        }
    }
    let multiple = median(turns[0].iter().zip(&turns[1]).map(|(small, large)| large / small).collect());
    let memory = memory(&portico)?;
    portico.stop().await?;
    Ok(Tiles { first, further: turns.map(median), multiple, memory })
}

fn name(edge: u32) -> String {
    format!("large-{edge}")
}

/// Has one made; the milliseconds that it took.
async fn tile(bench: &Bench<'_>, connection: &mut Connection, edge: u32, place: &mut u64) -> Result<f64> {
    // No tile twice: what was made is kept for a while.
    let mut next = || {
        *place += FURTHER;
        (*place % 1_000_000) * u64::from(edge - TILE) / 1_000_000
    };
    let (x, y) = (next(), next());
    let (customer, name) = (bench.customer, name(edge));
    let path = format!("/iiif-img/{customer}/1/{name}/{x},{y},{TILE},{TILE}/{TILE},{TILE}/0/default.jpg");
    let began = Instant::now();
    let answer = connection.ask(&bench.client.request("GET", &path, "")).await?;
    if answer.status != 200 {
        bail!("{path} is answered with {}: {}", answer.status, answer.text());
    }
    Ok(began.elapsed().as_secs_f64() * 1e3)
}

fn memory(portico: &Server) -> Result<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a float counts further than this")]
    Ok(portico.peak_memory()? as f64 / 1024.0)
}
