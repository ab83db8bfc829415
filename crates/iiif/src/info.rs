//! An image's information, `info.json` (IIIF Image API 3.0, §5).

use serde::Serialize;

use crate::{DerivativeLimits, auth::AuthService, fit};

/// The context of `info.json`.
pub const CONTEXT: &str = "http://iiif.io/api/image/3/context.json";
/// The `Content-Type` of `info.json` (§5.1).
pub const MEDIA_TYPE: &str = r#"application/ld+json;profile="http://iiif.io/api/image/3/context.json""#;
/// The level's IRI, for `Link: <…>;rel="profile"` on images and information (§6).
pub const LEVEL_2: &str = "http://iiif.io/api/image/3/level2.json";
/// The same where only the sizes that are listed are there.
pub const LEVEL_0: &str = "http://iiif.io/api/image/3/level0.json";

/// The edge of the tiles that are advised to viewers, in pixels.
const TILE: u32 = 512;

/// The information on an image, which serialises to `info.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageInfo {
    #[serde(rename = "@context")]
    context: &'static str,
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    protocol: &'static str,
    profile: &'static str,
    width: u32,
    height: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_area: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sizes: Vec<Size>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tiles: Vec<Tile>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rights: Option<String>,
    preferred_formats: &'static [&'static str],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    extra_formats: &'static [&'static str],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    extra_qualities: &'static [&'static str],
    extra_features: &'static [&'static str],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    service: Vec<AuthService>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct Size {
    width: u32,
    height: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Tile {
    width: u32,
    scale_factors: Vec<u32>,
}

impl ImageInfo {
    /// The information on the image with the base IRI `id` (without a slash at its end), of this width and height in pixels.
    ///
    /// `limits` are those that requests are resolved with. Where they leave the image open only up to an edge, this is the
    /// *degraded* information: a service of the sizes that it lists, of which the largest is that of `max`. It cannot be of a
    /// higher level, as each of those wants regions in every size up to the maximum (§6). `edges` are those of the thumbnails
    /// in pixels, which `sizes` then lists.
    pub fn new(id: impl Into<String>, width: u32, height: u32, limits: &DerivativeLimits, edges: &[u32]) -> Self {
        let open = limits.open_edge.filter(|edge| *edge < width.max(height));
        let max_width = open.unwrap_or(u32::MAX).min(limits.max_width);
        let max_height = open.unwrap_or(u32::MAX).min(limits.max_height);
        let within = |(width, height): (u32, u32)| {
            width <= max_width && height <= max_height && u64::from(width) * u64::from(height) <= limits.max_area
        };
        let largest = open.and_then(|_| limits.largest(width, height));
        let mut sizes: Vec<_> =
            edges.iter().map(|edge| fit(width, height, *edge)).chain(largest).filter(|size| within(*size)).collect();
        sizes.sort_unstable();
        sizes.dedup();
        let area = u64::from(max_width) * u64::from(max_height);
        Self {
            context: CONTEXT,
            id: id.into(),
            kind: "ImageService3",
            protocol: "http://iiif.io/api/image",
            profile: if open.is_none() { "level2" } else { "level0" },
            width,
            height,
            max_width: Some(max_width),
            max_height: (max_height != max_width).then_some(max_height),
            max_area: (limits.max_area < area).then_some(limits.max_area),
            sizes: sizes.into_iter().map(|(width, height)| Size { width, height }).collect(),
            tiles: if open.is_none() && within((TILE, TILE)) { vec![tile(width, height)] } else { Vec::new() },
            rights: None,
            preferred_formats: &["jpg"],
            extra_formats: if open.is_none() { &["webp"] } else { &["png", "webp"] },
            extra_qualities: &["color", "gray", "bitonal"],
            // A feature of sizes would say that sizes beside those that are listed are there.
            extra_features: if open.is_none() {
                &["canonicalLinkHeader", "mirroring", "profileLinkHeader", "sizeUpscaling"]
            } else {
                &["canonicalLinkHeader", "mirroring", "profileLinkHeader", "rotationBy90s"]
            },
            service: Vec::new(),
        }
    }

    /// The information on an image with the base IRI `id` that is there in these sizes and not otherwise: width and height in
    /// pixels, the smallest first. To viewers the image is as large as the largest of them. None where there is no size.
    pub fn of_sizes(id: impl Into<String>, sizes: &[(u32, u32)]) -> Option<Self> {
        let (width, height) = sizes.last().copied()?;
        Some(Self {
            context: CONTEXT,
            id: id.into(),
            kind: "ImageService3",
            protocol: "http://iiif.io/api/image",
            profile: "level0",
            width,
            height,
            max_width: None,
            max_height: None,
            max_area: None,
            sizes: sizes.iter().map(|(width, height)| Size { width: *width, height: *height }).collect(),
            tiles: Vec::new(),
            rights: None,
            preferred_formats: &["jpg"],
            extra_formats: &[],
            extra_qualities: &[],
            extra_features: &["profileLinkHeader"],
            service: Vec::new(),
        })
    }

    /// Of a picture without colours: `color` is no quality beside the default one then (§4.4).
    #[must_use]
    pub fn gray(mut self) -> Self {
        self.extra_qualities = if self.extra_qualities.is_empty() { &[] } else { &["gray", "bitonal"] };
        self
    }

    /// The IRI of the level that it claims (§6).
    pub fn level(&self) -> &'static str {
        if self.profile == "level2" { LEVEL_2 } else { LEVEL_0 }
    }

    /// With the IRI of a licence or a rights statement (§5.6).
    #[must_use]
    pub fn rights(mut self, rights: impl Into<String>) -> Self {
        self.rights = Some(rights.into());
        self
    }

    /// With a service through which more is to be seen (§5.8).
    #[must_use]
    pub fn service(mut self, service: AuthService) -> Self {
        self.service.push(service);
        self
    }
}

