//! Requests that a customer has signed with its API key: the three `x-orchis-*` headers.
//!
//! What is signed is a text of five lines: the method, the MD5 of the body, the date, host and path, the query. It comes
//! along in a header, and here it is held against the request itself. What it means is compared and not how it is spelt:
//! `:` and `%3A` are the same, and so are two orders of parameters.

use actix_web::http::header::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use md5::{Digest, Md5};
use percent_encoding::percent_decode_str;
use uuid::Uuid;

/// Who signed, what and how.
const AUTHORIZATION: &str = "x-orchis-authorization";
/// When.
const DATE: &str = "x-orchis-date";
/// What was signed.
const REQUEST: &str = "x-orchis-request";
/// The names of the three headers.
pub const HEADERS: [&str; 3] = [AUTHORIZATION, DATE, REQUEST];
/// How many seconds a request may be on its way, and how far a clock may be ahead.
const WINDOW: i64 = 900;
/// The realm of customers, which is meant where none is named.
const CUSTOMERS: &str = "customers";

/// What the headers are no signed request for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MalformedSignature;

/// A signed request, as its headers tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The customer that says it signed; none where the name can be no customer's.
    pub customer: Option<Uuid>,
    /// What was signed; empty where it cannot be read.
    pub message: Vec<u8>,
    /// The signature; empty where it cannot be read.
    pub signature: Vec<u8>,
    date: String,
    sent: DateTime<Utc>,
}

/// The request that a signature must be for.
#[derive(Debug, Clone, Copy)]
pub struct SignedRequest<'a> {
    /// The method.
    pub method: &'a str,
    /// The body, as it came.
    pub body: &'a [u8],
    /// Names that the service is known by, each with its port if it is not that of the scheme.
    pub hosts: &'a [&'a str],
    /// What the path has before it at the public address.
    pub prefix: &'a str,
    /// The path, as it came.
    pub path: &'a str,
    /// The query, as it came.
    pub query: &'a str,
}

/// What the headers say; none where there are none of the three.
///
/// # Errors
/// One is missing, or does not have its form.
pub fn signed(headers: &HeaderMap) -> Result<Option<Signed>, MalformedSignature> {
    let [authorization, date, request] = HEADERS.map(|name| headers.get(name));
    let (authorization, date, request) = match (authorization, date, request) {
        (None, None, None) => return Ok(None),
        (Some(authorization), Some(date), Some(request)) => (authorization, date, request),
        _ => return Err(MalformedSignature),
    };
    let text = |value: &actix_web::http::header::HeaderValue| {
        value.to_str().map(str::to_owned).map_err(|_| MalformedSignature)
    };
    let (authorization, date, request) = (text(authorization)?, text(date)?, text(request)?);
    let rest = authorization.trim().strip_prefix("orchis-hmac ").ok_or(MalformedSignature)?;
    let mut parts = rest.trim_start().split(':');
    let (name, signature, realm) = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(name), Some(signature), realm, None) if !name.is_empty() && !signature.is_empty() => {
            (name, signature, realm.unwrap_or(CUSTOMERS))
        }
        _ => return Err(MalformedSignature),
    };
    let sent = DateTime::parse_from_rfc2822(&date).map_err(|_| MalformedSignature)?.with_timezone(&Utc);
    Ok(Some(Signed {
        customer: Uuid::try_parse(name).ok().filter(|_| realm == CUSTOMERS),
        message: STANDARD.decode(request.trim()).unwrap_or_default(),
        signature: STANDARD.decode(signature).unwrap_or_default(),
        date,
        sent,
    }))
}

impl Signed {
    /// Whether it was sent so long ago, or so far ahead of our clock, that it is not taken any more.
    pub fn is_outdated(&self, now: DateTime<Utc>) -> bool {
        (now - self.sent).abs() > chrono::TimeDelta::seconds(WINDOW)
    }

    /// Whether what was signed is this request.
    pub fn describes(&self, request: &SignedRequest<'_>) -> bool {
        let Ok(message) = std::str::from_utf8(&self.message) else { return false };
        let lines: Vec<_> = message.split('\n').collect();
        let &[method, digest, date, place, query] = lines.as_slice() else { return false };
        let (host, path) = place.split_at(place.find('/').unwrap_or(place.len()));
        let path = segments(path);
        let path = path.strip_prefix(segments(request.prefix).as_slice()).unwrap_or(&path);
        method == request.method
            && digest.eq_ignore_ascii_case(&md5_hex(request.body))
            && date == self.date
            && request.hosts.iter().any(|known| host_key(known) == host_key(host))
            && path == segments(request.path)
            && pairs(query) == pairs(request.query)
    }
}

