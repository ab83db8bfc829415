//! Where the service listens, and where clients find it.

use std::net::SocketAddr;

use anyhow::{Result, bail};
use url::{Host, Url};

use super::settings::Settings;

impl Settings {
    /// Whether the addresses to listen at have the form of one.
    ///
    /// # Errors
    /// It has not.
    pub(super) fn check_bind(&self) -> Result<()> {
        let is_named = |(host, port): (&str, &str)| is_authority(host, false) && port.parse::<u16>().is_ok();
        let is_one = |bind: &str| bind.parse::<SocketAddr>().is_ok() || bind.rsplit_once(':').is_some_and(is_named);
        for (name, bind) in [("bind", Some(&*self.bind)), ("admin_bind", self.admin_bind.as_deref())] {
            if let Some(bind) = bind.filter(|bind| !is_one(bind)) {
                bail!("{name} must be an address and a port, such as 127.0.0.1:8080, not {bind:?}");
            }
        }
        if self.admin_bind.as_ref().is_some_and(|bind| *bind == self.bind && !bind.ends_with(":0")) {
            bail!("admin_bind must be another address than bind: whoever gets there needs no credentials");
        }
        Ok(())
    }

    /// Whether traces are sent to a place that can be one.
    ///
    /// # Errors
    /// It cannot.
    pub(super) fn check_traces(&self) -> Result<()> {
        let Some(endpoint) = self.traces.as_deref() else { return Ok(()) };
        let is_one = |url: Url| {
            url.has_host()
                && ["http", "https"].contains(&url.scheme())
                && url.username().is_empty()
                && url.password().is_none()
        };
        match Url::parse(endpoint).is_ok_and(is_one) {
            true => Ok(()),
            false => {
                bail!("traces must be http://HOST or https://HOST, with a port such as 4318 if need be, and no user")
            }
        }
    }

    /// The address that IRIs begin with, given the port that was bound.
    ///
    /// # Errors
    /// It is not http or https, a host, and a port and a path if need be; or none is given and the one that was bound is none that
    /// clients could go to.
    pub fn public_url(&self, bound: SocketAddr) -> Result<String> {
        match self.given_url()? {
            Some(url) => Ok(url.to_owned()),
            None if bound.ip().is_unspecified() => {
                bail!("public_url is needed where bind is every address of the machine: IRIs have to begin with one")
            }
            None => Ok(format!("http://{bound}")),
        }
    }

    /// The address that the operator names.
    ///
    /// # Errors
    /// As [`Settings::public_url`].
    pub(super) fn given_url(&self) -> Result<Option<&str>> {
        let Some(given) = self.public_url.as_deref() else { return Ok(None) };
        let url = given.trim_end_matches('/');
        let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
        match rest.map(|rest| rest.split_at(rest.find('/').unwrap_or(rest.len()))) {
            Some((authority, path)) if is_authority(authority, true) && is_path(path) => Ok(Some(url)),
            // What is wrong may be a password in it, which is not to be told.
            _ => bail!(
                "public_url must be http://HOST or https://HOST, with a port and a path such as /portico if need be, and \
                 without user, query and fragment"
            ),
        }
    }
}

/// Whether a text is nothing, or segments that every program writes in the same way (RFC 3986 §2.3), each after a slash.
fn is_path(text: &str) -> bool {
    let is_segment = |segment: &str| {
        let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        !["", ".", ".."].contains(&segment) && segment.bytes().all(is_unreserved)
    };
    text.is_empty() || text.split('/').skip(1).all(is_segment)
}

/// Whether a text is a host, with a port from 1 to 65535 where that may be, as it can stand in an IRI (RFC 3987 §2.2).
/// Browsers' parsers forgive much; what they would put right is not taken here.
pub(super) fn is_authority(text: &str, with_port: bool) -> bool {
    let is_usual = |char: char| char.is_alphanumeric() || matches!(char, '-' | '.' | '_' | ':' | '[' | ']');
    if text.is_empty() || text.ends_with(':') || !text.chars().all(is_usual) {
        return false;
    }
    let Ok(url) = Url::parse(&format!("http://{text}/")) else { return false };
    // What is left out is the port of the scheme.
    let has_port = url.port().is_some() || text.ends_with(":80");
    let host = if has_port { text.rsplit_once(':').map_or(text, |(host, _)| host) } else { text };
    let is_host = match url.host() {
        Some(Host::Domain(name)) => !host.is_ascii() || name.eq_ignore_ascii_case(host),
        Some(Host::Ipv4(address)) => address.to_string() == host,
        Some(Host::Ipv6(_)) => true,
        None => false,
    };
    is_host && url.port() != Some(0) && (with_port || !has_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Settings {
        Settings { public_url: Some(text.to_owned()), ..Settings::default() }
    }

    #[test]
    fn a_public_url_is_a_scheme_a_host_and_a_port_and_a_path_if_need_be() {
        for (given, taken) in [
            ("http://example.org", "http://example.org"),
            ("https://example.org/", "https://example.org"),
            ("https://a-b.example.org:8443", "https://a-b.example.org:8443"),
            ("http://127.0.0.1:80", "http://127.0.0.1:80"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("https://bücher.example", "https://bücher.example"),
            ("http://localhost:1", "http://localhost:1"),
            ("http://portico_1:65535", "http://portico_1:65535"),
            ("http://host/path", "http://host/path"),
            ("https://example.org:8443/apps/portico-2/", "https://example.org:8443/apps/portico-2"),
        ] {
            assert_eq!(url(given).given_url().expect(given), Some(taken));
        }
        for wrong in [
            "",
            "/",
            "http://",
            "https:///",
            "http:example.org",
            "http:/example.org",
            "HTTP://example.org",
            "ftp://example.org",
            "example.org",
            "http://a\\b",
            "http://user@host",
            "http://user:pw@host",
            "http://host:99999",
            "http://host:",
            "http://host:0",
            "http://host:x",
            "http://host:80:80",
            "http://host//path",
            "http://host/a//b",
            "http://host/a/../b",
            "http://host/.",
            "http://host/a b",
            "http://host/%70ath",
            "http://host/bücher",
            "http://host/a;b",
            "http://host/path?q",
            "http://host/path#f",
            "http://host/{path}",
            "http://host?q",
            "http://host#f",
            "http://host?",
            "http://a b",
            " http://host",
            "http://host\n",
            "http://ho\tst",
            "http://host%41",
            "http://<host>",
            "http://[::1",
            "http://::1",
            "http://1.2.3",
            "http://0x7f.0.0.1",
            "http://256.0.0.1",
            "http://\"host\"",
            "http://{host}",
            "http://:8080",
            "http://[host]",
            "http://ho..st:x",
        ] {
            let said = url(wrong).given_url().expect_err(wrong).to_string();
            assert!(
                said.contains("public_url") && said.lines().count() == 1 && !said.contains("pw"),
                "{wrong}: {said}"
            );
        }
    }

    #[test]
    fn it_listens_at_an_address_and_a_port() {
        let bind = |text: &str| Settings { bind: text.to_owned(), ..Settings::default() };
        for right in ["127.0.0.1:0", "0.0.0.0:8080", "[::]:8080", "localhost:8080", "portico.example.org:1"] {
            bind(right).check_bind().expect(right);
        }
        for wrong in
            ["", "rubbish", "127.0.0.1", ":8080", "127.0.0.1:", "127.0.0.1:99999", "nowhere:1:2", "http://x:1", "a b:1"]
        {
            assert!(bind(wrong).check_bind().is_err(), "{wrong}");
        }
    }
}
