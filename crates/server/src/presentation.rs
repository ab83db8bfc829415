//! `/iiif-resource/{customer}/{query}/{p1}/{p2}…`: the images that a named query matches, as a IIIF manifest. It is public,
//! as what it leads to is: of each image there is to be seen what the image's own address says.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use face::RouteTree;
use hydra::iri::encoded;
use hydra::{Found, expand, fingerprint};
use iiif::manifest::{Canvas, Extent, LabelledValue, LanguageMap, MEDIA_TYPE, MEDIA_TYPE_2, Manifest, Painting};
use percent_encoding::percent_decode_str;
use resource::images::Openness;
use resource::{Error, MOST_MATCHES, Matches};
use vocab::Image;

use crate::Portico;
use crate::conditional::is_whole_known;
use crate::delivery::Offer;
use crate::failure::Failure;
use crate::negotiate::{self, Representation};
use crate::place::fixed;
use crate::problem::settle;

const ROOT: &str = "/iiif-resource/";
/// What an address has before the customer where it names the version of the API; no customer can be called that.
const VERSIONS: [(&str, Version); 2] = [("v2/", Version::Two), ("v3/", Version::Three)];

/// A version of the Presentation API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    /// 2.1, for viewers that read nothing newer.
    Two,
    /// 3.0, also where nothing is said.
    Three,
}

/// Mounts it.
pub fn routes(tree: &mut RouteTree) {
    for template in ["/iiif-resource/{customer}/{query}", "/iiif-resource/{customer}/{query}/{*parts}"] {
        tree.add(template, fixed(show));
    }
}

async fn show(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let reply = async {
        let path = request.uri().path();
        let (version, rest) = version(path)?;
        let (customer, query, parts) = split(rest)?;
        let matches = resource::matches(&app.identities.everybody(), &customer, &query, parts).await?;
        let manifest = manifest(app.api.base(), path, &matches);
        let (json, media_type) = match version {
            Version::Two => (serde_json::to_vec(&manifest.version_2()), MEDIA_TYPE_2),
            Version::Three => (serde_json::to_vec(&manifest), MEDIA_TYPE),
        };
        let json = json.map_err(|error| Error::Internal(error.to_string()))?;
        // There is one representation; only what it is called differs.
        let (content_type, mark) = match negotiate::format(request.headers()) {
            Ok(Representation::Json) => (Representation::Json.content_type(), Representation::Json.mark()),
            _ => (media_type, Representation::JsonLd.mark()),
        };
        let tag = format!("\"{}-{mark}\"", fingerprint(&json));
        let is_known = is_whole_known(request.headers(), &tag)?;
        let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        response.insert_header((header::ETAG, tag));
        response.insert_header((header::CACHE_CONTROL, "public, no-cache"));
        response.insert_header((header::VARY, "Accept, Accept-Encoding"));
        if is_known {
            return Ok(response.finish());
        }
        Ok(response.content_type(content_type).body(json))
    };
    settle(reply.await, &request, &app)
}

/// The version that an address names, and what follows.
fn version(path: &str) -> Result<(Version, &str), Error> {
    let rest = path.strip_prefix(ROOT).ok_or(Error::NotFound)?;
    let named = VERSIONS.iter().find_map(|(prefix, version)| Some((*version, rest.strip_prefix(prefix)?)));
    Ok(named.unwrap_or((Version::Three, rest)))
}

/// The customer, the query and the parts after it, each decoded by itself: a slash that is encoded parts nothing.
fn split(rest: &str) -> Result<(String, String, Vec<String>), Failure> {
    let decode = |part: &str| {
        let decoded = percent_decode_str(part).decode_utf8();
        decoded.map(String::from).map_err(|_| Failure::bad_request("The parts of the address must be in UTF-8."))
    };
    let mut parts = rest.split('/').filter(|part| !part.is_empty()).map(decode);
    let customer = parts.next().ok_or(Error::NotFound)??;
    let query = parts.next().ok_or(Error::NotFound)??;
    Ok((customer, query, parts.collect::<Result<_, _>>()?))
}

fn manifest(base: &str, path: &str, matches: &Matches) -> Manifest {
    let id = format!("{base}{}", encoded(path));
    let label = LanguageMap::of("en", format!("Generated from '{}' named query", matches.name));
    let canvases = matches.images.iter().filter_map(|image| canvas(base, &id, image, matches)).collect();
    let mut manifest = Manifest::new(id, label, canvases);
    manifest.summary = matches.more.then(|| {
        let text = format!("These are the first {MOST_MATCHES} images that match; there are more.");
        LanguageMap::of("en", text)
    });
    manifest
}

/// The canvas of an image that was measured. It is called by the place of the image, which stays as it is when others come
/// and go.
fn canvas(base: &str, manifest: &str, found: &Found<Image>, matches: &Matches) -> Option<Canvas> {
    let (image, key) = (&found.value, &found.key);
    let (width, height) = (pixels(image.width)?, pixels(image.height)?);
    let edges = matches.edges.get(image.thumbnail_policy.0.name.as_str()).map_or(&[][..], Vec::as_slice);
    let offer = Offer { width, height, edges, open: Openness::to_everybody(image, width.max(height)) };
    let painting = Painting {
        service: format!("{base}{}", expand("/iiif-img/{customer}/{space}/{image}", key)),
        width,
        height,
        extent: extent(offer)?,
        thumbnail_service: format!("{base}{}", expand("/thumbs/{customer}/{space}/{image}", key)),
        thumbnail: listed(&offer.thumbnails()),
    };
    let id = format!("{manifest}{}", expand("/canvas/{space}/{image}", key));
    let mut canvas = Canvas::new(id, painting).label(LanguageMap::none(key.image.as_str()));
    canvas.metadata = metadata(image);
    Some(canvas)
}

fn pixels(length: Option<u64>) -> Option<u32> {
    length?.try_into().ok()
}

/// Viewers show canvases in lists; a larger thumbnail is no use there.
const LISTED: u32 = 400;

/// The size of the thumbnail to show: the largest that is not too large, or else the smallest.
fn listed(sizes: &[(u32, u32)]) -> Option<(u32, u32)> {
    let fitting = sizes.iter().rev().find(|(width, height)| *width.max(height) <= LISTED);
    fitting.or(sizes.first()).copied()
}

/// What is put on the canvas: what there is for everybody. Where that is nothing it is what there is for those who sign in;
/// the image's information tells how (Authentication API 1.0, §3.2).
fn extent(offer: Offer<'_>) -> Option<Extent> {
    Some(match (offer.open, offer.largest()) {
        (Openness::UpTo(_), Some((width, height))) => Extent::Open(width, height),
        _ => {
            let (width, height) = offer.whole().largest()?;
            Extent::Max(width, height)
        }
    })
}

fn metadata(image: &Image) -> Vec<LabelledValue> {
    let texts = [("string1", &image.string1), ("string2", &image.string2), ("string3", &image.string3)];
    let numbers = [("number1", image.number1.0), ("number2", image.number2.0), ("number3", image.number3.0)];
    let texts = texts.into_iter().map(|(name, text)| (name, text.as_str().to_owned()));
    let numbers =
        numbers.into_iter().filter(|(_, number)| *number != 0).map(|(name, number)| (name, number.to_string()));
    let pair = |(name, value): (&str, String)| LabelledValue {
        label: LanguageMap::none(name),
        value: LanguageMap::none(value),
    };
    texts.filter(|(_, text)| !text.is_empty()).chain(numbers).map(pair).collect()
}
