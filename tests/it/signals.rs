//! Signals, the stop, and clients that take nothing of what they are sent.

use std::io::Write;
use std::net::TcpStream;

use crate::support::binary::{Place, Process};
use crate::support::{Database, until};

async fn place() -> Place {
    Place::new(Database::Sqlite).await.expect("there is always SQLite")
}

async fn is_ready(process: &Process) -> bool {
    let ready = process.admin().get(&format!("{}/health/ready", process.url)).await;
    ready.status == 200
}

#[tokio::test]
async fn signals_that_say_nothing_to_a_service_do_not_end_it() {
    let place = place().await;
    let process = place.serve();
    let worker = place.worker("worker.log", 1);
    until("the worker has begun", async || !place.log("worker.log").is_empty()).await;
    for name in ["HUP", "USR1", "USR2", "ALRM", "VTALRM", "PROF", "IO", "PWR", "STKFLT", "XCPU", "XFSZ", "34", "64"] {
        process.signal(name);
        worker.signal(name);
        assert!(is_ready(&process).await, "after {name}");
    }
    for process in [process, worker] {
        process.signal("TERM");
        assert!(process.ended());
    }
}

#[tokio::test]
async fn each_signal_that_stops_stops_well() {
    let place = place().await;
    for name in ["INT", "QUIT", "TERM"] {
        let process = place.serve();
        process.signal(name);
        assert!(process.ended(), "{name}");
    }
}

#[tokio::test]
async fn while_it_drains_it_answers_and_is_not_ready() {
    let place = place().await;
    let process = place.serve_with(&[("PORTICO_DRAIN", "600")]);
    assert!(is_ready(&process).await);
    process.signal("TERM");
    until("it is not ready", async || !is_ready(&process).await).await;
    process.admin().get(&process.url).await.expect(200);
    // Whoever tells it again does not want to wait.
    process.signal("TERM");
    assert!(process.ended());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_client_that_takes_nothing_is_let_go() {
    let place = place().await;
    let process = place.serve_with(&[("PORTICO_REQUEST_TIMEOUT", "1")]);
    let authority = process.url.trim_start_matches("http://");
    let mut client = TcpStream::connect(authority).expect("it listens");
    // More than the two ends of a connection keep between them.
    let request = b"GET /vocab HTTP/1.1\r\nHost: x\r\n\r\n".repeat(200);
    client.write_all(&request).expect("it reads");
    let port: u16 = authority.rsplit_once(':').expect("it has a port").1.parse().expect("a number");
    let end = format!(":{:04X}", client.local_addr().expect("it is open").port());
    let is_established = || {
        let table = std::fs::read_to_string("/proc/net/tcp").expect("the system tells");
        table.lines().skip(1).any(|line| {
            let fields: Vec<_> = line.split_whitespace().collect();
            fields[1].ends_with(&format!(":{port:04X}")) && fields[2].ends_with(&end) && fields[3] == "01"
        })
    };
    assert!(is_established());
    until("the connection is closed", async || !is_established()).await;
    process.signal("TERM");
    assert!(process.ended());
}
