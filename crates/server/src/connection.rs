//! A connection as the HTTP library is given it. All bytes pass as they are, but for the bare answer that the library gives
//! by itself to what it cannot read as a request: in its place goes what the service says to that.

use std::cell::Cell;
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::dev::Extensions;
use actix_web::http::StatusCode;
use actix_web::rt::net::TcpStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How much of what was sent is kept to tell what was addressed, in bytes. An address that goes on behind it is too long.
const OPENING: usize = 8 << 10;

/// What the library answers by itself, before there is a request that the service could be given: what it cannot parse, what
/// did not come in time, what is too large.
const BARE: [StatusCode; 3] =
    [StatusCode::BAD_REQUEST, StatusCode::REQUEST_TIMEOUT, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE];

/// Whether the service was given a request since somebody was last answered on this connection. It is the proof that an
/// answer is the library's own: a bare one from the service looks the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct HandedOn(Rc<Cell<bool>>);

impl HandedOn {
    /// Marks that the service has a request of this connection.
    pub(crate) fn mark(&self) {
        self.0.set(true);
    }
}

/// What was sent and is no request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoRequest<'a> {
    /// Its first bytes.
    pub(crate) opening: &'a [u8],
    /// What the library would answer.
    pub(crate) status: StatusCode,
    /// The other end of the connection.
    pub(crate) from: Option<IpAddr>,
}

impl<'a> NoRequest<'a> {
    /// The words of the request line, as far as they came: it may have letters that HTTP has not.
    pub(crate) fn words(&self) -> impl Iterator<Item = &'a [u8]> {
        let line = self.opening.split(|&byte| byte == b'\n').next().unwrap_or_default();
        line.split(|byte| byte.is_ascii_whitespace())
    }

    /// Whether the request line has no end within what is kept of it.
    pub(crate) fn goes_on(&self) -> bool {
        self.opening.len() >= OPENING && !self.opening.contains(&b'\n')
    }
}

/// What the service says to what is no request: a whole answer, as it goes over the wire.
pub(crate) type Say = Rc<dyn Fn(NoRequest<'_>) -> Vec<u8>>;

/// A connection of a client.
pub(crate) struct Connection {
    tcp: TcpStream,
    say: Say,
    given: HandedOn,
    opening: Vec<u8>,
    /// Whether something was written since something was read: what comes next is an opening.
    is_answered: bool,
    instead: Instead,
}

/// What is written in place of a bare answer.
enum Instead {
    Nothing,
    Begun {
        answer: Vec<u8>,
        written: usize,
    },
    /// Nothing goes over this connection any more.
    Done,
}

impl Connection {
    pub(crate) fn new(tcp: TcpStream, say: Say) -> Self {
        let (given, opening) = (HandedOn::default(), Vec::new());
        Self { tcp, say, given, opening, is_answered: true, instead: Instead::Nothing }
    }

    /// Gives the requests of a connection what they mark.
    pub(crate) fn introduce(&self, requests: &mut Extensions) {
        requests.insert(self.given.clone());
    }

    /// Keeps the first bytes of what was sent since somebody was last answered.
    fn note(&mut self, bytes: &[u8]) {
        if std::mem::take(&mut self.is_answered) {
            self.opening.clear();
            self.given.0.set(false);
        }
        let room = OPENING.saturating_sub(self.opening.len());
        self.opening.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// What goes over the wire in place of these bytes, if they are an answer of the library's own.
    fn instead_of(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let status = bare(bytes).filter(|_| !self.given.0.get())?;
        let from = self.tcp.peer_addr().ok().map(|peer| peer.ip());
        Some((self.say)(NoRequest { opening: &self.opening, status, from }))
    }
}

/// The status of an answer that has no more than the library gives to every one, and no body.
fn bare(answer: &[u8]) -> Option<StatusCode> {
    let rest = answer.strip_prefix(b"HTTP/1.")?.get(2..)?;
    let status = StatusCode::from_bytes(rest.get(..3)?).ok().filter(|status| BARE.contains(status))?;
    let lines = std::str::from_utf8(rest.strip_suffix(b"\r\n\r\n")?).ok()?.split("\r\n").skip(1);
    let is_bare = |line: &str| match line.split_once(": ") {
        Some(("content-length", length)) => length == "0",
        Some((name, _)) => ["connection", "date"].contains(&name),
        None => false,
    };
    lines.into_iter().all(is_bare).then_some(status)
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("tcp", &self.tcp).finish_non_exhaustive()
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.tcp).poll_read(cx, buf))?;
        if buf.filled().len() > before {
            self.note(&buf.filled()[before..]);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if matches!(this.instead, Instead::Nothing)
            && let Some(answer) = this.instead_of(buf)
        {
            this.instead = Instead::Begun { answer, written: 0 };
        }
        match &mut this.instead {
            Instead::Nothing => {
                this.is_answered = true;
                Pin::new(&mut this.tcp).poll_write(cx, buf)
            }
            Instead::Begun { answer, written } => {
                while *written < answer.len() {
                    match ready!(Pin::new(&mut this.tcp).poll_write(cx, &answer[*written..]))? {
                        0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                        more => *written += more,
                    }
                }
                this.instead = Instead::Done;
                Poll::Ready(Ok(buf.len()))
            }
            Instead::Done => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::{NoRequest, OPENING, bare};
    use actix_web::http::StatusCode;

    #[test]
    fn an_answer_is_bare_that_says_nothing() {
        let date = "date: Sat, 28 Nov 2026 02:37:13 GMT\r\n";
        for (head, status) in [
            ("400 Bad Request", Some(StatusCode::BAD_REQUEST)),
            ("408 Request Timeout", Some(StatusCode::REQUEST_TIMEOUT)),
            ("431 Request Header Fields Too Large", Some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)),
            ("404 Not Found", None),
            ("200 OK", None),
        ] {
            for more in ["", "connection: close\r\n"] {
                let answer = format!("HTTP/1.1 {head}\r\ncontent-length: 0\r\n{more}{date}\r\n");
                assert_eq!(bare(answer.as_bytes()), status, "{answer}");
            }
        }
        for said in [
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n{}",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nvary: accept\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n",
            "xHTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 ",
            "",
        ] {
            assert_eq!(bare(said.as_bytes()), None, "{said}");
        }
    }

    #[test]
    fn a_request_line_is_told_as_far_as_it_came() {
        let of = |opening| NoRequest { opening, status: StatusCode::BAD_REQUEST, from: None };
        let words: Vec<_> = of("GET /häfen?\"q\" HTTP/1.1\r\nHost: x\r\n".as_bytes()).words().collect();
        assert_eq!(words, ["GET".as_bytes(), "/häfen?\"q\"".as_bytes(), b"HTTP/1.1", b""]);
        assert_eq!(of(b"").words().count(), 1);
        assert!(of(&[b'x'; OPENING]).goes_on());
        assert!(!of(b"GET / HTTP/1.1\r\n").goes_on());
    }
}
