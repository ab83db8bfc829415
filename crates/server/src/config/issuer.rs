//! Issuers of tokens that are trusted.

use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, bail};
use resource::rights::jwt;
use serde::Deserialize;

use super::Settings;

/// An issuer of tokens, as the file names it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerSettings {
    /// The `iss` claim.
    pub name: String,
    /// The `aud` claim that tokens must have.
    pub audience: Option<String>,
    /// The algorithm: HS256, RS256, ES256, EdDSA and their kin.
    pub algorithm: String,
    /// The file with the secret (HS*) or the public key in PEM.
    pub key_file: PathBuf,
    /// The `sub` claims of those of its tokens that are services'.
    #[serde(default)]
    pub services: Vec<String>,
    /// A claim that those of its tokens have that are services'.
    pub service_claim: Option<ServiceClaim>,
}

/// A claim by which services are told from people.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceClaim {
    /// Its name.
    pub name: String,
    /// The text that it is, or that is in its list.
    pub value: String,
}

impl Settings {
    /// The issuers of tokens that are trusted.
    ///
    /// # Errors
    /// A text is empty, an algorithm is not known, or a key cannot be read or is too short for it.
    pub fn issuers(&self) -> Result<Vec<resource::Issuer>> {
        self.issuer.iter().map(issuer).collect()
    }
}

fn issuer(settings: &IssuerSettings) -> Result<resource::Issuer> {
    let IssuerSettings { name, audience, algorithm, key_file, services, service_claim } = settings;
    let claim = service_claim.as_ref().map(|claim| (claim.name.clone(), claim.value.clone()));
    let texts = [name].into_iter().chain(audience).chain(services);
    if texts.chain(claim.iter().flat_map(|(name, value)| [name, value])).any(String::is_empty) {
        bail!("issuer {name:?}: a name, an audience, a service and a claim must not be empty");
    }
    let algorithm: jwt::Algorithm =
        algorithm.parse().map_err(|_| anyhow!("issuer {name}: {algorithm:?} is not an algorithm"))?;
    let text = std::fs::read(key_file).with_context(|| format!("cannot read {}", key_file.display()))?;
    let key = jwt::key(algorithm, &text).map_err(|what| anyhow!("issuer {name}: {} {what}", key_file.display()))?;
    let services = resource::Services { subjects: services.iter().cloned().collect(), claim };
    Ok(resource::Issuer { name: name.clone(), audience: audience.clone(), algorithm, services, key })
}
