//! Whether there are colours in a picture.

use image::DynamicImage;

use crate::Picture;

impl Picture {
    /// Whether every pixel is black, white or gray, however the picture was encoded: then there is no more to it in colour
    /// (Image API 3.0, §4.4).
    pub fn is_gray(&self) -> bool {
        let grays = |samples: &[u8], channels: usize| {
            samples.chunks_exact(channels).all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2])
        };
        match &self.pixels {
            DynamicImage::ImageLuma8(_) | DynamicImage::ImageLumaA8(_) => true,
            DynamicImage::ImageRgb8(pixels) => grays(pixels.as_raw(), 3),
            DynamicImage::ImageRgba8(pixels) => grays(pixels.as_raw(), 4),
            // Pictures have 8 bits a channel.
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use image::{GrayImage, Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;
    use crate::MediaType;

    #[test]
    fn a_picture_is_gray_by_its_pixels() {
        let picture = |pixels| Picture { pixels, media_type: MediaType::Png };
        assert!(picture(DynamicImage::ImageLuma8(GrayImage::new(3, 2))).is_gray());
        let mut pixels = RgbImage::from_pixel(3, 2, Rgb([7, 7, 7]));
        assert!(picture(DynamicImage::ImageRgb8(pixels.clone())).is_gray());
        pixels.put_pixel(2, 1, Rgb([7, 7, 8]));
        assert!(!picture(DynamicImage::ImageRgb8(pixels)).is_gray());
        assert!(picture(DynamicImage::ImageRgba8(RgbaImage::from_pixel(2, 2, Rgba([9, 9, 9, 1])))).is_gray());
        assert!(!picture(DynamicImage::ImageRgba8(RgbaImage::from_pixel(2, 2, Rgba([9, 8, 9, 1])))).is_gray());
    }
}
