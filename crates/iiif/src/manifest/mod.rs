//! A manifest of images (IIIF Presentation API 3.0): a canvas for each, with the image painted on all of it.

mod version2;

use std::collections::BTreeMap;

use serde::Serialize;

pub use version2::{MEDIA_TYPE as MEDIA_TYPE_2, Manifest2};

/// The context of a manifest.
pub const CONTEXT: &str = "http://iiif.io/api/presentation/3/context.json";
/// The `Content-Type` of a manifest (Presentation API 3.0, §6.2).
pub const MEDIA_TYPE: &str = r#"application/ld+json;profile="http://iiif.io/api/presentation/3/context.json""#;

/// Texts by language (§4.1): the key is a BCP 47 tag, or `none`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct LanguageMap(pub BTreeMap<String, Vec<String>>);

impl LanguageMap {
    /// One text, in no language that is known.
    pub fn none(text: impl Into<String>) -> Self {
        Self::of("none", text)
    }

    /// One text in a language.
    pub fn of(language: impl Into<String>, text: impl Into<String>) -> Self {
        Self(BTreeMap::from([(language.into(), vec![text.into()])]))
    }
}

/// A manifest, which serialises to its document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    #[serde(rename = "@context")]
    context: &'static str,
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    label: LanguageMap,
    /// What is shown beside the label (§3.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<LanguageMap>,
    /// The IRI of a licence or a rights statement (§3.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rights: Option<String>,
    /// Labels and values to show (§3.1).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<LabelledValue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    thumbnail: Vec<Body>,
    items: Vec<Canvas>,
}

/// A label and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabelledValue {
    /// What it is.
    pub label: LanguageMap,
    /// What it says.
    pub value: LanguageMap,
}

impl Manifest {
    /// The manifest at the IRI `id`. The specification wants at least one canvas (§5.2), and viewers show nothing without.
    /// Its thumbnail is that of the first canvas that has one.
    pub fn new(id: impl Into<String>, label: LanguageMap, items: Vec<Canvas>) -> Self {
        let thumbnail = items.iter().map(|canvas| &canvas.thumbnail).find(|thumbnail| !thumbnail.is_empty());
        Self {
            context: CONTEXT,
            id: id.into(),
            kind: "Manifest",
            label,
            summary: None,
            rights: None,
            metadata: Vec::new(),
            thumbnail: thumbnail.cloned().unwrap_or_default(),
            items,
        }
    }
}

/// A canvas with one image on all of it (§5.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Canvas {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    /// What a viewer calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<LanguageMap>,
    height: u32,
    width: u32,
    /// Labels and values to show with it (§3.1).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<LabelledValue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    thumbnail: Vec<Body>,
    items: [AnnotationPage; 1],
}

/// An image to put on a canvas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Painting {
    /// The base IRI of the image service, without a slash at its end.
    pub service: String,
    /// The image's width in pixels; the canvas has it too.
    pub width: u32,
    /// The image's height in pixels; the canvas has it too.
    pub height: u32,
    /// In which size it is put there.
    pub extent: Extent,
    /// The base IRI of the service of its thumbnails, without a slash at its end.
    pub thumbnail_service: String,
    /// The size in pixels of the thumbnail to show; none where there is none for whoever reads the manifest.
    pub thumbnail: Option<(u32, u32)>,
}

/// The size in which an image is put on a canvas: that of what is delivered, which limits may have made smaller than the
/// canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What `max` has, width and height in pixels. The service is of level 2.
    Max(u32, u32),
    /// The largest that is open to whoever reads the manifest, width and height in pixels. As no more than sizes are open, the
    /// service is of level 0 to them.
    Open(u32, u32),
}

impl Extent {
    fn body(self, service: &str) -> Body {
        let (size, width, height, level) = match self {
            Self::Max(width, height) => ("max".to_owned(), width, height, "level2"),
            Self::Open(width, height) => (format!("{width},{height}"), width, height, "level0"),
        };
        Body::new(format!("{service}/full/{size}/0/default.jpg"), width, height, Service::new(service, level))
    }
}

impl Canvas {
    /// The canvas at the IRI `id`, in whose path the page and the annotation have theirs.
    pub fn new(id: impl Into<String>, painting: Painting) -> Self {
        let id = id.into();
        let Painting { service, width, height, extent, thumbnail_service, thumbnail } = painting;
        // What is kept as a thumbnail is there in its sizes alone.
        let thumbnail = thumbnail.map(|(width, height)| Extent::Open(width, height).body(&thumbnail_service));
        let annotation = Annotation {
            id: format!("{id}/page/image"),
            kind: "Annotation",
            motivation: "painting",
            body: extent.body(&service),
            target: id.clone(),
        };
        let page = AnnotationPage { id: format!("{id}/page"), kind: "AnnotationPage", items: [annotation] };
        Self {
            id,
            kind: "Canvas",
            label: None,
            height,
            width,
            metadata: Vec::new(),
            thumbnail: thumbnail.into_iter().collect(),
            items: [page],
        }
    }

