//! Servers that take turns: what disturbs a shared machine for a while disturbs them alike.

use std::time::Duration;

use anyhow::Result;

use crate::load::Load;
use crate::process::Server;
use crate::report::Figures;

/// What of its rate a server is asked when it is measured how long one waits.
const HALF: f64 = 0.5;

/// One server with the requests of one row.
pub struct Turn<'a> {
    /// The server.
    pub server: &'a Server,
    /// What it is sent.
    pub load: Load,
    /// What came of it.
    pub figures: Figures,
}

impl<'a> Turn<'a> {
    /// A server that has not had its turn.
    pub fn new(server: &'a Server, load: Load) -> Self {
        Self { server, load, figures: Figures::default() }
    }
}

/// Slices in turns, after a short one each that does not count: first with as many requests as there are answers, then with half
/// as many, each at its time.
///
/// # Errors
/// An answer has another status than its row, or a connection broke.
pub async fn take(turns: &mut [Turn<'_>], rounds: usize, slice: Duration) -> Result<()> {
    for turn in &mut *turns {
        turn.load.run(slice / 2).await?;
    }
    for _ in 0..rounds {
        for Turn { server, load, figures } in &mut *turns {
            let before = server.cpu()?;
            let done = load.run(slice).await?;
            // What a server does after its answer, such as logging, is a cost of the request too.
            tokio::time::sleep(Duration::from_millis(20)).await;
            figures.add(done, server.cpu()?.saturating_sub(before));
        }
    }
    for _ in 0..rounds {
        for Turn { load, figures, .. } in &mut *turns {
            let done = load.run_at(figures.rate() * HALF, slice).await?;
            figures.wait(done);
        }
    }
    Ok(())
}
