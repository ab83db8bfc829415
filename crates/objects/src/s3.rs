use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::{BackoffConfig, Certificate, ClientOptions, RetryConfig};
use secrecy::{ExposeSecret, SecretString};

use crate::tls::{authorities, install_crypto};

/// How a service that speaks S3 is reached.
#[derive(Debug, Clone, Default)]
pub struct S3 {
    /// Where, if it is not Amazon's.
    pub endpoint: Option<String>,
    /// The region; `us-east-1` where none is named.
    pub region: Option<String>,
    /// Who asks. None is the identity that the machine has of its surroundings.
    pub access: Option<S3Key>,
    /// Whether the endpoint may be plain `http`.
    pub allow_http: bool,
}

/// A key of S3 and its secret.
#[derive(Debug, Clone)]
pub struct S3Key {
    /// The id of the key.
    pub key: String,
    /// Its secret.
    pub secret: SecretString,
}

impl S3 {
    pub(crate) fn bucket(&self, name: &str, retries: usize) -> object_store::Result<AmazonS3> {
        install_crypto();
        let mut client = ClientOptions::new()
            .with_allow_http(self.allow_http)
            .with_connect_timeout(Duration::from_secs(10))
            .with_timeout(Duration::from_secs(300));
        for authority in authorities() {
            client = client.with_root_certificate(Certificate::from_der(authority)?);
        }
        let mut builder =
            AmazonS3Builder::new().with_bucket_name(name).with_client_options(client).with_retry(RetryConfig {
                backoff: BackoffConfig::default(),
                max_retries: retries,
                retry_timeout: Duration::from_secs(60),
            });
        if let Some(endpoint) = &self.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        if let Some(region) = &self.region {
            builder = builder.with_region(region);
        }
        if let Some(access) = &self.access {
            builder = builder.with_access_key_id(&access.key).with_secret_access_key(access.secret.expose_secret());
        }
        builder.build()
    }
}
