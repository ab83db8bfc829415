//! Which addresses may be connected to.
//!
//! Whoever may name an origin has this service connect to it, from where this service stands. What stands beside it and
//! is open to its neighbours must not be open to them. So names are resolved here, what they resolve to is checked, and
//! exactly that is connected to: a name that changes its address between the two cannot get by.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Host;

/// The networks of IPv4 that are not everybody's.
/// <https://www.iana.org/assignments/iana-ipv4-special-registry/>
const NOT_PUBLIC_V4: &[Ipv4Net] = &[
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
    // Not special by registration, and yet the agent of each machine in Azure.
    v4(168, 63, 129, 16, 32),
];

/// All addresses of IPv6 that are everybody's are in here,
const PUBLIC_V6: Ipv6Net = v6([0x2000, 0, 0, 0], 3);
/// and these are not, although they are in it.
/// <https://www.iana.org/assignments/iana-ipv6-special-registry/>
const NOT_PUBLIC_V6: &[Ipv6Net] = &[
    // Protocols, with Teredo (2001::/32), which carries addresses of IPv4.
    v6([0x2001, 0, 0, 0], 23),
    // Documentation.
    v6([0x2001, 0xdb8, 0, 0], 32),
    v6([0x3fff, 0, 0, 0], 20),
    // 6to4, which carries addresses of IPv4.
    v6([0x2002, 0, 0, 0], 16),
];
/// NAT64: the last 32 bits are an address of IPv4. A network without IPv4 reaches the rest of the world by it.
const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0, 0], 96);

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

const fn v6([a, b, c, d]: [u16; 4], bits: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0), bits)
}

/// Public addresses, and the networks that are allowed besides.
#[derive(Debug, Clone)]
pub(super) struct AddressGuard(Arc<[IpNet]>);

/// Why a name was not resolved to anything that may be connected to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error("{host} has no address")]
    Unresolved { host: String },
    #[error("{host} ({address}) is private")]
    Private { host: String, address: IpAddr },
}

impl AddressGuard {
    pub(super) fn new(allowed: Vec<IpNet>) -> Self {
        Self(allowed.into())
    }

    /// A host that is an address is never resolved, so nobody else checks it.
    pub(super) fn check(&self, host: &Host<&str>) -> Result<(), Refused> {
        let address = match host {
            Host::Domain(_) => return Ok(()),
            Host::Ipv4(address) => IpAddr::V4(*address),
            Host::Ipv6(address) => IpAddr::V6(*address),
        };
        if self.lets(address) { Ok(()) } else { Err(Refused::Private { host: host.to_string(), address }) }
    }

    fn lets(&self, address: IpAddr) -> bool {
        // ::ffff:127.0.0.1 is connected to as 127.0.0.1.
        let address = address.to_canonical();
        is_public(address) || self.0.iter().any(|network| network.contains(&address))
    }

    fn choose(&self, host: String, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Refused> {
        let Some(first) = found.first().map(SocketAddr::ip) else { return Err(Refused::Unresolved { host }) };
        let chosen: Vec<_> = found.into_iter().filter(|address| self.lets(address.ip())).collect();
        if chosen.is_empty() { Err(Refused::Private { host, address: first }) } else { Ok(chosen) }
    }
}

impl Resolve for AddressGuard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = match tokio::net::lookup_host((host.as_str(), 0)).await {
                Ok(found) => found.collect(),
                Err(_) => Vec::new(),
            };
            let chosen = guard.choose(host, found)?;
            Ok(Box::new(chosen.into_iter()) as Addrs)
        })
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_PUBLIC_V4.iter().any(|network| network.contains(&address)),
        IpAddr::V6(address) if NAT64.contains(&address) => {
            let [.., a, b, c, d] = address.octets();
            is_public(IpAddr::V4(Ipv4Addr::new(a, b, c, d)))
        }
        IpAddr::V6(address) => {
            PUBLIC_V6.contains(&address) && !NOT_PUBLIC_V6.iter().any(|network| network.contains(&address))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    fn lets(allowed: &[&str], address: &str) -> bool {
        AddressGuard::new(allowed.iter().map(|network| network.parse().unwrap()).collect())
            .lets(address.parse().unwrap())
    }

    #[test]
    fn only_public_addresses_are_let_through() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "192.88.99.1",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:10.0.0.1",
            "::ffff:0:7f00:1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:0:7f00:1::",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!lets(&[], address), "{address}");
        }
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "172.15.0.1",
            "172.32.0.1",
            "100.63.0.1",
            "100.128.0.1",
            "192.167.1.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            assert!(lets(&[], address), "{address}");
        }
    }

    #[test]
    fn a_network_can_be_allowed_and_no_other_is_then() {
        assert!(lets(&["127.0.0.0/8"], "127.0.0.1"));
        assert!(lets(&["127.0.0.0/8"], "::ffff:127.0.0.1"));
        assert!(!lets(&["127.0.0.0/8"], "::1"));
        assert!(!lets(&["127.0.0.0/8"], "10.0.0.1"));
        assert!(!lets(&["127.0.0.2/32"], "127.0.0.1"));
        assert!(lets(&["10.0.0.0/8", "fd00::/8"], "fd00::1"));
        assert!(!lets(&["0.0.0.0/0"], "::1"));
    }

    #[test]
    fn a_host_is_checked_however_it_is_spelled() {
        for host in [
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "017700000001",
            "0177.0.0.1",
            "127.0.0.1.",
            "%31%32%37.0.0.1",
            "１２７.0.0.1",
            "127。0。0。1",
            "①②⑦.0.0.1",
            "0",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[0:0:0:0:0:ffff:7f00:0001]",
            "[::127.0.0.1]",
            "169.254.169.254",
            "2852039166",
        ] {
            let url = Url::parse(&format!("http://{host}/")).unwrap();
            let refused = AddressGuard::new(Vec::new()).check(&url.host().unwrap());
            assert!(matches!(refused, Err(Refused::Private { .. })), "{host} is {url}");
        }
    }

    #[test]
    fn of_the_addresses_of_a_name_only_those_that_may_be_remain() {
        let socket = |address: &str| SocketAddr::new(address.parse().unwrap(), 0);
        let guard = AddressGuard::new(vec!["127.0.0.0/8".parse().unwrap()]);
        let host = || "example.org".to_owned();
        let both = vec![socket("10.0.0.1"), socket("8.8.8.8"), socket("127.0.0.1")];
        assert_eq!(guard.choose(host(), both), Ok(vec![socket("8.8.8.8"), socket("127.0.0.1")]));
        let address = "10.0.0.1".parse().unwrap();
        assert_eq!(guard.choose(host(), vec![socket("10.0.0.1")]), Err(Refused::Private { host: host(), address }));
        assert_eq!(guard.choose(host(), Vec::new()), Err(Refused::Unresolved { host: host() }));
    }

    proptest! {
        #[test]
        fn an_address_within_another_is_as_private_as_alone(bits in any::<u32>()) {
            let alone = Ipv4Addr::from(bits);
            let mapped = IpAddr::V6(alone.to_ipv6_mapped());
            let nat64 = IpAddr::V6(Ipv6Addr::from(0x64_ff9b << 96 | u128::from(bits)));
            let guard = AddressGuard::new(Vec::new());
            prop_assert_eq!(guard.lets(mapped), guard.lets(alone.into()));
            prop_assert_eq!(guard.lets(nat64), guard.lets(alone.into()));
            prop_assert!(!guard.lets(alone.into()) || !(alone.is_private() || alone.is_loopback() || alone.is_link_local()));
        }
    }
}
