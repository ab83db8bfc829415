//! Settings that are networks.

use anyhow::{Result, bail};
use ipnet::IpNet;

/// The networks of a list with commas; one address is a network of its own.
///
/// # Errors
/// One is none.
pub(super) fn networks(setting: &str, list: Option<&str>) -> Result<Vec<IpNet>> {
    let mut networks = Vec::new();
    for text in list.unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty()) {
        match text.parse().or_else(|_| text.parse().map(|address: std::net::IpAddr| address.into())) {
            Ok(network) => networks.push(network),
            Err(_) => bail!("{setting} must be networks such as 10.1.0.0/16; {text:?} is none"),
        }
    }
    Ok(networks)
}
