//! What was said, as it is kept.

use std::fmt::Write;

use super::{ISSUER, Stage, Who};
use crate::support::Answer;

impl Stage {
    /// Begins a page.
    pub fn page(&mut self, name: &'static str) {
        self.page = name;
    }

    /// Says something on the page that is not sent to anybody.
    pub fn say(&mut self, text: &str) {
        if !self.page.is_empty() {
            let _ = writeln!(self.pages.entry(self.page).or_default(), "# {text}\n");
        }
    }

    pub(super) fn write(
        &mut self,
        who: Who<'_>,
        method: &str,
        path: &str,
        body: &str,
        more: &[(&str, &str)],
        answer: &Answer,
    ) {
        if self.page.is_empty() {
            return;
        }
        let (shown, prefix) = if path.starts_with("/sla/") { (path, "/api") } else { (path, "/api[/sla]") };
        let mut text = format!("{method} {prefix}{shown}\n");
        let mut line = |name: &str, value: &str| text += &format!("{name}: {value}\n");
        match who {
            Who::Nobody => {}
            Who::User(name) => line("token", &format!("<session of {name}>")),
            Who::Bearer(name) => line("authorization", &format!("Bearer <session of {name}>")),
            Who::Service(about) => line("authorization", &format!("Bearer <token of {ISSUER} about {about}>")),
            Who::Customer(name) => line("x-orchis-authorization, -date, -request", &format!("<signed by {name}>")),
            Who::With(headers) => headers.iter().for_each(|(name, value)| line(name, value)),
        }
        more.iter().for_each(|(name, value)| line(name, value));
        if !body.is_empty() {
            let _ = write!(text, "\n{body}\n");
        }
        let _ = writeln!(text, "\n{}", answer.status);
        for name in ["allow", "content-type", "location", "preference-applied", "retry-after", "www-authenticate"] {
            if let Some(value) = answer.header(name) {
                let _ = writeln!(text, "{name}: {value}");
            }
        }
        if !answer.body.is_empty() {
            let _ = write!(text, "\n{}\n", String::from_utf8_lossy(&answer.body));
        }
        let text = self.canonical(&text);
        let page = self.pages.entry(self.page).or_default();
        let _ = write!(page, "{text}\n----\n\n");
    }

    /// The same with identities and keys by the order in which they are met: they are random.
    fn canonical(&mut self, text: &str) -> String {
        let mut canonical = text.to_owned();
        for found in identities(text) {
            if !self.known.iter().any(|(known, _)| *known == found) {
                let number = self.known.len() + 1;
                self.known.push((found, format!("00000000-0000-4000-8000-{number:012}")));
            }
        }
        for (known, name) in &self.known {
            canonical = canonical.replace(known, name);
        }
        if let Some((before, rest)) = canonical.split_once("\"customerApiKey\":\"") {
            let after = rest.split_once('"').map_or("", |(_, after)| after);
            canonical = format!("{before}\"customerApiKey\":\"<43 characters>\"{after}");
        }
        canonical
    }
}

/// The UUIDs in a text.
fn identities(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at + 36 <= letters.len() {
        let part: String = letters[at..at + 36].iter().collect();
        let is_identity = part.is_ascii() && part.matches('-').count() == 4 && uuid::Uuid::try_parse(&part).is_ok();
        if is_identity {
            found.push(part);
        }
        at += if is_identity { 36 } else { 1 };
    }
    found
}
