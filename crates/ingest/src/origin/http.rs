//! Origins that are fetched by HTTP.

use std::error::Error;
use std::iter::successors;

use bytes::BytesMut;
use percent_encoding::{AsciiSet, percent_encode};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use resource::trace;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::guard::{AddressGuard, Refused};
use super::{FetchError, FetchLimits, Fetched, Origin, Patience, coding};

/// A user name and its password.
pub(super) type Basic<'a> = (&'a str, &'a SecretString);

#[derive(Debug, Clone)]
pub(super) struct Http {
    client: Client,
    guard: AddressGuard,
    limits: FetchLimits,
}

impl Http {
    pub(super) fn new(guard: AddressGuard, limits: FetchLimits) -> reqwest::Result<Self> {
        let headers = HeaderMap::from_iter([
            (ACCEPT, HeaderValue::from_static("image/*, */*;q=0.1")),
            // A compressed answer would have two lengths, and images are compressed already.
            (ACCEPT_ENCODING, HeaderValue::from_static("identity")),
        ]);
        let client = Client::builder()
            .user_agent(concat!("portico/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            // A proxy would resolve names itself.
            .no_proxy()
            .dns_resolver(guard.clone())
            .redirect(Policy::none())
            .referer(false)
            .connect_timeout(limits.connect)
            .tls_certs_merge(objects::trusted()?)
            .build()?;
        Ok(Self { client, guard, limits })
    }

    /// Fetches an origin. Each address on the way is checked as the first one is, and the credentials are shown to none but
    /// the scheme, host and port that they are for.
    pub(super) async fn fetch(
        &self,
        origin: &Url,
        basic: Option<Basic<'_>>,
        waited: bool,
    ) -> Result<Fetched, FetchError> {
        let mut url = origin.clone();
        for _ in 0..=self.limits.redirects {
            let host = url.host_str().unwrap_or_default().to_owned();
            let basic = basic.filter(|_| url.origin() == origin.origin());
            let response = self.get(&url, basic).await.map_err(|error| self.explain(&host, error.as_ref()))?;
            if !is_redirect(response.status()) {
                return self.read(&host, response).await;
            }
            // The least time before the redirected request is made (RFC 9110 §10.2.3).
            if let Some(patience) = Patience::asked(response.headers()).filter(|_| !waited) {
                return Err(FetchError::Busy { status: response.status(), patience });
            }
            let target = response.headers().get(LOCATION).ok_or(FetchError::Nowhere)?;
            let target = url.join(&octets(target)).map_err(|_| FetchError::Nowhere)?;
            url = Origin::http(target).map_err(FetchError::Redirected)?;
        }
        Err(FetchError::Redirects { limit: self.limits.redirects })
    }

    async fn get(&self, url: &Url, basic: Option<Basic<'_>>) -> Result<Response, Box<dyn Error + Send + Sync>> {
        if let Some(host) = url.host() {
            self.guard.check(&host)?;
        }
        let mut request = self.client.get(url.clone());
        if let Some((user, password)) = basic {
            request = request.basic_auth(user, Some(password.expose_secret()));
        }
        // Where whoever serves the origin collects traces, too, theirs go on from ours.
        if let Some(traceparent) = trace::current() {
            request = request.header("traceparent", traceparent);
        }
        Ok(request.send().await.map_err(reqwest::Error::without_url)?)
    }

    async fn read(&self, host: &str, mut response: Response) -> Result<Fetched, FetchError> {
        let limit = self.limits.longest;
        let status = response.status();
        if status != StatusCode::OK {
            return Err(match Patience::asked(response.headers()) {
                Some(patience) => FetchError::Busy { status, patience },
                None => FetchError::Status(status),
            });
        }
        let codings: Vec<_> = response.headers().get_all(CONTENT_ENCODING).iter().map(octets).collect();
        let coding = Some(codings.join(",")).filter(|coding| !coding.is_empty());
        if response.content_length().is_some_and(|length| length > limit) {
            return Err(FetchError::TooLong { limit });
        }
        let media_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
        // Memory is taken for what has come, not for what was announced.
        let mut bytes = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| broken(host, &error.without_url()))? {
            if (bytes.len() + chunk.len()) as u64 > limit {
                return Err(FetchError::TooLong { limit });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Fetched { bytes: coding::decoded(coding, bytes.into(), limit).await?, media_type })
    }

    /// The resolver's refusal comes back in the depths of the client's error.
    fn explain(&self, host: &str, error: &(dyn Error + 'static)) -> FetchError {
        match causes(error).find_map(|cause| cause.downcast_ref::<Refused>()) {
            Some(Refused::Private { host, address }) => {
                return FetchError::Private { host: host.clone(), address: *address };
            }
            Some(Refused::Unresolved { host }) => return FetchError::Unresolved { host: host.clone() },
            None => {}
        }
        let host = host.to_owned();
        match error.downcast_ref::<reqwest::Error>() {
            Some(error) if error.is_connect() && error.is_timeout() => {
                FetchError::ConnectTimedOut { host, limit: self.limits.connect }
            }
            Some(error) if error.is_connect() => FetchError::Unreachable { host, reason: last_cause(error) },
            _ => broken(&host, error),
        }
    }
}

/// The octets of a field, those beyond ASCII percent-encoded: so a parser of addresses reads them as they were sent, whatever
/// they were meant in.
fn octets(value: &HeaderValue) -> String {
    percent_encode(value.as_bytes(), &AsciiSet::EMPTY).to_string()
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn broken(host: &str, error: &(dyn Error + 'static)) -> FetchError {
    FetchError::Broken { host: host.to_owned(), reason: last_cause(error) }
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |error| (*error).source())
}

/// What the others say is only that something failed.
fn last_cause(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}
