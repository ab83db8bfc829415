//! Where a request came from: the other end of the connection, or what a proxy in front of it says.

use std::net::{IpAddr, SocketAddr};

use actix_web::dev::ServiceRequest;
use actix_web::http::header::HeaderName;

/// The address of whoever sent a request. Of what a header says, the last is what the nearest proxy saw itself; whatever
/// stands before it anybody may have written.
pub fn of(request: &ServiceRequest, header: Option<&HeaderName>) -> Option<IpAddr> {
    let said = header.and_then(|name| request.headers().get_all(name).last()).and_then(|value| value.to_str().ok());
    said.and_then(last).or_else(|| request.peer_addr().map(|peer| peer.ip()))
}

/// The last address of a list, as `X-Forwarded-For` and its kin have it, or as `Forwarded` does (RFC 7239 §4).
fn last(list: &str) -> Option<IpAddr> {
    let element = list.rsplit(',').next()?;
    let pairs = element.split(';').map(str::trim);
    let mut named = pairs.filter_map(|pair| pair.split_once('=').filter(|(name, _)| name.eq_ignore_ascii_case("for")));
    let node = named.next().map_or(element.trim(), |(_, node)| node.trim_matches('"'));
    let bare = node.strip_prefix('[').and_then(|node| node.strip_suffix(']')).unwrap_or(node);
    bare.parse().ok().or_else(|| node.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_address_is_the_one_that_the_nearest_proxy_saw() {
        for (list, address) in [
            ("192.0.2.1", "192.0.2.1"),
            ("198.51.100.7, 192.0.2.1", "192.0.2.1"),
            ("192.0.2.1:4711", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("for=198.51.100.7, for=192.0.2.1;proto=https;by=203.0.113.43", "192.0.2.1"),
            ("proto=http; For=\"[2001:db8::1]:4711\"", "2001:db8::1"),
        ] {
            assert_eq!(last(list), address.parse().ok(), "{list}");
        }
        for none in ["", "unknown", "for=_hidden", "192.0.2.1, nonsense", "<script>"] {
            assert_eq!(last(none), None, "{none}");
        }
    }
}
