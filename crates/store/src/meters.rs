//! What is measured of the database, for whoever watches the process.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use prometheus::{Histogram, register_histogram, register_histogram_vec};
use sea_orm::Statement;
use tracing::{Span, trace_span};

use crate::trace::{TARGET, is_within};

/// Seconds, from a row of a file that is in memory to what somebody should look at.
const SECONDS: [f64; 10] = [0.000_05, 0.000_1, 0.000_25, 0.001, 0.005, 0.025, 0.1, 0.5, 2.0, 10.0];
/// What a statement may take without being told of.
const SLOW: Duration = Duration::from_secs(1);
/// How many bytes of a statement are told then.
const BEGINNING: usize = 300;

/// Of statements of each kind.
static STATEMENTS: LazyLock<[Histogram; 2]> = LazyLock::new(|| {
    let statements = register_histogram_vec!(
        "portico_database_statement_duration_seconds",
        "From when the database is asked to its answer, the wait for a connection included.",
        &["kind"],
        SECONDS.to_vec()
    )
    .expect("it is registered once");
    [Kind::Read, Kind::Write].map(|kind| statements.with_label_values(&[kind.label()]))
});
static WAITS: LazyLock<Histogram> = LazyLock::new(|| {
    register_histogram!(
        "portico_database_wait_seconds",
        "For how long a connection was waited for: on SQLite the one that writes, on PostgreSQL any.",
        SECONDS.to_vec()
    )
    .expect("it is registered once")
});

/// Whether anybody can look. Nothing is measured for nobody.
static IS_WATCHED: AtomicBool = AtomicBool::new(false);

/// Measures from now on.
pub fn begin() {
    LazyLock::force(&STATEMENTS);
    LazyLock::force(&WAITS);
    IS_WATCHED.store(true, Ordering::Relaxed);
}

/// Whether a statement stands among writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// By itself, and it only reads.
    Read,
    /// It writes, or stands in a transaction that may.
    Write,
}

impl Kind {
    fn label(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// How a statement begins, by itself and without a place on the heap: of nearly all it is never told.
struct Beginning {
    bytes: [u8; BEGINNING],
    length: usize,
}

impl Beginning {
    fn of(sql: &str) -> Self {
        let length = sql.floor_char_boundary(BEGINNING);
        let mut bytes = [0; BEGINNING];
        bytes[..length].copy_from_slice(&sql.as_bytes()[..length]);
        Self { bytes, length }
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

/// A statement that the database is asked, until it has answered.
pub(crate) struct Asked {
    kind: Kind,
    began: Instant,
    beginning: Beginning,
    /// Open until it is dropped.
    _span: Span,
}

impl Asked {
    /// From now on.
    pub(crate) fn begin(kind: Kind, Statement { sql, .. }: &Statement) -> Self {
        let beginning = Beginning::of(sql);
        let _span = match is_within() {
            true => trace_span!(
                target: TARGET,
                "statement",
                otel.kind = "client",
                otel.name = kind.label(),
                db.query.text = beginning.text()
            ),
            false => Span::none(),
        };
        Self { kind, began: Instant::now(), beginning, _span }
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        let took = self.began.elapsed();
        if IS_WATCHED.load(Ordering::Relaxed) {
            STATEMENTS[self.kind as usize].observe(took.as_secs_f64());
        }
        if took > SLOW {
            let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            tracing::warn!(millis, sql = self.beginning.text(), "a statement took long");
        }
    }
}

/// Waits for a connection.
pub(crate) async fn waiting<T>(connection: impl Future<Output = T>) -> T {
    if !IS_WATCHED.load(Ordering::Relaxed) {
        return connection.await;
    }
    let began = Instant::now();
    let got = connection.await;
    WAITS.observe(began.elapsed().as_secs_f64());
    got
}
