//! Keys that issuers publish: looked at when the service starts, and again now and then, never because of a token.

use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use futures_util::future::join_all;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use resource::rights::jwt;
use serde::Deserialize;
use tokio::task::JoinHandle;
use url::Url;

use crate::config::{KeyPlace, Publisher, trusted};

/// For all of one answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often keys are looked at, and how soon again where that failed.
const EVERY: Duration = Duration::from_secs(10 * 60);
const AGAIN: Duration = Duration::from_secs(30);
/// The longest document that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// What has keys looked at, until it is dropped.
#[derive(Debug)]
pub(crate) struct KeyWatch(Vec<JoinHandle<()>>);

impl Drop for KeyWatch {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

/// Looks at the keys of all, and goes on doing that. An issuer that does not answer keeps nobody from starting: its tokens are not good
/// until it does.
///
/// # Errors
/// No client can be made.
pub(crate) async fn watch(publishers: Vec<Publisher>) -> Result<KeyWatch> {
    if publishers.is_empty() {
        return Ok(KeyWatch(Vec::new()));
    }
    let client = client()?;
    let first = join_all(publishers.iter().map(|publisher| look(&client, publisher))).await;
    let tasks = publishers.into_iter().zip(first).map(|(publisher, found)| {
        let client = client.clone();
        tokio::spawn(async move {
            let mut found = told(&publisher, found);
            loop {
                tokio::time::sleep(if found { EVERY } else { AGAIN }).await;
                found = told(&publisher, look(&client, &publisher).await);
            }
        })
    });
    Ok(KeyWatch(tasks.collect()))
}

/// Says what came of it; whether the keys are known now. Those that were known before stay.
fn told(Publisher { name: issuer, .. }: &Publisher, found: Result<usize>) -> bool {
    match &found {
        Ok(keys) => tracing::debug!(issuer, keys, "the keys of an issuer were looked at"),
        Err(error) => {
            tracing::warn!(issuer, error = format!("{error:#}"), "the keys of an issuer could not be looked at")
        }
    }
    found.is_ok()
}

/// Looks at the keys of an issuer; how many there are.
///
/// # Errors
/// It does not answer, or has none that its algorithm can be checked with.
pub(crate) async fn look(client: &Client, publisher: &Publisher) -> Result<usize> {
    let url = match &publisher.place {
        KeyPlace::Keys(url) => url.clone(),
        KeyPlace::Discovery(url) => discovered(&read(client, url).await?, &publisher.name)?,
    };
    let text = read(client, &url).await?;
    let keys = jwt::published(publisher.algorithm, &text).map_err(|what| anyhow!("{url} {what}"))?;
    let count = keys.len();
    publisher.keys.are(keys);
    Ok(count)
}

/// What asks them, and nobody else whom they point at.
///
/// # Errors
/// No client can be made.
pub(crate) fn client() -> Result<Client> {
    let client =
        Client::builder().timeout(PATIENCE).redirect(Policy::none()).tls_certs_merge(objects::trusted()?).build();
    client.context("no client for the keys of issuers can be made")
}

#[derive(Deserialize)]
struct Configuration {
    issuer: String,
    jwks_uri: String,
}

/// Where the keys are. The document has to be about the issuer that was asked for (OpenID Connect Discovery 1.0 §4.3).
fn discovered(document: &[u8], name: &str) -> Result<Url> {
    let found: Configuration = serde_json::from_slice(document).context("the document for discovery is none")?;
    if found.issuer != name {
        bail!("the document for discovery is about {:?}", found.issuer);
    }
    trusted(&found.jwks_uri)
        .ok_or_else(|| anyhow!("jwks_uri must be https://HOST and a path, not {:?}", found.jwks_uri))
}

async fn read(client: &Client, url: &Url) -> Result<Vec<u8>> {
    let failed = || format!("cannot read {url}");
    let mut response =
        client.get(url.clone()).send().await.map_err(reqwest::Error::without_url).with_context(failed)?;
    if response.status() != StatusCode::OK {
        bail!("{url} answers {}", response.status());
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(reqwest::Error::without_url).with_context(failed)? {
        if bytes.len() + chunk.len() > LONGEST {
            bail!("{url} has more than {LONGEST} bytes");
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
