//! What is measured of requests, for whoever watches the service (`--admin-bind`).

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use prometheus::{
    Histogram, HistogramVec, IntCounter, IntCounterVec, IntGauge, register_histogram_vec, register_int_counter_vec,
    register_int_gauge,
};
use resource::Error;

/// Seconds, from what is read from memory to what a client gives up.
const SECONDS: [f64; 11] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 5.0, 30.0];

static REQUESTS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    let labels = &["face", "method", "route", "status"];
    register_int_counter_vec!("portico_http_requests_total", "Requests that were answered.", labels)
        .expect("it is registered once")
});
static TIMES: LazyLock<HistogramVec> = LazyLock::new(|| {
    register_histogram_vec!(
        "portico_http_request_duration_seconds",
        "From when a request was read to when its answer was there.",
        &["face", "method", "route"],
        SECONDS.to_vec()
    )
    .expect("it is registered once")
});
static BYTES: LazyLock<IntCounterVec> = LazyLock::new(|| {
    register_int_counter_vec!("portico_http_response_body_bytes_total", "Bytes of the bodies of answers.", &["face"])
        .expect("it is registered once")
});
static REFUSED: LazyLock<IntCounterVec> = LazyLock::new(|| {
    register_int_counter_vec!(
        "portico_refused_credentials_total",
        "Requests whose credentials were refused, or not looked at any more.",
        &["status"]
    )
    .expect("it is registered once")
});
static SIGN_INS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    register_int_counter_vec!(
        "portico_sign_ins_total",
        "Attempts to sign in with a name and a password or a key.",
        &["outcome"]
    )
    .expect("it is registered once")
});
static DERIVATIVES: LazyLock<IntCounterVec> = LazyLock::new(|| {
    register_int_counter_vec!(
        "portico_derivatives_total",
        "Images that viewers were made or given from memory.",
        &["outcome"]
    )
    .expect("it is registered once")
});
static DERIVATIVES_BYTES: LazyLock<IntGauge> = LazyLock::new(|| {
    register_int_gauge!("portico_derivatives_cache_bytes", "What of images made for viewers is kept in memory.")
        .expect("it is registered once")
});
static RUNNING: LazyLock<IntGauge> = LazyLock::new(|| {
    register_int_gauge!("portico_http_requests_in_flight", "Requests that are being answered.")
        .expect("it is registered once")
});

/// Whether anybody can look. Requests are not counted for nobody.
static IS_WATCHED: AtomicBool = AtomicBool::new(false);

/// What is counted of requests of one kind. Each thread finds it by itself: by its labels, all threads would ask for it together.
struct Counters {
    face: &'static str,
    method: &'static str,
    status: StatusCode,
    requests: IntCounter,
    times: Histogram,
    bytes: IntCounter,
}

thread_local! {
    /// By the template of the path.
    static COUNTERS: RefCell<HashMap<String, Vec<Counters>>> = RefCell::default();
}

/// Has everything there that is measured here, before the first request.
pub fn begin() {
    IS_WATCHED.store(true, Ordering::Relaxed);
    resource::meters::begin();
    for status in [StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS] {
        REFUSED.with_label_values(&[status.as_str()]);
    }
    for outcome in [BEGUN, REFUSED_SIGN_IN, LIMITED, FAILED] {
        SIGN_INS.with_label_values(&[outcome]);
    }
    for outcome in [MADE, KEPT] {
        DERIVATIVES.with_label_values(&[outcome]);
    }
    LazyLock::force(&DERIVATIVES_BYTES);
    LazyLock::force(&REQUESTS);
    LazyLock::force(&TIMES);
    LazyLock::force(&BYTES);
    LazyLock::force(&RUNNING);
}

const BEGUN: &str = "begun";
const REFUSED_SIGN_IN: &str = "refused";
const LIMITED: &str = "limited";
const FAILED: &str = "failed";
const MADE: &str = "made";
const KEPT: &str = "kept";

/// Counts an attempt to sign in.
pub fn sign_in<T>(done: Result<T, Error>) -> Result<T, Error> {
    let outcome = match &done {
        Ok(_) => BEGUN,
        Err(Error::Unauthenticated | Error::Invalid(_)) => REFUSED_SIGN_IN,
        Err(Error::TooMany(_)) => LIMITED,
        Err(_) => FAILED,
    };
    SIGN_INS.with_label_values(&[outcome]).inc();
    done
}

/// Counts an image for a viewer, and tells how much of such images is kept.
pub fn derivative(is_made: bool, kept: u64) {
    DERIVATIVES.with_label_values(&[if is_made { MADE } else { KEPT }]).inc();
    DERIVATIVES_BYTES.set(i64::try_from(kept).unwrap_or(i64::MAX));
}

/// A request that is being answered.
#[derive(Debug)]
pub struct InFlight(());

impl InFlight {
    /// From now on.
    pub fn begin() -> Self {
        RUNNING.inc();
        Self(())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        RUNNING.dec();
    }
}

/// A request that was answered.
#[derive(Debug)]
pub struct Answered<'a> {
    /// The face that it was sent to.
    pub face: &'static str,
    /// Its method.
    pub method: &'a Method,
    /// The template of the path that it was for, where there is one.
    pub route: Option<&'a str>,
    /// The status of the answer.
    pub status: StatusCode,
    /// Bytes of its body, where they are known before they are sent.
    pub bytes: Option<u64>,
    /// How long it took.
    pub took: Duration,
    /// Whether somebody's credentials were refused.
    pub is_refused: bool,
}

impl Answered<'_> {
    /// Counts it.
    pub fn count(&self) {
        if !IS_WATCHED.load(Ordering::Relaxed) {
            return;
        }
        let route = self.route.unwrap_or("none");
        COUNTERS.with_borrow_mut(|counters| match counters.get_mut(route) {
            Some(of_route) => self.count_in(route, of_route),
            None => self.count_in(route, counters.entry(route.to_owned()).or_default()),
        });
        if self.is_refused {
            REFUSED.with_label_values(&[self.status.as_str()]).inc();
        }
    }

    fn count_in(&self, route: &str, of_route: &mut Vec<Counters>) {
        let (face, method, status) = (self.face, self.method(), self.status);
        let is_this = |known: &Counters| known.status == status && known.method == method && known.face == face;
        let index = of_route.iter().position(is_this).unwrap_or_else(|| {
            of_route.push(Counters {
                face,
                method,
                status,
                requests: REQUESTS.with_label_values(&[face, method, route, status.as_str()]),
                times: TIMES.with_label_values(&[face, method, route]),
                bytes: BYTES.with_label_values(&[face]),
            });
            of_route.len() - 1
        });
        let Counters { requests, times, bytes, .. } = &of_route[index];
        requests.inc();
        times.observe(self.took.as_secs_f64());
        bytes.inc_by(self.bytes.unwrap_or_default());
    }

    /// The method. Whatever else is sent as one is "other", and so is what a place has not: there must not be as many rows as there are
    /// words.
    fn method(&self) -> &'static str {
        match *self.method {
            _ if self.status == StatusCode::METHOD_NOT_ALLOWED => "other",
            Method::GET => "GET",
            Method::HEAD => "HEAD",
            Method::POST => "POST",
            Method::PUT => "PUT",
            Method::PATCH => "PATCH",
            Method::DELETE => "DELETE",
            Method::OPTIONS => "OPTIONS",
            _ => "other",
        }
    }
}
