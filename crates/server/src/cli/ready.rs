//! `portico ready`: what a container asks itself.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::config::Settings;

const PATIENCE: Duration = Duration::from_secs(5);

/// Asks the process that listens where the settings say: at `admin_bind`, or else at `bind`.
///
/// # Errors
/// It is not ready, or nobody answers.
pub(super) async fn run(settings: &Settings) -> Result<()> {
    let bind = settings.admin_bind.as_deref().unwrap_or(&settings.bind);
    let found = bind.to_socket_addrs().with_context(|| format!("cannot find {bind}"))?.next();
    let address = reachable(found.with_context(|| format!("cannot find {bind}"))?);
    let answer = timeout(PATIENCE, ask(address)).await.with_context(|| format!("nobody answers at {address}"))?;
    let answer = answer.with_context(|| format!("nobody answers at {address}"))?;
    match answer.lines().next() {
        Some(status) if status.contains(" 200 ") => Ok(()),
        _ => bail!("not ready: {}", answer.rsplit("\r\n\r\n").next().unwrap_or_default().trim()),
    }
}

/// Every address of the machine is none to go to.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, address.port())
}

async fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut connection = TcpStream::connect(address).await?;
    let request = format!("GET /health/ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    connection.take(64 << 10).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
