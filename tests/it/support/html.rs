//! As much of HTML as the pages have: tags with quoted attributes, and text.

use std::collections::BTreeSet;

/// What a browser asks for when somebody follows a link.
pub const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

/// A page.
pub struct Html(pub String);

impl Html {
    /// Where its anchors lead.
    pub fn links(&self) -> BTreeSet<String> {
        tags(&self.0, "a").filter_map(|tag| attribute(tag, "href")).collect()
    }

    /// The values of an attribute, on any element.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.split('<').skip(1).filter_map(|tag| attribute(tag.split('>').next()?, name)).collect()
    }

    /// What can be filled in, in the form that has this in its tag; none if there is no such form.
    pub fn fields(&self, form: &str) -> Option<Vec<String>> {
        let found =
            self.0.split("<form ").skip(1).find(|text| text.split('>').next().unwrap_or_default().contains(form))?;
        let inside = found.split("</form>").next()?;
        Some(inside.split('<').filter_map(|tag| attribute(tag.split('>').next()?, "name")).collect())
    }

    /// What is read: the text, without tags.
    pub fn text(&self) -> String {
        let parts = self.0.split('<').map(|part| part.split_once('>').map_or("", |(_, text)| text));
        decode(&parts.collect::<Vec<_>>().join("\u{1}")).replace('\u{1}', "")
    }
}

fn tags<'a>(html: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let open = format!("<{name} ");
    let starts: Vec<_> = html.match_indices(&open).map(|(start, _)| start).collect();
    starts.into_iter().filter_map(|start| html[start..].split('>').next())
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(decode(rest.split('"').next()?))
}

fn decode(text: &str) -> String {
    let named = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    named.iter().fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}
