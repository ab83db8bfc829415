//! Spans as OpenTelemetry has them, sent to where the operator says (OTLP over HTTP).

use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::{TraceContextExt, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use reqwest::blocking::Client;
use resource::trace::{self, Collector, TARGET};
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

use crate::built;

/// How long is waited for whoever collects.
const PATIENCE: Duration = Duration::from_secs(5);

/// What sends spans, in lots, on a thread of its own.
#[derive(Debug)]
pub(super) struct Traces(SdkTracerProvider);

impl Traces {
    /// Sends them to an endpoint, of so many traces in a hundred of those that nobody else has decided about.
    ///
    /// # Errors
    /// The endpoint is none.
    pub(super) fn to(endpoint: &str, percent: u8) -> Result<Self> {
        // It has a runtime of its own, which is not made within another.
        let client = std::thread::spawn(client).join().map_err(|_| anyhow!("traces cannot be sent"))??;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
            .with_timeout(PATIENCE)
            .build()
            .context("traces cannot be sent")?;
        let about = Resource::builder_empty().with_attributes([
            KeyValue::new("service.name", "portico"),
            KeyValue::new("service.version", built::VERSION),
        ]);
        let share = Sampler::TraceIdRatioBased(f64::from(percent) / 100.0);
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(Sampler::ParentBased(Box::new(share)))
            .with_resource(about.build())
            .build();
        trace::collect(Collector { current: || traceparent(&Span::current()), resume });
        Ok(Self(provider))
    }

    /// What makes spans of what is done.
    pub(super) fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> + use<S> {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("portico"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_level(false)
            .with_tracked_inactivity(false)
            .with_filter(filter_fn(|metadata| metadata.is_span() && metadata.target() == TARGET))
    }

    /// Sends what has not been sent yet.
    pub(super) fn end(&self) {
        if let Err(error) = self.0.shutdown_with_timeout(PATIENCE) {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

/// What sends: straight there, and trusting whom origins are trusted by.
fn client() -> Result<Client> {
    let client = Client::builder().no_proxy().timeout(PATIENCE).tls_certs_merge(objects::trusted()?).build();
    client.context("traces cannot be sent")
}

/// A header of its own.
struct Header<'a>(&'a str);

impl Extractor for Header<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == "traceparent").then_some(self.0)
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent"]
    }
}

#[derive(Default)]
struct Told(Option<String>);

impl Injector for Told {
    fn set(&mut self, key: &str, value: String) {
        if key == "traceparent" {
            self.0 = Some(value);
        }
    }
}

fn traceparent(span: &Span) -> Option<String> {
    let context = span.context();
    let mut told = Told::default();
    if context.span().span_context().is_valid() {
        TraceContextPropagator::new().inject_context(&context, &mut told);
    }
    told.0
}

fn resume(span: &Span, traceparent: &str) {
    let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &Header(traceparent));
    // A text that is none says nothing of where a span belongs.
    let _ = span.set_parent(parent);
}
