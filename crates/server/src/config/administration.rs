//! What the operator decides of the administration of customers.

use std::num::NonZeroU32;
use std::time::Duration;

use anyhow::{Result, bail};
use hydra::iri::origin_and_path;
use resource::{FetchLock, Rules};

use super::address::is_authority;
use super::networks::networks;
use super::settings::Settings;
use crate::client_address::Proxies;

impl Settings {
    /// The proxies that are believed where they say who a request came from.
    ///
    /// # Errors
    /// A network or the name of the header is none, or a header is named and nobody who may write it.
    pub(crate) fn proxies(&self) -> Result<Proxies> {
        let name = &self.client_address_header;
        let header = name
            .parse()
            .map_err(|_| anyhow::anyhow!("client_address_header must be the name of a header, not {name:?}"))?;
        let networks = networks("trusted_proxies", self.trusted_proxies.as_deref())?;
        if networks.is_empty() && *name != Self::default().client_address_header {
            bail!("client_address_header is read from trusted_proxies alone: name their networks, too");
        }
        Ok(Proxies { networks, header })
    }

    /// What the operator decides for all customers.
    ///
    /// # Errors
    /// A value is none that can be meant.
    pub fn rules(&self) -> Result<Rules> {
        let revision = &self.default_eula_revision;
        Ok(Rules {
            restrict_customer_access: self.restrict_customer_access,
            fetch_lock: FetchLock { attempts: self.fetch_lock, window: Duration::from_secs(self.fetch_lock_window) },
            sign_in_limit: NonZeroU32::new(self.sign_in_limit),
            default_eula_revision: revision
                .parse()
                .map_err(|what| anyhow::anyhow!("default_eula_revision {what}, not {revision:?}"))?,
        })
    }

    /// How an answer about one thing looks in the Argus face.
    ///
    /// # Errors
    /// The value is not one of those that are known.
    pub fn argus_single(&self) -> Result<argus::Single> {
        match self.argus_single.as_str() {
            "list" => Ok(argus::Single::List),
            "object" => Ok(argus::Single::Object),
            other => bail!("argus_single must be list or object, not {other:?}"),
        }
    }

    /// Names that requests may be signed for, given the public address.
    ///
    /// # Errors
    /// One of them is none.
    pub fn public_hosts(&self, public_url: &str) -> Result<Vec<String>> {
        let Some(hosts) = &self.public_hosts else {
            let (origin, _) = origin_and_path(public_url);
            let host = origin.split_once("://").map_or(origin, |(_, host)| host);
            return Ok(vec![host.to_owned()]);
        };
        let hosts: Vec<_> = hosts.split(',').map(|host| host.trim().to_owned()).collect();
        match hosts.iter().find(|host| !is_authority(host, true)) {
            Some(wrong) => bail!("public_hosts must be names such as api.example.org:8443, not {wrong:?}"),
            None => Ok(hosts),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_requests_are_signed_for_are_those_of_the_public_address_unless_others_are_given() {
        let settings = Settings::default();
        assert_eq!(settings.public_hosts("https://api.example.org").unwrap(), ["api.example.org"]);
        assert_eq!(settings.public_hosts("https://api.example.org:8443/portico").unwrap(), ["api.example.org:8443"]);
        let settings = Settings { public_hosts: Some("a.example, b.example:8443".into()), ..settings };
        assert_eq!(settings.public_hosts("https://api.example.org").unwrap(), ["a.example", "b.example:8443"]);
        let settings = Settings { public_hosts: Some("https://a.example".into()), ..settings };
        assert!(settings.public_hosts("").is_err());
    }

    #[test]
    fn what_cannot_be_meant_stops_the_start() {
        assert!(Settings { default_eula_revision: " ".into(), ..Settings::default() }.rules().is_err());
        let rules = Settings { fetch_lock: 0, restrict_customer_access: false, ..Settings::default() };
        let rules = rules.rules().unwrap();
        assert_eq!((rules.fetch_lock.attempts, rules.restrict_customer_access), (0, false));
    }
}
