//! A way to PostgreSQL that can be cut, go silent, or lose an answer.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};

/// The way. Dropped, it is closed.
pub struct Between {
    port: u16,
    database: String,
    state: Arc<Mutex<State>>,
    listener: tokio::task::JoinHandle<()>,
}

#[derive(Debug, Default)]
struct State {
    /// Connections that are older say nothing any more.
    silent: Option<Instant>,
    /// Connections that are older are closed.
    cut: Option<Instant>,
    /// The answer to what has this in it is lost.
    lose: Option<String>,
}

impl Between {
    /// A way to the database at this address.
    pub async fn to(database: &str) -> Self {
        let rest = database.strip_prefix("postgres://postgres@").expect("it is one of ours");
        let (folder, name) = rest.rsplit_once('/').expect("an address has a database");
        let socket = PathBuf::from(folder.replace("%2F", "/")).join(".s.PGSQL.5432");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
        let port = listener.local_addr().expect("it is bound").port();
        let state = Arc::new(Mutex::new(State::default()));
        let kept = Arc::clone(&state);
        let listener = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let Ok(far) = UnixStream::connect(&socket).await else { continue };
                tokio::spawn(carry(near, far, Arc::clone(&kept)));
            }
        });
        Self { port, database: name.to_owned(), state, listener }
    }

    /// The address of the database, this way.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{}", self.port, self.database)
    }

    /// Has all connections that there are say nothing any more.
    pub fn silence(&self) {
        self.state.lock().expect("nobody panics here").silent = Some(Instant::now());
    }

    /// Loses the answer to what has this in it, and the connection with it.
    pub fn lose(&self, what: &str) {
        self.state.lock().expect("nobody panics here").lose = Some(what.to_owned());
    }

    /// Lets nobody through any more.
    pub fn close(&self) {
        self.listener.abort();
        self.state.lock().expect("nobody panics here").cut = Some(Instant::now());
    }
}

impl Drop for Between {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

async fn carry(mut near: TcpStream, mut far: UnixStream, state: Arc<Mutex<State>>) {
    let born = Instant::now();
    let is_after = |at: Option<Instant>| at.is_some_and(|at| born < at);
    let (mut up, mut down) = (vec![0; 65536], vec![0; 65536]);
    let mut is_lost = false;
    loop {
        let (is_up, read) = tokio::select! {
            read = near.read(&mut up) => (true, read),
            read = far.read(&mut down) => (false, read),
            () = tokio::time::sleep(Duration::from_millis(20)) => {
                match is_after(state.lock().expect("nobody panics here").cut) {
                    true => return,
                    false => continue,
                }
            }
        };
        let Ok(length @ 1..) = read else { return };
        {
            let mut state = state.lock().expect("nobody panics here");
            if is_after(state.cut) {
                return;
            }
            if is_after(state.silent) {
                continue;
            }
            let has = |what: &String| up[..length].windows(what.len()).any(|part| part == what.as_bytes());
            if is_up && state.lose.as_ref().is_some_and(has) {
                (is_lost, state.lose) = (true, None);
            }
        }
        let done = match is_up {
            true => far.write_all(&up[..length]).await,
            false if is_lost => return,
            false => near.write_all(&down[..length]).await,
        };
        if done.is_err() {
            return;
        }
    }
}
