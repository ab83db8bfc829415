//! Variables of the environment that look like settings.

use anyhow::{Result, bail};

/// Variables that look like ours and are not: a misspelt setting must not pass unseen. Those that Kubernetes puts beside each
/// container for a service that is called `portico`, or `portico-` and more, are no settings.
///
/// # Errors
/// There is one.
pub fn check_environment(known: &[String]) -> Result<()> {
    let unknown = |name: &str, value: &str| {
        name.starts_with("PORTICO_") && !known.iter().any(|known| known == name) && !is_of_kubernetes(name, value)
    };
    for (name, value) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if unknown(&name, &value.to_string_lossy()) {
            bail!("{name} is not a setting; portico serve --help lists them");
        }
    }
    Ok(())
}

/// Whether a variable tells of a service, as Kubernetes does it ("Service: Discovering services"): for a service `S` there are
/// `S_SERVICE_HOST`, `S_SERVICE_PORT`, `S_SERVICE_PORT_` and the name of a port, and, as Docker had them, `S_PORT`,
/// `S_PORT_80_TCP`, and that with `_PROTO`, `_PORT` and `_ADDR`.
fn is_of_kubernetes(name: &str, value: &str) -> bool {
    let is_service = |name: &str| {
        name == "PORTICO" || name.strip_prefix("PORTICO_").is_some_and(|rest| !rest.is_empty() && is_word(rest))
    };
    let ends_service = |end: &str| name.strip_suffix(end).is_some_and(is_service);
    if ends_service("_SERVICE_HOST") || ends_service("_SERVICE_PORT") {
        return true;
    }
    // A setting of this name could be meant, so what it says has to be an address, too.
    if ends_service("_PORT") && is_endpoint(value) {
        return true;
    }
    around(name, "_SERVICE_PORT_").any(|(service, port)| is_service(service) && !port.is_empty() && is_word(port))
        || around(name, "_PORT_").any(|(service, rest)| {
            let mut parts = rest.split('_');
            let number = parts.next().is_some_and(|number| number.parse::<u16>().is_ok());
            let protocol = parts.next().is_some_and(|protocol| PROTOCOLS.contains(&protocol));
            let ends = matches!((parts.next(), parts.next()), (None | Some("PROTO" | "PORT" | "ADDR"), None));
            is_service(service) && number && protocol && ends
        })
}

/// What stands before and after an infix, wherever it is; in the name of a service, too.
fn around<'a>(name: &'a str, infix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    name.char_indices().filter_map(move |(at, _)| Some((&name[..at], name[at..].strip_prefix(infix)?)))
}

const PROTOCOLS: [&str; 3] = ["TCP", "UDP", "SCTP"];

fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_'))
}

fn is_endpoint(value: &str) -> bool {
    let Some((protocol, address)) = value.split_once("://") else { return false };
    let port = address.rsplit_once(':').map(|(_, port)| port.parse::<u16>());
    PROTOCOLS.iter().any(|known| known.eq_ignore_ascii_case(protocol)) && matches!(port, Some(Ok(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kubernetes_says_of_services_is_known_by_its_form() {
        for service in ["PORTICO", "PORTICO_WORKER", "PORTICO_BLUE_2", "PORTICO_PORT", "PORTICO_SERVICE"] {
            for (end, value) in [
                ("_SERVICE_HOST", "10.0.0.1"),
                ("_SERVICE_PORT", "8080"),
                ("_SERVICE_PORT_HTTP", "8080"),
                ("_SERVICE_PORT_HTTP_ADMIN", "8081"),
                ("_PORT", "tcp://10.0.0.1:8080"),
                ("_PORT", "udp://[fd00::1]:8080"),
                ("_PORT_8080_TCP", "tcp://10.0.0.1:8080"),
                ("_PORT_8080_TCP_PROTO", "tcp"),
                ("_PORT_8080_TCP_PORT", "8080"),
                ("_PORT_53_UDP_ADDR", "10.0.0.1"),
                ("_PORT_1_SCTP", "sctp://10.0.0.1:1"),
            ] {
                assert!(is_of_kubernetes(&format!("{service}{end}"), value), "{service}{end}");
            }
        }
    }

    #[test]
    fn a_misspelt_setting_is_not_taken_for_one() {
        for (name, value) in [
            ("PORTICO_PORT", "80"),
            ("PORTICO_PORT", ""),
            ("PORTICO_PORT", "http://10.0.0.1:80"),
            ("PORTICO_PORT_80", "80"),
            ("PORTICO_PORT_80_HTTP", "80"),
            ("PORTICO_PORT_80_TCP_HOST", "x"),
            ("PORTICO_PORT_99999_TCP", "x"),
            ("PORTICO_BNID", "127.0.0.1:0"),
            ("PORTICO_HOST", "10.0.0.1"),
            ("PORTICO_SERVICE_PORT_", "80"),
            ("PORTICO_SERVICE_KEY", "x"),
            ("PORTICO__", ""),
        ] {
            assert!(!is_of_kubernetes(name, value), "{name}={value}");
        }
    }
}
