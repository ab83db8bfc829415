//! What is wrong with an image request.

/// Why an image request has no image. The texts are for the person who wrote the request.
///
/// All are 400 (Bad Request) by the specification (Image API 3.0, §4.1–4.5), what it has and is not made here too.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The path has not the four segments.
    #[error("an image is {{region}}/{{size}}/{{rotation}}/{{quality}}.{{format}}")]
    Segments,
    /// The region is not of the grammar.
    #[error("the region must be full, square, x,y,w,h in whole pixels or pct:x,y,w,h")]
    Region,
    /// The size is not of the grammar.
    #[error(
        "the size must be max, w, or ,h or w,h or !w,h in whole pixels, or pct:n, each with ^ before it to enlarge"
    )]
    Size,
    /// The rotation is not of the grammar, or out of range.
    #[error("the rotation must be a number of degrees from 0 to 360, with ! before it to mirror")]
    Rotation,
    /// The quality is not one of the specification's.
    #[error("the quality must be default, color, gray or bitonal")]
    Quality,
    /// The format is not one of the specification's.
    #[error("the format must be jpg, png or webp")]
    Format,
    /// The format is one of the specification's and not made here.
    #[error("the format {0} is not made; jpg, png and webp are")]
    FormatNotMade(&'static str),
    /// The angle is valid and not made here.
    #[error("rotation is by 0, 90, 180 or 270 degrees")]
    RotationNotMade,
    /// The region has no pixels, or lies outside of the picture.
    #[error("the region has no pixel of the image, which is {width} by {height}")]
    EmptyRegion {
        /// The picture's width in pixels.
        width: u32,
        /// The picture's height in pixels.
        height: u32,
    },
    /// The result would have less than one pixel on a side.
    #[error("the size is less than one pixel")]
    EmptySize,
    /// The result would be larger than the region, and there is no `^`.
    #[error("the size is larger than the region, which is {width} by {height}; write ^ before it to enlarge")]
    Enlarges {
        /// The region's width in pixels.
        width: u32,
        /// The region's height in pixels.
        height: u32,
    },
    /// The result would be beyond the limits that the image's information states.
    #[error("the size is too large: at most {width} by {height} is made of this region")]
    TooLarge {
        /// The largest width in pixels.
        width: u32,
        /// The largest height in pixels.
        height: u32,
    },
    /// The picture is open only up to a size, and the request is for more detail.
    #[error("this region is open only up to {width} by {height}")]
    NotOpen {
        /// The largest open width of the region, in pixels.
        width: u32,
        /// The largest open height of the region, in pixels.
        height: u32,
    },
}
