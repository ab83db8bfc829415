//! The grammar of image requests, IIIF Image API 3.0 §4: `{region}/{size}/{rotation}/{quality}.{format}`.

mod decimal;
mod error;
mod output;
mod region;
mod size;

use std::{fmt, str::FromStr};

pub use decimal::Decimal;
pub use error::RequestError;
pub use output::{Format, Quality, Rotation, Turn};
pub use region::Region;
pub use size::{Size, SizeForm};

/// A request for an image, understood but not yet held against a picture: [`resolve`](Self::resolve) does that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ImageRequest {
    /// The part of the picture.
    pub region: Region,
    /// How large it is to be.
    pub size: Size,
    /// How it is turned, after that.
    pub rotation: Rotation,
    /// Its colours.
    pub quality: Quality,
    /// Its encoding.
    pub format: Format,
}

impl ImageRequest {
    /// Reads the four path segments after the identifier, percent-decoded; the last is `{quality}.{format}`.
    ///
    /// # Errors
    /// That of the first parameter that is wrong, from left to right.
    pub fn parse(region: &str, size: &str, rotation: &str, quality_and_format: &str) -> Result<Self, RequestError> {
        let (quality, format) = quality_and_format.rsplit_once('.').unwrap_or((quality_and_format, ""));
        Ok(Self {
            region: Region::parse(region)?,
            size: Size::parse(size)?,
            rotation: Rotation::parse(rotation)?,
            quality: Quality::parse(quality)?,
            format: Format::parse(format)?,
        })
    }
}

impl FromStr for ImageRequest {
    type Err = RequestError;

    fn from_str(path: &str) -> Result<Self, RequestError> {
        let mut segments = path.split('/');
        let mut next = || segments.next().ok_or(RequestError::Segments);
        let (region, size, rotation, last) = (next()?, next()?, next()?, next()?);
        if segments.next().is_some() {
            return Err(RequestError::Segments);
        }
        Self::parse(region, size, rotation, last)
    }
}

impl fmt::Display for ImageRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { region, size, rotation, quality, format } = self;
        write!(f, "{region}/{size}/{rotation}/{}.{}", quality.as_str(), format.as_str())
    }
}

/// A number of pixels: digits, nothing else. `str::parse` alone would take a `+`.
fn pixels(text: &str) -> Option<u32> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{ImageRequest, RequestError};

    #[test]
    fn requests_of_the_grammar_are_read_and_written_back() {
        for path in [
            "full/max/0/default.jpg",
            "square/^max/90/color.png",
            "125,15,120,140/150,/180/gray.webp",
            "pct:41.6,7.5,40,70/^,240/270/bitonal.jpg",
            "full/pct:50/!0/default.jpg",
            "full/^pct:120.5/!90/default.jpg",
            "full/225,100/!180/default.jpg",
            "full/!225,100/!270/default.jpg",
            "full/^!360,360/0/default.jpg",
        ] {
            let request: ImageRequest = path.parse().unwrap();
            assert_eq!(request.to_string(), path);
        }
    }

    #[test]
    fn requests_beside_the_grammar_say_which_parameter_is_wrong() {
        use RequestError::*;
        for (path, error) in [
            ("", Segments),
            ("full/max/0", Segments),
            ("full/max/0/default.jpg/", Segments),
            ("/max/0/default.jpg", Region),
            ("Full/max/0/default.jpg", Region),
            ("0,0,10/max/0/default.jpg", Region),
            ("0,0,10,10,10/max/0/default.jpg", Region),
            ("0,0,,10/max/0/default.jpg", Region),
            ("+0,0,10,10/max/0/default.jpg", Region),
            ("-1,0,10,10/max/0/default.jpg", Region),
            ("0.5,0,10,10/max/0/default.jpg", Region),
            ("0,0,4294967296,10/max/0/default.jpg", Region),
            ("pct:0,0,NaN,10/max/0/default.jpg", Region),
            ("pct:/max/0/default.jpg", Region),
            ("full/full/0/default.jpg", Size),
            ("full//0/default.jpg", Size),
            ("full/,/0/default.jpg", Size),
            ("full/^/0/default.jpg", Size),
            ("full/!max/0/default.jpg", Size),
            ("full/!10,/0/default.jpg", Size),
            ("full/!^10,10/0/default.jpg", Size),
            ("full/,^240/0/default.jpg", Size),
            ("full/10/0/default.jpg", Size),
            ("full/10,10,/0/default.jpg", Size),
            ("full/pct:inf/0/default.jpg", Size),
            ("full/pct:-1/0/default.jpg", Size),
            ("full/pct:1e2/0/default.jpg", Size),
            ("full/max//default.jpg", Rotation),
            ("full/max/!/default.jpg", Rotation),
            ("full/max/361/default.jpg", Rotation),
            ("full/max/360.5/default.jpg", Rotation),
            ("full/max/-90/default.jpg", Rotation),
            ("full/max/22.5/default.jpg", RotationNotMade),
            ("full/max/0/native.jpg", Quality),
            ("full/max/0/.jpg", Quality),
            ("full/max/0/default", Format),
            ("full/max/0/default.", Format),
            ("full/max/0/default.jpeg", Format),
            ("full/max/0/default.tif", FormatNotMade("tif")),
        ] {
            assert_eq!(path.parse::<ImageRequest>(), Err(error), "{path}");
        }
    }
}