/// The tiles of a picture of this size: halved until it is a single one.
fn tile(width: u32, height: u32) -> Tile {
    let mut scale_factors = vec![1];
    let mut factor: u32 = 1;
    while width.max(height).div_ceil(factor) > TILE {
        factor *= 2;
        scale_factors.push(factor);
    }
    Tile { width: TILE, scale_factors }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::ImageInfo;
    use crate::{
        DerivativeLimits,
        auth::{AuthService, InteractionPattern},
        request::ImageRequest,
    };

    const ID: &str = "https://example.org/iiif/3/1";

    fn json(info: &ImageInfo) -> Value {
        serde_json::to_value(info).unwrap()
    }

    #[test]
    fn information_has_what_the_specification_requires() {
        let info = ImageInfo::new(ID, 6_000, 4_000, &DerivativeLimits::edge(5_000), &[400, 100, 200])
            .rights("http://rightsstatements.org/vocab/InC/1.0/");
        assert_eq!(
            json(&info),
            json!({
                "@context": "http://iiif.io/api/image/3/context.json",
                "id": ID,
                "type": "ImageService3",
                "protocol": "http://iiif.io/api/image",
                "profile": "level2",
                "width": 6000,
                "height": 4000,
                "maxWidth": 5000,
                "sizes": [{"width": 100, "height": 67}, {"width": 200, "height": 133}, {"width": 400, "height": 267}],
                "tiles": [{"width": 512, "scaleFactors": [1, 2, 4, 8, 16]}],
                "rights": "http://rightsstatements.org/vocab/InC/1.0/",
                "preferredFormats": ["jpg"],
                "extraFormats": ["webp"],
                "extraQualities": ["color", "gray", "bitonal"],
                "extraFeatures": ["canonicalLinkHeader", "mirroring", "profileLinkHeader", "sizeUpscaling"],
            })
        );
        assert!(serde_json::to_string(&info).unwrap().starts_with(r#"{"@context":"#));
    }

    #[test]
    fn what_is_there_in_some_sizes_says_so_and_no_more() {
        assert_eq!(
            json(&ImageInfo::of_sizes(ID, &[(100, 67), (400, 267)]).unwrap()),
            json!({
                "@context": "http://iiif.io/api/image/3/context.json",
                "id": ID,
                "type": "ImageService3",
                "protocol": "http://iiif.io/api/image",
                "profile": "level0",
                "width": 400,
                "height": 267,
                "sizes": [{"width": 100, "height": 67}, {"width": 400, "height": 267}],
                "preferredFormats": ["jpg"],
                "extraFeatures": ["profileLinkHeader"],
            })
        );
        assert_eq!(ImageInfo::of_sizes(ID, &[]), None);
    }

    #[test]
    fn color_is_no_quality_of_a_picture_without_colours() {
        let qualities = |info: ImageInfo| json(&info)["extraQualities"].clone();
        assert_eq!(
            qualities(ImageInfo::new(ID, 60, 40, &DerivativeLimits::edge(100), &[]).gray()),
            json!(["gray", "bitonal"])
        );
        assert_eq!(qualities(ImageInfo::of_sizes(ID, &[(60, 40)]).unwrap().gray()), Value::Null);
    }

    #[test]
    fn what_is_open_in_small_says_so_and_how_to_see_more() {
        let mut service = AuthService::new(
            InteractionPattern::Login,
            "https://example.org/login",
            "Log in to Example",
            "https://example.org/token",
        );
        service.confirm_label = Some("Log in".to_owned());
        let limits = DerivativeLimits::edge(5_000).area(9_000_000).open_up_to(300);
        let info = ImageInfo::new(ID, 6_000, 4_000, &limits, &[100, 200, 400])
            .service(service.logout("https://example.org/logout", "Log out"));
        let info = json(&info);
        assert_eq!(info["width"], 6000);
        assert_eq!(info["profile"], "level0");
        assert_eq!(info["extraFormats"], json!(["png", "webp"]));
        assert_eq!(info["maxWidth"], 300);
        assert_eq!(info["maxArea"], Value::Null);
        assert_eq!(info["tiles"], Value::Null);
        assert_eq!(
            info["sizes"],
            json!([{"width": 100, "height": 67}, {"width": 200, "height": 133}, {"width": 300, "height": 200}])
        );
        assert_eq!(
            info["service"],
            json!([{
                "@context": "http://iiif.io/api/auth/1/context.json",
                "@id": "https://example.org/login",
                "@type": "AuthCookieService1",
                "profile": "http://iiif.io/api/auth/1/login",
                "label": "Log in to Example",
                "confirmLabel": "Log in",
                "service": [
                    {"@id": "https://example.org/token", "@type": "AuthTokenService1", "profile": "http://iiif.io/api/auth/1/token"},
                    {
                        "@id": "https://example.org/logout",
                        "@type": "AuthLogoutService1",
                        "profile": "http://iiif.io/api/auth/1/logout",
                        "label": "Log out",
                    },
                ],
            }])
        );
    }

    #[test]
    fn every_size_and_tile_that_is_stated_is_made() {
        let open = [1, 50, 250, 899, 1_236, 2_000].map(|edge| DerivativeLimits::edge(900).open_up_to(edge));
        for limits in [DerivativeLimits::edge(700), DerivativeLimits::edge(5_000).area(200_000)].into_iter().chain(open)
        {
            let (width, height) = (1_237, 823);
            let info = ImageInfo::new(ID, width, height, &limits, &[100, 400, 2_000]);
            assert_eq!(info.profile == "level2", limits.open_edge.is_none_or(|edge| edge >= width), "{limits:?}");
            if info.profile == "level0" {
                let largest = info.sizes.last().map(|size| (size.width, size.height));
                assert_eq!(largest, limits.largest(width, height), "{limits:?}");
            }
            for size in &info.sizes {
                let path = format!("full/{},{}/0/default.jpg", size.width, size.height);
                path.parse::<ImageRequest>().unwrap().resolve(width, height, &limits).unwrap();
            }
            // The tiles of the implementation notes, §3.
            for (tile, factor) in
                info.tiles.iter().flat_map(|tile| tile.scale_factors.iter().map(move |f| (tile.width, *f)))
            {
                for x in (0..width).step_by((tile * factor) as usize) {
                    for y in (0..height).step_by((tile * factor) as usize) {
                        let (w, h) = ((tile * factor).min(width - x), (tile * factor).min(height - y));
                        let path =
                            format!("{x},{y},{w},{h}/{},{}/0/default.jpg", w.div_ceil(factor), h.div_ceil(factor));
                        path.parse::<ImageRequest>().unwrap().resolve(width, height, &limits).unwrap();
                    }
                }
            }
        }
    }
}
