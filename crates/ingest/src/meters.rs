//! What is measured of the work on images, for whoever watches the process.

use std::sync::LazyLock;
use std::time::Instant;

use prometheus::{
    HistogramVec, IntCounter, IntCounterVec, register_histogram_vec, register_int_counter, register_int_counter_vec,
};

/// Seconds, from a small file that is near to what an origin is waited for.
const SECONDS: [f64; 9] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 120.0];

static IMAGES: LazyLock<IntCounterVec> = LazyLock::new(|| {
    register_int_counter_vec!("portico_images_total", "Attempts at images, by what became of them.", &["outcome"])
        .expect("it is registered once")
});
static STEPS: LazyLock<HistogramVec> = LazyLock::new(|| {
    register_histogram_vec!(
        "portico_image_step_duration_seconds",
        "How long a step of the work on an image took: to fetch it, to develop its thumbnails, to keep all of it.",
        &["step"],
        SECONDS.to_vec()
    )
    .expect("it is registered once")
});
static FETCHED: LazyLock<IntCounter> = LazyLock::new(|| {
    register_int_counter!("portico_image_fetched_bytes_total", "Bytes that were fetched from origins.")
        .expect("it is registered once")
});

/// Has everything there that is measured here, before the first image.
pub(crate) fn begin() {
    for outcome in ["ingested", "failed", "retried"] {
        IMAGES.with_label_values(&[outcome]);
    }
    for step in [Step::Fetch, Step::Develop, Step::Keep] {
        STEPS.with_label_values(&[step.label()]);
    }
    LazyLock::force(&FETCHED);
}

/// A step of the work on an image.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    Fetch,
    Develop,
    Keep,
}

impl Step {
    fn label(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::Develop => "develop",
            Self::Keep => "keep",
        }
    }

    /// Does it, and measures how long that takes.
    pub(crate) async fn measured<T>(self, work: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let done = work.await;
        STEPS.with_label_values(&[self.label()]).observe(began.elapsed().as_secs_f64());
        done
    }
}

/// Counts an attempt.
pub(crate) fn ended(outcome: &str) {
    IMAGES.with_label_values(&[outcome]).inc();
}

/// Counts what came from an origin.
pub(crate) fn fetched(bytes: u64) {
    FETCHED.inc_by(bytes);
}
