//! Issuers of tokens that are trusted.

use anyhow::{Context, Result, anyhow, bail};
use resource::rights::jwt;

use super::settings::{IssuerSettings, Settings};

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
