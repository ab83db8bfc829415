//! Traces: what a request asks of rules, what those ask of the database, and what is done for it later, are one tree.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use image::ImageFormat;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use serde_json::json;

use crate::support::binary::{Place, refused};
use crate::support::origin::{Asked, Origin, Reply, picture};
use crate::support::{ADMIN_SECRET, Database, link, until};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

/// Whoever collects traces.
struct Collector {
    url: String,
    sent: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Collector {
    fn serve() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let sent: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let kept = Arc::clone(&sent);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, kept) = (stream.expect("it is a connection"), Arc::clone(&kept));
                std::thread::spawn(move || {
                    let mut lines = BufReader::new(stream.try_clone().expect("it can be read"));
                    loop {
                        let (mut length, mut line) = (0, String::new());
                        while lines.read_line(&mut line).is_ok_and(|read| read > 2) {
                            let header = line.to_lowercase();
                            assert!(!header.starts_with("post ") || header.contains(" /v1/traces "), "{header}");
                            length = header
                                .strip_prefix("content-length: ")
                                .map_or(length, |n| n.trim().parse().expect("a number"));
                            line.clear();
                        }
                        let mut body = vec![0; length];
                        if line.is_empty() || lines.read_exact(&mut body).is_err() {
                            return;
                        }
                        kept.lock().expect("nobody panics").push(body);
                        let answer =
                            "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
                        stream.write_all(answer.as_bytes()).expect("it is read");
                    }
                });
            }
        });
        Self { url, sent }
    }

    fn spans(&self) -> Vec<Span> {
        let sent = self.sent.lock().expect("nobody panics");
        let requests = sent.iter().map(|body| ExportTraceServiceRequest::decode(&body[..]).expect("it is OTLP"));
        let scopes = requests.flat_map(|request| request.resource_spans).flat_map(|resource| resource.scope_spans);
        scopes.flat_map(|scope| scope.spans).collect()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a span lies below another.
fn is_below(spans: &[Span], span: &Span, above: &Span) -> bool {
    let mut at = Some(span);
    while let Some(span) = at {
        if span.span_id == above.span_id {
            return true;
        }
        at = spans.iter().find(|parent| parent.span_id == span.parent_span_id);
    }
    false
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_its_statements_and_the_job_that_it_left_are_one_tree() {
    for database in [Database::Sqlite, Database::Postgres] {
        let Some(place) = Place::new(database).await else { continue };
        let collector = Collector::serve();
        let traced = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&traced);
        let origin = Origin::serve(move |asked: &Asked| {
            kept.lock().expect("nobody panics").push(asked.traceparent.clone());
            Reply::content(picture(30, 10, ImageFormat::Png))
        });
        let process = place.serve_with_log("log", &[("PORTICO_TRACES", &collector.url)]);
        let admin = process.admin();
        let customer = admin.customer().await;
        let space = admin.post(link(&customer, "spaces"), &json!({"name": "Scans"})).await.expect(201).json();
        let image = json!({"id": "one", "space": space["id"], "origin": format!("{}/one", origin.url)});
        let request = admin.request("POST", link(&customer, "queue")).json(&json!([image]));
        let request = request.header("traceparent", format!("00-{TRACE}-{PARENT}-01"));
        let batch = admin.send(request).await.expect(201).json();
        let worker = place.worker_with("worker", 1, &[("PORTICO_TRACES", &collector.url)]);
        until("it is ingested", async || admin.get(link(&batch, "@id")).await.json()["completed"] == 1).await;
        worker.terminate();
        assert!(worker.ended());
        process.terminate();
        assert!(process.ended());

        let all = collector.spans();
        let spans: Vec<_> = all.iter().filter(|span| hex(&span.trace_id) == TRACE).cloned().collect();
        let attribute = |span: &Span, name: &str| {
            let found = span.attributes.iter().find(|attribute| attribute.key == name)?;
            Some(format!("{:?}", found.value.as_ref()?.value))
        };
        let [request] = &spans.iter().filter(|span| span.name.starts_with("POST ")).collect::<Vec<_>>()[..] else {
            panic!("{:?}", spans.iter().map(|span| &span.name).collect::<Vec<_>>())
        };
        assert_eq!(request.name, "POST /customers/{customer}/queue");
        assert_eq!(hex(&request.parent_span_id), PARENT, "it goes on from the span that the request says");
        assert!(
            attribute(request, "http.response.status_code").is_some_and(|status| status.contains("201")),
            "{request:?}"
        );
        let named = |name: &str| spans.iter().filter(|span| span.name == name).collect::<Vec<_>>();
        let (rules, writes, jobs) = (named("rule"), named("write"), named("job"));
        assert!(!rules.is_empty() && rules.iter().all(|rule| is_below(&spans, rule, request)));
        assert!(writes.iter().any(|write| rules.iter().any(|rule| is_below(&spans, write, rule))));
        let [job] = &jobs[..] else { panic!("{jobs:?}") };
        assert!(is_below(&spans, job, request), "what was left for later is there because of the request");
        assert!(writes.iter().any(|write| is_below(&spans, write, job)));
        // The origin is asked in the same trace.
        let traced = traced.lock().expect("nobody panics").clone();
        assert!(traced.iter().flatten().any(|traceparent| traceparent.contains(TRACE)), "{traced:?}");
        // What nobody asked for is in no trace, and no secret in any.
        assert!(all.iter().all(|span| span.name != "write" || !span.parent_span_id.is_empty()));
        let sent = collector.sent.lock().expect("nobody panics");
        for secret in [ADMIN_SECRET, "planted"] {
            assert!(
                !sent.iter().any(|body| body.windows(secret.len()).any(|part| part == secret.as_bytes())),
                "{secret}"
            );
        }
    }
}

#[tokio::test]
async fn nobody_who_collects_is_no_reason_to_fail() {
    let place = Place::new(Database::Sqlite).await.expect("there is always SQLite");
    let process = place.serve_with_log("away", &[("PORTICO_TRACES", "http://127.0.0.1:1")]);
    assert_eq!(process.admin().customer().await["name"], "admin");
    process.terminate();
    assert!(process.ended());
    refused(&place.run(&["config", "check", "--traces", "127.0.0.1:4318"]), "traces must be");
    refused(&place.run(&["config", "check", "--traces", "http://user:planted@127.0.0.1:4318"]), "traces must be");
    refused(&place.run(&["config", "check", "--traces-percent", "101"]), "traces_percent must be");
}
