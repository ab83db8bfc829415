//! From a socket to the application: workers, connections, limits of time.

use std::io::{self, Write};
use std::net::TcpListener;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use actix_http::{HttpService, Protocol};
use actix_server::Server;
use actix_service::{ServiceFactoryExt, fn_service, map_config};
use actix_web::body::MessageBody;
use actix_web::dev::AppConfig;
use actix_web::http::header::{self, HttpDate};
use actix_web::middleware::{NormalizePath, TrailingSlash, from_fn};
use actix_web::rt::net::TcpStream;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{App, HttpResponse};

use crate::app::routes;
use crate::config::Settings;
use crate::connection::{Connection, NoRequest, Say};
use crate::{Portico, edge, patience};

/// Listens, and gives each connection to the application. It is what `HttpServer` does, which has no place for a connection of
/// our own.
pub(crate) fn listen(
    settings: &Settings,
    listener: TcpListener,
    patience: Duration,
    app: &Data<Portico>,
    more: fn(&mut ServiceConfig),
) -> io::Result<Server> {
    let server =
        Server::build().workers(settings.workers()).shutdown_timeout(settings.shutdown_timeout).disable_signals();
    let (stopping, app) = (server.graceful_shutdown_signal(), app.clone());
    let server = server.listen("portico", listener, move || {
        let application = App::new()
            .app_data(app.clone())
            .wrap(NormalizePath::new(TrailingSlash::Trim))
            .wrap(from_fn(edge::layer))
            .configure(|config| routes(config, &app))
            .configure(more);
        let stopping = stopping.clone();
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .keep_alive(Duration::from_secs(75))
            .client_request_timeout(Duration::from_secs(10))
            // As `HttpServer` has it, and the builder has not: whoever is answered before all was read that they send is listened to
            // for so long, or the answer would be lost with the connection.
            .client_disconnect_timeout(Duration::from_secs(1))
            .on_connect_ext(|connection: &Connection, requests| connection.introduce(requests))
            .finish(map_config(application, |()| AppConfig::default()));
        let say = say(app.clone());
        fn_service(move |tcp: TcpStream| {
            let say = Rc::clone(&say);
            async move {
                patience::limit(&tcp, patience);
                let from = tcp.peer_addr().ok();
                Ok((Connection::new(tcp, say), Protocol::Http1, from))
            }
        })
        .and_then(http)
    })?;
    Ok(server.run())
}

/// What the service says to what is no request.
fn say(app: Data<Portico>) -> Say {
    Rc::new(move |it: NoRequest<'_>| {
        let response = edge::unread(it, &app);
        let is_head = it.words().next() == Some(b"HEAD");
        over_the_wire(response, is_head).unwrap_or_default()
    })
}

/// The last answer of a connection as HTTP/1.1 writes it (RFC 9112 §4).
fn over_the_wire(response: HttpResponse, is_head: bool) -> io::Result<Vec<u8>> {
    let mut wire = Vec::with_capacity(2048);
    write!(wire, "HTTP/1.1 {}\r\n", response.status())?;
    for (name, value) in response.headers() {
        wire.extend_from_slice(name.as_str().as_bytes());
        wire.extend_from_slice(b": ");
        wire.extend_from_slice(value.as_bytes());
        wire.extend_from_slice(b"\r\n");
    }
    let body = response.into_body().try_into_bytes().unwrap_or_default();
    let (length, date) = (body.len(), HttpDate::from(SystemTime::now()));
    let (length_of, closed, dated) = (header::CONTENT_LENGTH, header::CONNECTION, header::DATE);
    write!(wire, "{length_of}: {length}\r\n{closed}: close\r\n{dated}: {date}\r\n\r\n")?;
    if !is_head {
        wire.extend_from_slice(&body);
    }
    Ok(wire)
}
