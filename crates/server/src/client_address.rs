//! Where a request came from: the other end of the connection, or where that is a proxy of ours, what it says.

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::{self, HeaderMap, HeaderName};
use ipnet::IpNet;

/// Proxies that are believed, and the header in which they say where requests come from. Another header anybody may have written.
#[derive(Debug, Clone)]
pub struct Proxies {
    /// Where they are.
    pub networks: Vec<IpNet>,
    /// `X-Forwarded-For` or one of its form, or `Forwarded` (RFC 7239).
    pub header: HeaderName,
}

/// The address that a request came from.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress {
    /// The address, if it is known.
    pub address: Option<IpAddr>,
    /// Whether it is that of one client, and not of a proxy that nobody told of.
    pub is_own: bool,
}

impl ClientAddress {
    /// The address, where it is that of one client.
    pub fn own(self) -> Option<IpAddr> {
        self.address.filter(|_| self.is_own)
    }
}

impl Proxies {
    /// The address of whoever sent a request with these headers over a connection.
    pub fn look(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> ClientAddress {
        let peer = peer.map(|peer| peer.ip().to_canonical());
        let address = peer.map(|peer| if self.has(peer) { self.said(headers).unwrap_or(peer) } else { peer });
        // Who connects from a network of its own may be a proxy.
        let is_own = !self.networks.is_empty() || peer.is_some_and(is_public);
        ClientAddress { address, is_own }
    }

    fn has(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// Each proxy adds at the end whom it was asked by: the last that is no proxy of ours. What stands before that anybody may have
    /// written; where one is no address, nobody knows more than the one behind it.
    fn said(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let values: Vec<_> = headers.get_all(&self.header).filter_map(|value| value.to_str().ok()).collect();
        let mut found = None;
        for element in values.iter().rev().flat_map(|value| value.rsplit(',')) {
            let Some(address) = address(element, self.header == header::FORWARDED) else { break };
            found = Some(address);
            if !self.has(address) {
                break;
            }
        }
        found
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !(address.is_loopback() || address.is_private() || address.is_link_local()),
        IpAddr::V6(address) => !(address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()),
    }
}

/// The address of an element of a list, as `X-Forwarded-For` and its kin have it, or as `Forwarded` does (RFC 7239 §4).
fn address(element: &str, is_forwarded: bool) -> Option<IpAddr> {
    let node = match is_forwarded {
        false => element.trim(),
        true => {
            let pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
            let mut named = pairs.filter(|(name, _)| name.eq_ignore_ascii_case("for"));
            named.next()?.1.trim_matches('"')
        }
    };
    let bare = node.strip_prefix('[').and_then(|node| node.strip_suffix(']')).unwrap_or(node);
    let address = bare.parse().ok().or_else(|| node.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn said(name: &'static str, lists: &[&'static str]) -> Option<IpAddr> {
        let networks = ["192.0.2.0/24", "2001:db8:1::/48"].map(|network| network.parse().expect("a network"));
        let proxies = Proxies { networks: networks.into(), header: HeaderName::from_static(name) };
        let mut headers = HeaderMap::new();
        for list in lists {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(list));
        }
        proxies.said(&headers)
    }

    #[test]
    fn the_last_address_that_is_no_proxy_of_ours_is_the_one_that_it_came_from() {
        for (lists, address) in [
            (&["198.51.100.7"][..], "198.51.100.7"),
            (&["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
            (&["198.51.100.7, 192.0.2.1, 192.0.2.2"], "198.51.100.7"),
            (&["203.0.113.9", "198.51.100.7, 192.0.2.1"], "198.51.100.7"),
            (&["198.51.100.7:4711"], "198.51.100.7"),
            (&["::ffff:198.51.100.7"], "198.51.100.7"),
            (&["[2001:db8::1]:4711, 2001:db8:1::2"], "2001:db8::1"),
            // From where it came that the last proxy was asked, nobody knows.
            (&["198.51.100.7, unknown, 192.0.2.1"], "192.0.2.1"),
            (&["192.0.2.3, 192.0.2.1"], "192.0.2.3"),
        ] {
            assert_eq!(said("x-forwarded-for", lists), address.parse().ok(), "{lists:?}");
        }
        for (lists, address) in [
            (&["for=203.0.113.9, for=198.51.100.7;proto=https;by=203.0.113.43"][..], "198.51.100.7"),
            (&["proto=http; For=\"[2001:db8::1]:4711\""], "2001:db8::1"),
            (&["for=198.51.100.7, for=\"192.0.2.1:80\""], "198.51.100.7"),
        ] {
            assert_eq!(said("forwarded", lists), address.parse().ok(), "{lists:?}");
        }
        for none in ["", "unknown", "for=_hidden", "198.51.100.7, nonsense", "<script>"] {
            assert_eq!(said("x-forwarded-for", &[none]), None, "{none}");
        }
        assert_eq!(said("forwarded", &["198.51.100.7"]), None, "it is of another form");
    }
}
