//! A thousand who follow changes while nothing happens: what memory they take.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::Client;
use crate::process::Server;

/// How many they are.
pub const FOLLOWERS: usize = 1_000;
/// How many files each of the two processes may have open then.
const FILES: &str = "--nofile=4096:";

/// KiB that a server that nobody has asked for anything takes more with them.
pub(super) async fn measure(client: &Client, portico: &Server, owner: i64) -> Result<i64> {
    for process in [portico.id(), std::process::id()] {
        let allowed = Command::new("prlimit").args(["--pid", &process.to_string(), FILES]).status();
        if !allowed.is_ok_and(|status| status.success()) {
            bail!("no process may have so many files open");
        }
    }
    let request = String::from_utf8(client.request("GET", &format!("/customers/{owner}/changes"), ""))?
        .replace("application/ld+json", "text/event-stream");
    let follow = async || -> Result<TcpStream> {
        let mut stream = TcpStream::connect(portico.address).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut begin = [0; 4096];
        let read = stream.read(&mut begin).await?;
        let text = String::from_utf8_lossy(&begin[..read]);
        if !text.starts_with("HTTP/1.1 200") {
            bail!("a follower is answered with {text}");
        }
        Ok(stream)
    };
    // What the first of them needs is no memory of the others.
    let mut streams = vec![follow().await?];
    let before = portico.memory()?;
    while streams.len() < FOLLOWERS {
        streams.push(follow().await?);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = portico.memory()?;
    i64::try_from(after).and_then(|after| Ok(after - i64::try_from(before)?)).context("memory is no such number")
}
