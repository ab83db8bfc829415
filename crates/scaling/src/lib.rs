//! Pictures in another size.
//!
//! All scaling is here, and of it three kinds of pixels: those that decoded pictures usually have. What it is done with is generic
//! over pixels and over pictures, so that whoever calls it compiles it anew, for every kind that it knows of.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x3, U8x4};
use fast_image_resize::{ImageBufferError, PixelTrait, ResizeAlg, ResizeOptions, Resizer};
use image::{ColorType, DynamicImage, ImageBuffer, Pixel};

pub use fast_image_resize::{FilterType, ResizeError};

/// What of a picture is scaled, in its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crop {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// Its width.
    pub width: u32,
    /// Its height.
    pub height: u32,
}

/// Why a picture could not be scaled.
#[derive(Debug, thiserror::Error)]
pub enum ScalingError {
    /// The part is not within the picture.
    #[error("the part is not within the picture")]
    Crop(#[from] ResizeError),
    /// The picture has not as many bytes as it has pixels.
    #[error("the picture has not as many bytes as pixels")]
    Bytes(#[from] ImageBufferError),
}

impl Crop {
    /// The whole of a picture.
    pub fn all_of(picture: &DynamicImage) -> Self {
        Self { x: 0, y: 0, width: picture.width(), height: picture.height() }
    }
}

/// A part of a picture at this size, with the channels of the picture at 8 bits each. Colours count as far as they show: what
/// is transparent lends nothing to its neighbours. At the edges of the part its neighbours in the picture count, as far as the
/// filter reaches, so that parts that are put together show no seams.
///
/// # Errors
/// [`ScalingError::Crop`] where the part is not within the picture.
pub fn scaled(
    picture: &DynamicImage,
    part: Crop,
    width: u32,
    height: u32,
    filter: FilterType,
) -> Result<DynamicImage, ScalingError> {
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter)).crop(
        part.x.into(),
        part.y.into(),
        part.width.into(),
        part.height.into(),
    );
    Ok(match picture {
        DynamicImage::ImageLuma8(pixels) => convolve::<U8, _>(pixels, width, height, &options)?.into(),
        DynamicImage::ImageRgb8(pixels) => convolve::<U8x3, _>(pixels, width, height, &options)?.into(),
        DynamicImage::ImageRgba8(pixels) => convolve::<U8x4, _>(pixels, width, height, &options)?.into(),
        // Gray with alpha is rare, and to compile it takes longer than the three together. No picture that this service decodes
        // has others.
        other => {
            let scaled = DynamicImage::from(convolve::<U8x4, _>(&other.to_rgba8(), width, height, &options)?);
            if other.color() == ColorType::La8 { DynamicImage::ImageLumaA8(scaled.to_luma_alpha8()) } else { scaled }
        }
    })
}

/// Pixels of one kind, which the two libraries call by different names.
fn convolve<P: PixelTrait, C: Pixel<Subpixel = u8>>(
    pixels: &ImageBuffer<C, Vec<u8>>,
    width: u32,
    height: u32,
    options: &ResizeOptions,
) -> Result<ImageBuffer<C, Vec<u8>>, ScalingError> {
    let mut scaled = ImageBuffer::new(width, height);
    let of = TypedImageRef::<P>::from_buffer(pixels.width(), pixels.height(), pixels)?;
    let mut into = TypedImage::<P>::from_buffer(width, height, &mut scaled)?;
    Resizer::new().resize_typed(&of, &mut into, options)?;
    Ok(scaled)
}

#[cfg(test)]
mod tests {
    use image::{GrayAlphaImage, GrayImage, Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;

    fn every_kind(width: u32, height: u32) -> [DynamicImage; 5] {
        [
            DynamicImage::ImageLuma8(GrayImage::from_pixel(width, height, image::Luma([90]))),
            DynamicImage::ImageLumaA8(GrayAlphaImage::from_pixel(width, height, image::LumaA([90, 255]))),
            DynamicImage::ImageRgb8(RgbImage::from_pixel(width, height, Rgb([90, 40, 200]))),
            DynamicImage::ImageRgba8(RgbaImage::from_pixel(width, height, Rgba([90, 40, 200, 255]))),
            DynamicImage::ImageRgb16(ImageBuffer::from_pixel(width, height, Rgb([90 * 257, 40 * 257, 200 * 257]))),
        ]
    }

    #[test]
    fn one_colour_stays_one_colour_in_every_kind_of_pixel() {
        for picture in every_kind(40, 30) {
            for (width, height) in [(20, 15), (7, 29), (80, 60), (1, 1)] {
                let small = scaled(&picture, Crop::all_of(&picture), width, height, FilterType::Lanczos3).unwrap();
                let deep = matches!(picture, DynamicImage::ImageRgb16(_));
                assert!(deep || small.color() == picture.color(), "{:?}", small.color());
                assert_eq!((small.width(), small.height()), (width, height));
                let expected = picture.to_rgba8().get_pixel(0, 0).0;
                assert!(small.to_rgba8().pixels().all(|pixel| pixel.0 == expected), "{:?}", picture.color());
            }
        }
    }

    #[test]
    fn of_a_part_only_what_is_next_to_it_is_seen() {
        let mut pixels = RgbImage::from_pixel(40, 40, Rgb([255, 0, 0]));
        for (x, y, pixel) in pixels.enumerate_pixels_mut() {
            if x >= 20 && y >= 20 {
                *pixel = Rgb([0, 0, 255]);
            }
        }
        // Halved, a filter that looks at three pixels each way looks at six.
        let part = Crop { x: 26, y: 26, width: 14, height: 14 };
        let small = scaled(&DynamicImage::ImageRgb8(pixels), part, 7, 7, FilterType::Lanczos3).unwrap();
        assert!(small.to_rgb8().pixels().all(|pixel| pixel.0 == [0, 0, 255]));
    }

    #[test]
    fn what_is_transparent_lends_no_colour() {
        let mut pixels = RgbaImage::from_pixel(8, 8, Rgba([0, 255, 0, 0]));
        for y in 0..8 {
            for x in 0..4 {
                pixels.put_pixel(x, y, Rgba([255, 0, 0, 255]));
            }
        }
        let picture = DynamicImage::ImageRgba8(pixels);
        let small = scaled(&picture, Crop::all_of(&picture), 3, 3, FilterType::Lanczos3).unwrap().to_rgba8();
        assert!(small.pixels().all(|pixel| pixel.0[3] == 0 || pixel.0[1] < 8), "{small:?}");
    }

    #[test]
    fn a_part_that_is_not_there_is_refused() {
        let picture = DynamicImage::ImageLuma8(GrayImage::new(4, 4));
        let part = Crop { x: 3, y: 0, width: 2, height: 4 };
        assert!(matches!(scaled(&picture, part, 2, 2, FilterType::Lanczos3), Err(ScalingError::Crop(_))));
    }
}
