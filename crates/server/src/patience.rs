//! How long a client may take nothing of what it is sent.

use std::time::Duration;

use actix_web::rt::net::TcpStream;

/// Has the system let go a connection whose other end has taken nothing of what waits for it for so long, whatever is written
/// to it and by whom (RFC 5482, `TCP_USER_TIMEOUT`). Where it cannot be set, such a connection stays until the stop.
pub(crate) fn limit(connection: &TcpStream, patience: Duration) {
    #[cfg(target_os = "linux")]
    if let Err(error) = socket2::SockRef::from(connection).set_tcp_user_timeout(Some(patience)) {
        tracing::debug!(%error, "a connection has no limit of time");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (connection, patience);
}
