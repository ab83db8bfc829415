//! Issuers of tokens that are trusted.

use anyhow::{Context, Result, anyhow, bail};
use resource::rights::identity::{GivenKey, IssuerKeys, PublishedKeys};
use resource::rights::jwt;
use url::{Host, Url};

use super::settings::{IssuerSettings, Settings};

/// Where an issuer publishes its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyPlace {
    /// At this address.
    Keys(Url),
    /// At the address that the document at this one tells (OpenID Connect Discovery 1.0 §4).
    Discovery(Url),
}

/// An issuer whose keys are looked at now and then.
#[derive(Debug, Clone)]
pub(crate) struct Publisher {
    /// Its name, which the document has to tell, too.
    pub(crate) name: String,
    /// What it signs with.
    pub(crate) algorithm: jwt::Algorithm,
    /// Where its keys are.
    pub(crate) place: KeyPlace,
    /// What is known of them.
    pub(crate) keys: PublishedKeys,
}

impl Settings {
    /// The issuers of tokens that are trusted.
    ///
    /// # Errors
    /// A text is empty, an algorithm is not known, or a key cannot be read or is too short for it.
    pub fn issuers(&self) -> Result<Vec<resource::Issuer>> {
        Ok(self.issuers_and_publishers()?.0)
    }

    /// The same, and those of them that publish their keys.
    ///
    /// # Errors
    /// As [`Settings::issuers`].
    pub(crate) fn issuers_and_publishers(&self) -> Result<(Vec<resource::Issuer>, Vec<Publisher>)> {
        let (mut issuers, mut publishers) = (Vec::new(), Vec::new());
        for settings in &self.issuer {
            let (issuer, publisher) = issuer(settings)?;
            issuers.push(issuer);
            publishers.extend(publisher);
        }
        Ok((issuers, publishers))
    }
}

fn issuer(settings: &IssuerSettings) -> Result<(resource::Issuer, Option<Publisher>)> {
    let IssuerSettings { name, audience, algorithm, services, service_claim, .. } = settings;
    let claim = service_claim.as_ref().map(|claim| (claim.name.clone(), claim.value.clone()));
    let texts = [name].into_iter().chain(audience).chain(services);
    if texts.chain(claim.iter().flat_map(|(name, value)| [name, value])).any(String::is_empty) {
        bail!("issuer {name:?}: a name, an audience, a service and a claim must not be empty");
    }
    let algorithm: jwt::Algorithm =
        algorithm.parse().map_err(|_| anyhow!("issuer {name}: {algorithm:?} is not an algorithm"))?;
    let (keys, publisher) = match (&settings.key_file, place(settings)?) {
        (Some(file), None) => {
            let text = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            let key = jwt::key(algorithm, &text).map_err(|what| anyhow!("issuer {name}: {} {what}", file.display()))?;
            (IssuerKeys::Given(GivenKey(key)), None)
        }
        (None, Some(place)) => {
            use jwt::Algorithm::{HS256, HS384, HS512};
            if [HS256, HS384, HS512].contains(&algorithm) {
                bail!("issuer {name}: the secret of {algorithm:?} is nothing that is published; it needs key_file");
            }
            let keys = PublishedKeys::default();
            let publisher = Publisher { name: name.clone(), algorithm, place, keys: keys.clone() };
            (IssuerKeys::Published(keys), Some(publisher))
        }
        _ => bail!("issuer {name}: give one of key_file, keys_url and discover = true"),
    };
    let services = resource::Services { subjects: services.iter().cloned().collect(), claim };
    Ok((resource::Issuer { name: name.clone(), audience: audience.clone(), algorithm, services, keys }, publisher))
}

fn place(settings: &IssuerSettings) -> Result<Option<KeyPlace>> {
    let IssuerSettings { name, keys_url, discover, .. } = settings;
    match (keys_url, discover) {
        (None, false) => Ok(None),
        (Some(url), false) => {
            let url = trusted(url).ok_or_else(|| anyhow!("issuer {name}: keys_url must be https://HOST and a path"))?;
            Ok(Some(KeyPlace::Keys(url)))
        }
        (None, true) => {
            let document = format!("{}/.well-known/openid-configuration", name.trim_end_matches('/'));
            let url = trusted(&document).ok_or_else(|| {
                anyhow!("issuer {name}: only a name that begins with https:// has a document to discover its keys by")
            })?;
            Ok(Some(KeyPlace::Discovery(url)))
        }
        (Some(_), true) => bail!("issuer {name}: give one of key_file, keys_url and discover = true"),
    }
}

/// An address that nobody on the way can answer for: of https, or on this machine.
pub(crate) fn trusted(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let is_alone = url.username().is_empty() && url.password().is_none() && url.has_host();
    (is_alone && (url.scheme() == "https" || url.scheme() == "http" && is_here)).then_some(url)
}
