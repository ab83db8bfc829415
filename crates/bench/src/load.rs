//! The load: some connections, each of which sends a request when it has the answer to the one before, or at its time.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::http::Connection;

/// The requests of a row, told apart by their number.
pub type Requests = Arc<dyn Fn(u64) -> Arc<[u8]> + Send + Sync>;

/// Connections to one server that send the requests of one row.
pub struct Load {
    connections: Vec<Connection>,
    requests: Requests,
    status: u16,
    next: Arc<AtomicU64>,
}

/// What came of a slice of time.
#[derive(Debug)]
pub struct Slice {
    /// How long it took, to the last answer.
    pub elapsed: Duration,
    /// How long each answer took, in microseconds.
    pub latencies: Vec<u32>,
}

impl Load {
    /// Connects. Every answer must have this status.
    ///
    /// # Errors
    /// Nobody listens there.
    pub async fn new(address: SocketAddr, connections: usize, requests: Requests, status: u16) -> Result<Self> {
        let mut open = Vec::with_capacity(connections);
        for _ in 0..connections {
            open.push(Connection::open(address).await?);
        }
        Ok(Self { connections: open, requests, status, next: Arc::new(AtomicU64::new(0)) })
    }

    /// Sends for so long, as fast as there are answers: what a server can do.
    ///
    /// # Errors
    /// An answer has another status, or a connection broke.
    pub async fn run(&mut self, duration: Duration) -> Result<Slice> {
        self.send(duration, None).await
    }

    /// Sends for so long, so many requests a second whatever the answers: how long one waits who comes by chance. A request that
    /// no connection is free for waits, and that is part of how long its answer took.
    ///
    /// # Errors
    /// An answer has another status, or a connection broke.
    pub async fn run_at(&mut self, rate: f64, duration: Duration) -> Result<Slice> {
        self.send(duration, Some(Duration::from_secs_f64(1.0 / rate))).await
    }

    async fn send(&mut self, duration: Duration, apart: Option<Duration>) -> Result<Slice> {
        let began = Instant::now();
        let turns = Arc::new(AtomicU32::new(0));
        let mut tasks = Vec::with_capacity(self.connections.len());
        for mut connection in self.connections.drain(..) {
            let (requests, next, status) = (Arc::clone(&self.requests), Arc::clone(&self.next), self.status);
            let turns = Arc::clone(&turns);
            tasks.push(tokio::spawn(async move {
                let mut latencies = Vec::with_capacity(1 << 14);
                let mut due = Instant::now();
                loop {
                    if let Some(apart) = apart {
                        due = began + apart * turns.fetch_add(1, Ordering::Relaxed);
                        // A timer wakes to the millisecond, which is longer than most answers take.
                        while Instant::now() < due {
                            tokio::task::yield_now().await;
                        }
                    }
                    if due.duration_since(began) >= duration {
                        break;
                    }
                    let request = requests(next.fetch_add(1, Ordering::Relaxed));
                    let answered = connection.send(&request).await?;
                    if answered != status {
                        bail!("a request was answered with {answered} instead of {status}");
                    }
                    let now = Instant::now();
                    latencies.push(u32::try_from(now.duration_since(due).as_micros()).unwrap_or(u32::MAX));
                    due = now;
                }
                Ok((connection, latencies))
            }));
        }
        let mut all = Vec::new();
        for task in tasks {
            let (connection, latencies) = task.await??;
            self.connections.push(connection);
            all.extend(latencies);
        }
        Ok(Slice { elapsed: began.elapsed(), latencies: all })
    }
}
