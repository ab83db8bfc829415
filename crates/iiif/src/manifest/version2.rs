//! The same manifest in version 2.1 of the Presentation API, for viewers that read nothing newer.

use serde::Serialize;

use super::{Body, Canvas, LabelledValue, LanguageMap, Manifest};

/// The context of a manifest of version 2.
pub const CONTEXT: &str = "http://iiif.io/api/presentation/2/context.json";
/// The `Content-Type` of a manifest of version 2 (Presentation API 2.1, §7.2).
pub const MEDIA_TYPE: &str = r#"application/ld+json;profile="http://iiif.io/api/presentation/2/context.json""#;

/// A manifest (Presentation API 2.1, §5.1), which serialises to its document. Its images are those of the manifest that it is
/// made of; so is their service, which is one of the Image API 3.0 and passed over by viewers that do not know it.
#[derive(Debug, Serialize)]
pub struct Manifest2<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@id")]
    id: &'a str,
    #[serde(rename = "@type")]
    kind: &'static str,
    label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    metadata: Vec<Pair<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail: Option<Resource<'a>>,
    sequences: [Sequence<'a>; 1],
}

#[derive(Debug, Serialize)]
struct Pair<'a> {
    label: &'a str,
    value: &'a str,
}

#[derive(Debug, Serialize)]
struct Sequence<'a> {
    #[serde(rename = "@id")]
    id: String,
    #[serde(rename = "@type")]
    kind: &'static str,
    canvases: Vec<Canvas2<'a>>,
}

#[derive(Debug, Serialize)]
struct Canvas2<'a> {
    #[serde(rename = "@id")]
    id: &'a str,
    #[serde(rename = "@type")]
    kind: &'static str,
    label: &'a str,
    height: u32,
    width: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    metadata: Vec<Pair<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail: Option<Resource<'a>>,
    images: Vec<Annotation<'a>>,
}

#[derive(Debug, Serialize)]
struct Annotation<'a> {
    #[serde(rename = "@id")]
    id: &'a str,
    #[serde(rename = "@type")]
    kind: &'static str,
    motivation: &'static str,
    resource: Resource<'a>,
    on: &'a str,
}

#[derive(Debug, Serialize)]
struct Resource<'a> {
    #[serde(rename = "@id")]
    id: &'a str,
    #[serde(rename = "@type")]
    kind: &'static str,
    format: &'static str,
    height: u32,
    width: u32,
    service: Service<'a>,
}

#[derive(Debug, Serialize)]
struct Service<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@id")]
    id: &'a str,
    #[serde(rename = "@type")]
    kind: &'static str,
    profile: String,
}

impl Manifest {
    /// The same in version 2.1.
    pub fn version_2(&self) -> Manifest2<'_> {
        Manifest2 {
            context: CONTEXT,
            id: &self.id,
            kind: "sc:Manifest",
            label: text(&self.label),
            description: self.summary.as_ref().map(text),
            license: self.rights.as_deref(),
            metadata: pairs(&self.metadata),
            thumbnail: self.thumbnail.first().map(Resource::of),
            sequences: [Sequence {
                id: format!("{}/sequence", self.id),
                kind: "sc:Sequence",
                canvases: self.items.iter().map(Canvas2::of).collect(),
            }],
        }
    }
}

impl<'a> Canvas2<'a> {
    fn of(canvas: &'a Canvas) -> Self {
        let annotations = canvas.items.iter().flat_map(|page| &page.items);
        let images = annotations.map(|annotation| Annotation {
            id: &annotation.id,
            kind: "oa:Annotation",
            motivation: "sc:painting",
            resource: Resource::of(&annotation.body),
            on: &annotation.target,
        });
        Self {
            id: &canvas.id,
            kind: "sc:Canvas",
            // Version 2 wants one.
            label: canvas.label.as_ref().map_or("", text),
            height: canvas.height,
            width: canvas.width,
            metadata: pairs(&canvas.metadata),
            thumbnail: canvas.thumbnail.first().map(Resource::of),
            images: images.collect(),
        }
    }
}

impl<'a> Resource<'a> {
    fn of(body: &'a Body) -> Self {
        let Body { id, format, height, width, service: [service], .. } = body;
        Self {
            id,
            kind: "dctypes:Image",
            format,
            height: *height,
            width: *width,
            service: Service {
                context: crate::info::CONTEXT,
                id: &service.id,
                kind: service.kind,
                profile: format!("http://iiif.io/api/image/3/{}.json", service.profile),
            },
        }
    }
}

/// The first text: version 2 has texts without a language too.
fn text(texts: &LanguageMap) -> &str {
    texts.0.values().flatten().next().map_or("", String::as_str)
}

fn pairs(metadata: &[LabelledValue]) -> Vec<Pair<'_>> {
    metadata.iter().map(|pair| Pair { label: text(&pair.label), value: text(&pair.value) }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Canvas, Extent, LabelledValue, LanguageMap, Manifest, Painting};

    #[test]
    fn a_manifest_of_version_2_says_the_same() {
        let painting = Painting {
            service: "https://example.org/iiif/3/7".to_owned(),
            width: 6_000,
            height: 4_000,
            extent: Extent::Open(300, 200),
            thumbnail_service: "https://example.org/thumbs/7".to_owned(),
            thumbnail: Some((100, 67)),
        };
        let mut canvas = Canvas::new("https://example.org/m/1/canvas/7", painting).label(LanguageMap::none("7"));
        canvas.metadata =
            vec![LabelledValue { label: LanguageMap::none("string1"), value: LanguageMap::of("en", "a day") }];
        let mut manifest = Manifest::new("https://example.org/m/1", LanguageMap::of("en", "A book"), vec![canvas]);
        manifest.summary = Some(LanguageMap::of("en", "There is more."));
        let image = |id: &str, width: u32, height: u32, service: &str| {
            json!({
                "@id": id,
                "@type": "dctypes:Image",
                "format": "image/jpeg",
                "height": height,
                "width": width,
                "service": {
                    "@context": "http://iiif.io/api/image/3/context.json",
                    "@id": service,
                    "@type": "ImageService3",
                    "profile": "http://iiif.io/api/image/3/level0.json",
                },
            })
        };
        let thumbnail =
            image("https://example.org/thumbs/7/full/100,67/0/default.jpg", 100, 67, "https://example.org/thumbs/7");
        let picture =
            image("https://example.org/iiif/3/7/full/300,200/0/default.jpg", 300, 200, "https://example.org/iiif/3/7");
        assert_eq!(
            serde_json::to_value(manifest.version_2()).unwrap(),
            json!({
                "@context": "http://iiif.io/api/presentation/2/context.json",
                "@id": "https://example.org/m/1",
                "@type": "sc:Manifest",
                "label": "A book",
                "description": "There is more.",
                "thumbnail": thumbnail,
                "sequences": [{
                    "@id": "https://example.org/m/1/sequence",
                    "@type": "sc:Sequence",
                    "canvases": [{
                        "@id": "https://example.org/m/1/canvas/7",
                        "@type": "sc:Canvas",
                        "label": "7",
                        "height": 4000,
                        "width": 6000,
                        "metadata": [{"label": "string1", "value": "a day"}],
                        "thumbnail": thumbnail,
                        "images": [{
                            "@id": "https://example.org/m/1/canvas/7/page/image",
                            "@type": "oa:Annotation",
                            "motivation": "sc:painting",
                            "resource": picture,
                            "on": "https://example.org/m/1/canvas/7",
                        }],
                    }],
                }],
            })
        );
    }
}