    /// With this label.
    #[must_use]
    pub fn label(mut self, label: LanguageMap) -> Self {
        self.label = Some(label);
        self
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct AnnotationPage {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    items: [Annotation; 1],
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Annotation {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    motivation: &'static str,
    body: Body,
    target: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Body {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    format: &'static str,
    height: u32,
    width: u32,
    service: [Service; 1],
}

impl Body {
    fn new(id: String, width: u32, height: u32, service: Service) -> Self {
        Self { id, kind: "Image", format: "image/jpeg", height, width, service: [service] }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Service {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    profile: &'static str,
}

impl Service {
    fn new(id: &str, profile: &'static str) -> Self {
        Self { id: id.to_owned(), kind: "ImageService3", profile }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Canvas, Extent, LanguageMap, Manifest, Painting};

    #[test]
    fn a_manifest_has_what_the_specification_requires() {
        let painting = Painting {
            service: "https://example.org/iiif/3/7".to_owned(),
            width: 6_000,
            height: 4_000,
            extent: Extent::Max(3_000, 2_000),
            thumbnail_service: "https://example.org/thumbs/7".to_owned(),
            thumbnail: Some((100, 67)),
        };
        let canvas = Canvas::new("https://example.org/m/1/canvas/7", painting).label(LanguageMap::none("7"));
        let manifest = Manifest::new("https://example.org/m/1", LanguageMap::of("en", "A book"), vec![canvas]);
        let service = |id: &str, profile: &str| json!([{"id": id, "type": "ImageService3", "profile": profile}]);
        let thumbnail = json!([{
            "id": "https://example.org/thumbs/7/full/100,67/0/default.jpg",
            "type": "Image",
            "format": "image/jpeg",
            "height": 67,
            "width": 100,
            "service": service("https://example.org/thumbs/7", "level0"),
        }]);
        assert_eq!(
            serde_json::to_value(&manifest).unwrap(),
            json!({
                "@context": "http://iiif.io/api/presentation/3/context.json",
                "id": "https://example.org/m/1",
                "type": "Manifest",
                "label": {"en": ["A book"]},
                "thumbnail": thumbnail,
                "items": [{
                    "id": "https://example.org/m/1/canvas/7",
                    "type": "Canvas",
                    "label": {"none": ["7"]},
                    "height": 4000,
                    "width": 6000,
                    "thumbnail": thumbnail,
                    "items": [{
                        "id": "https://example.org/m/1/canvas/7/page",
                        "type": "AnnotationPage",
                        "items": [{
                            "id": "https://example.org/m/1/canvas/7/page/image",
                            "type": "Annotation",
                            "motivation": "painting",
                            "body": {
                                "id": "https://example.org/iiif/3/7/full/max/0/default.jpg",
                                "type": "Image",
                                "format": "image/jpeg",
                                "height": 2000,
                                "width": 3000,
                                "service": service("https://example.org/iiif/3/7", "level2"),
                            },
                            "target": "https://example.org/m/1/canvas/7",
                        }],
                    }],
                }],
            })
        );
    }

    #[test]
    fn what_is_open_in_small_is_put_there_in_small() {
        let canvas = |extent, thumbnail| {
            let painting = Painting {
                service: "https://example.org/iiif/3/7".to_owned(),
                width: 6_000,
                height: 4_000,
                extent,
                thumbnail_service: "https://example.org/thumbs/7".to_owned(),
                thumbnail,
            };
            Canvas::new("https://example.org/m/1/canvas/7", painting)
        };
        let canvases = vec![canvas(Extent::Max(6_000, 4_000), None), canvas(Extent::Open(300, 200), Some((200, 133)))];
        let manifest = Manifest::new("https://example.org/m/1", LanguageMap::of("en", "A book"), canvases);
        let manifest = serde_json::to_value(&manifest).unwrap();
        assert_eq!(manifest["items"][0].get("thumbnail"), None);
        assert_eq!(manifest["thumbnail"], manifest["items"][1]["thumbnail"]);
        let body = &manifest["items"][1]["items"][0]["items"][0]["body"];
        assert_eq!(body["id"], "https://example.org/iiif/3/7/full/300,200/0/default.jpg");
        assert_eq!((&body["width"], &body["height"]), (&json!(300), &json!(200)));
        assert_eq!(body["service"][0]["profile"], "level0");
    }
}
