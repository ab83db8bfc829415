//! Decoded pictures that are too large for memory: laid out in files, of which a tile needs a few lines.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use iiif::picture::Picture;
use iiif::render::{RenderError, render_region};
use iiif::{Plan, Rectangle};

/// A decoded picture in a file. The file has no name, so it is gone with the process, however that ends.
#[derive(Debug)]
pub(super) struct Spooled {
    file: Mutex<File>,
    width: u32,
    height: u32,
    /// Bytes of a pixel.
    channels: usize,
}

/// Why an image could not be made of a picture in a file.
#[derive(Debug, thiserror::Error)]
pub(super) enum SpoolError {
    /// The file could not be read.
    #[error("the file of a large picture could not be read")]
    Read(#[from] io::Error),
    /// Its pixels could not be made an image.
    #[error(transparent)]
    Render(#[from] RenderError),
}

impl Spooled {
    /// Lays out a picture in the folder, or where temporary files are if that cannot be written.
    pub(super) fn new(folder: &Path, picture: &Picture) -> io::Result<Self> {
        let mut file = tempfile::tempfile_in(folder).or_else(|_| tempfile::tempfile())?;
        let pixels = &picture.pixels;
        file.write_all(pixels.as_bytes())?;
        let channels = usize::from(pixels.color().bytes_per_pixel());
        Ok(Self { file: Mutex::new(file), width: pixels.width(), height: pixels.height(), channels })
    }

    /// Bytes of the file.
    pub(super) fn size(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height) * self.channels as u64
    }

    /// Makes the image of the plan; of the file only the lines of its region are read.
    pub(super) fn render(&self, plan: &Plan) -> Result<Vec<u8>, SpoolError> {
        if (self.width, self.height) != (plan.source_width, plan.source_height) {
            return Err(RenderError::OtherPicture.into());
        }
        let pixels = self.read(plan.region)?;
        Ok(render_region(pixels, self.channels, plan)?)
    }

    fn read(&self, Rectangle { x, y, width, height }: Rectangle) -> io::Result<Vec<u8>> {
        let (line, whole) = (width as usize * self.channels, u64::from(self.width) * self.channels as u64);
        let mut pixels = vec![0; line * height as usize];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if width == self.width {
            file.seek(SeekFrom::Start(u64::from(y) * whole))?;
            file.read_exact(&mut pixels)?;
            return Ok(pixels);
        }
        for (row, pixels) in (u64::from(y)..).zip(pixels.chunks_exact_mut(line)) {
            file.seek(SeekFrom::Start(row * whole + u64::from(x) * self.channels as u64))?;
            file.read_exact(pixels)?;
        }
        Ok(pixels)
    }
}

#[cfg(test)]
mod tests {
    use iiif::DerivativeLimits;
    use iiif::picture::MediaType;
    use iiif::render::render;
    use iiif::request::ImageRequest;
    use image::{DynamicImage, RgbaImage};

    use super::*;

    fn pictures() -> Vec<Picture> {
        let drawn =
            RgbaImage::from_fn(61, 43, |x, y| image::Rgba([x as u8 * 4, y as u8 * 5, 90, 200 + (x % 50) as u8]));
        let drawn = DynamicImage::ImageRgba8(drawn);
        let kinds: [DynamicImage; 4] =
            [drawn.to_luma8().into(), drawn.to_luma_alpha8().into(), drawn.to_rgb8().into(), drawn.to_rgba8().into()];
        kinds.into_iter().map(|pixels| Picture { pixels, media_type: MediaType::Png }).collect()
    }

    /// Whether two pictures are the same. Where a region is scaled, what lies beside it is reached for in memory and not in the
    /// file, so they differ a little at its edges.
    fn is_alike(one: &[u8], other: &[u8], scaled: bool) -> bool {
        let [one, other] = [one, other].map(|png| image::load_from_memory(png).expect("it is a picture").into_rgba8());
        let apart: u64 = one.iter().zip(other.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        one.dimensions() == other.dimensions() && if scaled { apart <= one.len() as u64 } else { apart == 0 }
    }

    #[test]
    fn what_is_made_of_a_file_is_what_is_made_of_memory() {
        let folder = std::env::temp_dir();
        for picture in pictures() {
            let spooled = Spooled::new(&folder, &picture).expect("a file can be written");
            assert_eq!(spooled.size(), picture.pixels.as_bytes().len() as u64);
            for (region, size, rotation) in [
                ("full", "max", "0"),
                ("full", "20,", "0"),
                ("0,10,61,20", "max", "90"),
                ("7,5,32,16", "max", "!180"),
                ("7,5,32,16", "8,4", "0"),
                ("50,40,100,100", "max", "0"),
            ] {
                let asked = ImageRequest::parse(region, size, rotation, "default.png").expect("it is a request");
                let plan = asked.resolve(61, 43, &DerivativeLimits::edge(1000)).expect("it can be made");
                let made = spooled.render(&plan).expect("it is made");
                let expected = render(&picture, &plan).expect("it is made");
                let scaled = (plan.region.width, plan.region.height) != (plan.width, plan.height);
                assert!(is_alike(&made, &expected, scaled), "{region}/{size}/{rotation}");
            }
        }
    }

    #[test]
    fn a_folder_that_is_not_there_does_no_harm() {
        assert!(Spooled::new(Path::new("/nowhere/at/all"), &pictures()[0]).is_ok());
    }
}
