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

    /// What can be filled in, in the form that has this in its tag; none if there is no such form. What begins with an underscore is of
    /// the form itself.
    pub fn fields(&self, form: &str) -> Option<Vec<String>> {
        let found =
            self.0.split("<form ").skip(1).find(|text| text.split('>').next().unwrap_or_default().contains(form))?;
        let inside = found.split("</form>").next()?;
        let names = inside.split('<').filter_map(|tag| attribute(tag.split('>').next()?, "name"));
        // Each of what can be ticked has the name of its field.
        let mut names: Vec<_> = names.filter(|name| !name.starts_with('_')).collect();
        names.dedup();
        Some(names)
    }

    /// What a browser would send of the form that has this in its tag, as it is shown; none if there is no such form.
    pub fn form(&self, form: &str) -> Option<Vec<(String, String)>> {
        let found =
            self.0.split("<form ").skip(1).find(|text| text.split('>').next().is_some_and(|tag| tag.contains(form)))?;
        let inside = found.split("</form>").next()?;
        let mut fields: Vec<(String, String)> = Vec::new();
        for element in inside.split('<').skip(1) {
            let (tag, text) = element.split_once('>')?;
            match tag.split([' ', '/']).next() {
                // What is not ticked is not sent.
                Some("input") if attribute(tag, "type").as_deref() == Some("checkbox") && !tag.contains(" checked") => {
                }
                Some("input") if attribute(tag, "type").as_deref() != Some("file") => {
                    fields.push((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default()));
                }
                // A line end right after the tag is none of the text.
                Some("textarea") => {
                    fields.push((attribute(tag, "name")?, decode(text.strip_prefix('\n').unwrap_or(text))));
                }
                Some("select") => fields.push((attribute(tag, "name")?, String::new())),
                Some("option") if tag.contains(" selected") => fields.last_mut()?.1 = attribute(tag, "value")?,
                _ => {}
            }
        }
        Some(fields)
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
