//! As much of HTTP/1.1 as a benchmark needs: a request goes out, an answer with a Content-Length comes back.

use std::borrow::Cow;
use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A keep-alive connection.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    head: usize,
    end: usize,
}

/// An answer, in parts.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body, which may be compressed.
    pub body: Vec<u8>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// Nobody listens there.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; 256 << 10], head: 0, end: 0 })
    }

    /// Sends a request and reads the whole answer; its status.
    ///
    /// # Errors
    /// The connection broke, or the answer is not one that is understood here.
    pub async fn send(&mut self, request: &[u8]) -> Result<u16> {
        self.stream.write_all(request).await?;
        let mut filled = 0;
        loop {
            let read = self.stream.read(&mut self.buffer[filled..]).await?;
            if read == 0 {
                bail!("the server closed the connection");
            }
            let looked_at = filled.saturating_sub(3);
            filled += read;
            let Some(at) = self.buffer[looked_at..filled].windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            self.head = looked_at + at + 4;
            let (status, length) = self.measure()?;
            self.end = self.head + length;
            if self.end > self.buffer.len() {
                self.buffer.resize(self.end, 0);
            }
            if filled < self.end {
                self.stream.read_exact(&mut self.buffer[filled..self.end]).await?;
            }
            return Ok(status);
        }
    }

    /// The status of the answer in the buffer, and how long its body is.
    fn measure(&self) -> Result<(u16, usize)> {
        let head = &self.buffer[..self.head];
        let status = head.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok());
        let status = status.and_then(|digits| digits.parse().ok()).context("not an HTTP response")?;
        if status == 304 || status == 204 {
            return Ok((status, 0));
        }
        let name = b"content-length: ";
        let line = head.split(|byte| *byte == b'\n').find_map(|line| {
            let (start, value) = line.split_at_checked(name.len())?;
            start.eq_ignore_ascii_case(name).then_some(value)
        });
        let digits = std::str::from_utf8(line.context("no Content-Length")?)?;
        Ok((status, digits.trim().parse()?))
    }

    /// Sends a request; the answer in parts.
    ///
    /// # Errors
    /// As [`Connection::send`].
    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        let status = self.send(request).await?;
        let head = std::str::from_utf8(&self.buffer[..self.head])?;
        let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        let body = self.buffer[self.head..self.end].to_vec();
        Ok(Answer { status, headers, body })
    }
}

impl Answer {
    /// The body, for people.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// A header.
    ///
    /// # Errors
    /// The answer has none of this name.
    pub fn header(&self, name: &str) -> Result<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).with_context(|| format!("the answer has no {name}"))
    }
}