fn md5_hex(body: &[u8]) -> String {
    Md5::digest(body).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A host as it is compared: in lower case, without the port of a scheme.
fn host_key(host: &str) -> String {
    let host = host.trim().to_ascii_lowercase();
    match host.strip_suffix(":80").or_else(|| host.strip_suffix(":443")) {
        Some(bare) => bare.to_owned(),
        None => host,
    }
}

/// The segments of a path, each decoded; a slash at the end makes no difference, and neither do two in a row.
fn segments(path: &str) -> Vec<Vec<u8>> {
    path.split('/').filter(|segment| !segment.is_empty()).map(|segment| percent_decode_str(segment).collect()).collect()
}

/// The parameters of a query, each decoded, in an order that is always the same.
fn pairs(query: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).collect();
    let mut pairs: Vec<_> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect();
    pairs.sort();
    pairs
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    const CUSTOMER: &str = "11111111-2222-4333-8444-555555555555";
    const SENT: &str = "Tue, 3 Jun 2008 11:05:30 +0000";
    const NOTHING: &str = "d41d8cd98f00b204e9800998ecf8427e";

    fn headers(authorization: &str, date: &str, request: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in HEADERS.iter().zip([authorization, date, request]) {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn saying(message: &str) -> Signed {
        let authorization = format!("orchis-hmac {CUSTOMER}:c2lnbmF0dXJl");
        signed(&headers(&authorization, SENT, &STANDARD.encode(message))).unwrap().unwrap()
    }

    fn get<'a>(hosts: &'a [&'a str], path: &'a str, query: &'a str) -> SignedRequest<'a> {
        SignedRequest { method: "GET", body: b"", hosts, prefix: "", path, query }
    }

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
    }

    #[test]
    fn the_published_requests_are_described_by_what_is_signed_for_them() {
        let plain = format!("GET\n{NOTHING}\n{SENT}\n127.0.0.1:8080/api/customer\n");
        assert!(saying(&plain).describes(&get(&["127.0.0.1:8080"], "/api/customer", "")));
        let query = "filter=customerName%3AAB%2A%2Cstatus%3Aactive&limit=5&sort=-cid";
        let list = format!("GET\n{NOTHING}\n{SENT}\napi.example.org/api/customers\n{query}");
        let sent = "sort=-cid&filter=customerName:AB*,status:active&limit=5";
        assert!(saying(&list).describes(&get(&["API.example.org:443"], "/api/customers", sent)));
    }

    #[test]
    fn what_is_meant_is_compared_and_not_how_it_is_spelt() {
        let message = format!("GET\n{NOTHING}\n{SENT}\nA.Example:80/api/customer/cid::ACME/\na=1+2&b=%7e");
        let one = saying(&message);
        for path in ["/api/customer/cid::ACME", "/api/customer/cid%3A%3aACME/", "/%61pi/customer/cid%3A:ACME"] {
            assert!(one.describes(&get(&["a.example"], path, "b=~&a=1%202")), "{path}");
        }
        for path in ["/api/customer/cid::acme", "/api/customer", "/api/customer%2Fcid::ACME"] {
            assert!(!one.describes(&get(&["a.example"], path, "b=~&a=1%202")), "{path}");
        }
        for query in ["", "b=~", "b=~&a=1%202&a=1%202", "a=1+2&b=~&c="] {
            assert!(!one.describes(&get(&["a.example"], "/api/customer/cid::ACME", query)), "{query}");
        }
        assert!(!one.describes(&get(&["b.example", "a.example:8080"], "/api/customer/cid::ACME", "b=~&a=1+2")));
    }

    #[test]
    fn another_method_body_or_date_is_another_request() {
        let message = format!("GET\n{NOTHING}\n{SENT}\nhost/api\n");
        let right = get(&["host"], "/api", "");
        assert!(saying(&message).describes(&right));
        assert!(!saying(&message).describes(&SignedRequest { method: "HEAD", ..right }));
        assert!(!saying(&message).describes(&SignedRequest { body: b"{}", ..right }));
        assert!(!saying(&message.replace("11:05", "11:06")).describes(&right));
        for message in ["", "GET", &message[..message.len() - 1], &format!("{message}\n"), "\u{fffd}\n\n\n\n"] {
            assert!(!saying(message).describes(&right), "{message:?}");
        }
    }

    #[test]
    fn the_headers_come_together_and_have_a_form() {
        assert_eq!(signed(&HeaderMap::new()), Ok(None));
        for missing in HEADERS {
            let mut some = headers("orchis-hmac a:b", SENT, "eA==");
            some.remove(missing);
            assert_eq!(signed(&some), Err(MalformedSignature), "without {missing}");
        }
        for authorization in
            ["", "orchis-hmac", "orchis-hmac a", "orchis-hmac a:", "orchis-hmac :b", "hmac a:b", "orchis-hmac a:b:c:d"]
        {
            assert_eq!(signed(&headers(authorization, SENT, "eA==")), Err(MalformedSignature), "{authorization}");
        }
        for date in ["", "yesterday", "2008-06-03T11:05:30Z", "Tue, 3 Jun 2008", "Tue, 33 Jun 2008 11:05:30 +0000"] {
            assert_eq!(signed(&headers("orchis-hmac a:b", date, "eA==")), Err(MalformedSignature), "{date}");
        }
        let stranger = signed(&headers("orchis-hmac a:b", SENT, "not base64")).unwrap().unwrap();
        assert_eq!((stranger.customer, stranger.message.as_slice()), (None, &b""[..]));
        let application = format!("orchis-hmac {CUSTOMER}:eA==:internal-applications");
        assert_eq!(signed(&headers(&application, SENT, "eA==")).unwrap().unwrap().customer, None);
        let customer = format!("orchis-hmac {CUSTOMER}:eA==:customers");
        assert!(signed(&headers(&customer, SENT, "eA==")).unwrap().unwrap().customer.is_some());
    }

    #[test]
    fn fifteen_minutes_are_not_too_long_in_either_direction() {
        for date in [SENT, "Tue, 03 Jun 2008 11:05:30 GMT", "Tue, 3 Jun 2008 13:05:30 +0200"] {
            let one = signed(&headers("orchis-hmac a:b", date, "eA==")).unwrap().unwrap();
            assert!(!one.is_outdated(at("2008-06-03T11:20:30Z")), "{date}");
            assert!(one.is_outdated(at("2008-06-03T11:20:31Z")), "{date}");
            assert!(!one.is_outdated(at("2008-06-03T10:50:30Z")), "{date}");
            assert!(one.is_outdated(at("2008-06-03T10:50:29Z")), "{date}");
        }
    }
}
