//! The span of a request, for whoever collects traces.

use actix_web::http::header::HeaderMap;
use actix_web::http::{Method, StatusCode};
use opentelemetry::trace::TraceContextExt;
use resource::trace::{TARGET, resume};
use tracing::{Span, field, trace_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::request_id::RequestId;

/// A span that goes on from what the request says of its own (Trace Context §3.2); none where nothing is collected.
pub fn begin(method: &Method, path: &str, headers: &HeaderMap, id: &RequestId) -> Span {
    let span = trace_span!(
        target: TARGET,
        "request",
        otel.kind = "server",
        otel.status_code = field::Empty,
        http.request.method = method.as_str(),
        url.path = path,
        request.id = id.as_str(),
        http.route = field::Empty,
        http.response.status_code = field::Empty,
        enduser.id = field::Empty,
    );
    if !span.is_disabled() {
        resume(&span, headers.get("traceparent").and_then(|value| value.to_str().ok()));
    }
    span
}

/// Writes down what came of it.
pub fn end(span: &Span, method: &Method, route: Option<&str>, status: StatusCode, actor: Option<&str>) {
    if span.is_disabled() {
        return;
    }
    let route = route.unwrap_or("none");
    // What is recorded of the name after a span has begun is lost; it is known by now which place the request was for.
    span.context().span().update_name(format!("{method} {route}"));
    span.record("http.route", route);
    span.record("http.response.status_code", status.as_u16());
    if let Some(actor) = actor {
        span.record("enduser.id", actor);
    }
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
}
