//! A form as the request that it stands for, for whoever wants to have a program send it.

use askama::Template;
use hydra::Api;

use super::assets::Assets;
use super::console::ConsoleForm;
use super::frame::PageFrame;
use super::raw::Piece;

/// A request that a form stands for.
#[derive(Debug, Clone, Copy)]
pub struct ShownRequest<'a> {
    /// The method.
    pub method: &'a str,
    /// The IRI that it is sent to.
    pub iri: &'a str,
    /// The state that it is about, where it changes one.
    pub tag: Option<&'a str>,
    /// The media type of the body, if there is one.
    pub media_type: Option<&'a str>,
    /// The body; none where it is a file.
    pub body: Option<&'a str>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "request.html")]
struct RequestPage<'a> {
    frame: PageFrame,
    request: ShownRequest<'a>,
    /// From where it can be sent, where its body is a text.
    console: Option<ConsoleForm<'a>>,
    snippets: [(&'static str, String); 4],
}

/// The page of a request.
///
/// # Errors
/// The template does not take it: a fault of this service.
pub fn request_page(
    api: &Api,
    assets: &Assets,
    request: ShownRequest<'_>,
    console: Option<ConsoleForm<'_>>,
) -> Result<String, String> {
    let frame = PageFrame::bare(api, assets, "Request".into());
    let snippets =
        [("curl", request.curl()), ("fetch", request.fetch()), ("Python", request.python()), ("Rust", request.rust())];
    RequestPage { frame, request, console, snippets }.render().map_err(|error| error.to_string())
}

impl ShownRequest<'_> {
    fn headers(&self) -> Vec<(&'static str, &str)> {
        let named = [("Content-Type", self.media_type), ("If-Match", self.tag)];
        named.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    fn curl(&self) -> String {
        // A quote ends the argument, stands by itself, and begins another.
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
        let mut line = format!("curl -X {} -u 'KEY:SECRET'", self.method);
        for (name, value) in self.headers() {
            line += &format!(" -H {}", quoted(&format!("{name}: {value}")));
        }
        match (self.body, self.media_type) {
            (Some(body), _) if !body.is_empty() => line += &format!(" --data-raw {}", quoted(body)),
            (None, Some(_)) => line += " --data-binary @FILE",
            _ => {}
        }
        format!("{line} {}", quoted(self.iri))
    }

    fn fetch(&self) -> String {
        let mut headers = vec![("Authorization", "`Basic ${btoa('KEY:SECRET')}`".to_owned())];
        headers.extend(self.headers().into_iter().map(|(name, value)| (name, json(value))));
        let headers: Vec<_> =
            headers.into_iter().map(|(name, value)| format!("    {}: {value},\n", json(name))).collect();
        let body = self
            .body_in(json, "await file.arrayBuffer()")
            .map_or_else(String::new, |body| format!("  body: {body},\n"));
        format!(
            "const answer = await fetch({}, {{\n  method: {},\n  headers: {{\n{}  }},\n{body}}});",
            json(self.iri),
            json(self.method),
            headers.concat()
        )
    }

    fn python(&self) -> String {
        let headers: Vec<_> =
            self.headers().into_iter().map(|(name, value)| format!("{}: {}", json(name), json(value))).collect();
        let data = self.body_in(json, "open(\"FILE\", \"rb\")");
        // In UTF-8: a text would be sent in Latin-1.
        let encoded = if self.body.is_some() { ".encode()" } else { "" };
        let data = data.map_or_else(String::new, |data| format!("\n    data={data}{encoded},"));
        format!(
            "import requests\n\nanswer = requests.request(\n    {},\n    {},\n    auth=(\"KEY\", \"SECRET\"),\n    headers={{{}}},{data}\n)",
            json(self.method),
            json(self.iri),
            headers.join(", ")
        )
    }

    fn rust(&self) -> String {
        let text = |text: &str| format!("{text:?}");
        let headers: Vec<_> = self
            .headers()
            .into_iter()
            .map(|(name, value)| format!("\n    .header({}, {})", text(name), text(value)))
            .collect();
        let body = self.body_in(text, "std::fs::read(\"FILE\")?");
        let body = body.map_or_else(String::new, |body| format!("\n    .body({body})"));
        format!(
            "let answer = reqwest::Client::new()\n    .request(reqwest::Method::{}, {})\n    .basic_auth(\"KEY\", Some(\"SECRET\")){}{body}\n    .send()\n    .await?;",
            self.method,
            text(self.iri),
            headers.concat()
        )
    }

    /// The body as a language writes texts; what it reads a file with, where it is one.
    fn body_in(&self, text: impl Fn(&str) -> String, file: &str) -> Option<String> {
        match (self.body, self.media_type) {
            (Some(""), _) | (None, None) => None,
            (Some(body), _) => Some(text(body)),
            (None, Some(_)) => Some(file.to_owned()),
        }
    }
}

/// A text as JavaScript and Python write it, too.
fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_what_it_is_in_every_language() {
        let request = ShownRequest {
            method: "PATCH",
            iri: "https://portico.example/customers/2",
            tag: Some("\"a\""),
            media_type: Some("application/ld+json"),
            body: Some(r#"{"displayName":"L'été \"ici\""}"#),
        };
        assert_eq!(
            request.curl(),
            r#"curl -X PATCH -u 'KEY:SECRET' -H 'Content-Type: application/ld+json' -H 'If-Match: "a"' --data-raw '{"displayName":"L'\''été \"ici\""}' 'https://portico.example/customers/2'"#
        );
        let text = r#""{\"displayName\":\"L'été \\\"ici\\\"\"}""#;
        for snippet in [request.fetch(), request.python(), request.rust()] {
            assert!(snippet.contains(text), "{snippet}");
        }
        let file = ShownRequest { media_type: Some("image/png"), body: None, ..request };
        assert!(file.curl().contains("--data-binary @FILE") && file.rust().contains("read(\"FILE\")"));
        let nothing = ShownRequest { media_type: None, body: Some(""), ..request };
        assert!(!nothing.curl().contains("data") && !nothing.fetch().contains("body"), "{}", nothing.fetch());
    }
}
