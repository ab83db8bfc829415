//! Server-sent events, as a client reads them (WHATWG HTML §9.2.6).

use std::time::Duration;

use serde_json::Value;
use tokio::time::timeout;

use super::Client;

/// How long it is waited for what has to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// An event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What it is called; `message` where it is not.
    pub name: String,
    /// The number that it has.
    pub id: i64,
    /// What it tells.
    pub data: Value,
}

/// A stream of events.
#[derive(Debug)]
pub struct Events {
    response: reqwest::Response,
    read: Vec<u8>,
    /// The last number that came, with an event or without.
    pub last: i64,
}

impl Events {
    /// Follows what is at an address, from where somebody left off.
    pub async fn follow(client: &Client, url: &str, last: Option<&str>) -> Self {
        let request = client.request("GET", url).header("accept", "text/event-stream");
        let request = match last {
            Some(last) => request.header("last-event-id", last),
            None => request,
        };
        let response = request.send().await.expect("it is answered");
        assert_eq!(response.status().as_u16(), 200, "{url}");
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut events = Self { response, read: Vec::new(), last: -1 };
        if last.is_none() {
            // From when on it is followed comes first.
            assert_eq!(events.block().await, Some(None));
        }
        events
    }

    /// The next event; none where the stream has ended.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.block().await? {
                return Some(event);
            }
        }
    }

    /// Whether nothing comes for a while.
    pub async fn is_quiet(&mut self, for_long: Duration) -> bool {
        timeout(for_long, self.next()).await.is_err()
    }

    /// What comes until the next empty line: an event, or something that is none. None where the stream has ended.
    async fn block(&mut self) -> Option<Option<Event>> {
        let end = loop {
            if let Some(end) = self.read.windows(2).position(|two| two == b"\n\n") {
                break end;
            }
            let chunk = timeout(PATIENCE, self.response.chunk()).await.expect("something comes in time");
            self.read.extend(chunk.ok()??);
        };
        let block: Vec<_> = self.read.drain(..end + 2).collect();
        let block = String::from_utf8(block).expect("it is UTF-8");
        let (mut name, mut data) = ("message", None);
        for line in block.lines() {
            match line.split_once(": ") {
                Some(("id", id)) => self.last = id.parse().expect("it is a number"),
                Some(("event", called)) => name = called,
                Some(("data", json)) => data = Some(serde_json::from_str(json).expect("it is JSON")),
                _ => {}
            }
        }
        Some(data.map(|data| Event { name: name.to_owned(), id: self.last, data }))
    }
}
