//! Decoded pictures that are too large for memory: laid out in files, of which a tile needs a few lines.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use iiif::picture::Picture;
use iiif::render::{RenderError, half, render_region};
use iiif::{Plan, Rectangle};

/// A decoded picture in a file. The file has no name, so it is gone with the process, however that ends.
#[derive(Debug)]
pub(super) struct Spooled {
    file: Mutex<File>,
    /// The picture, and after it the same with half as many pixels each way, again and again: so a small image of a large region reads
    /// about as much as one of a small region.
    levels: Vec<Level>,
    /// Bytes of a pixel.
    channels: usize,
}

/// A picture in the file.
#[derive(Debug, Clone, Copy)]
struct Level {
    width: u32,
    height: u32,
    /// Where in the file it begins.
    begins: u64,
}

/// How many times as many pixels as an image has, each way, the level has that it is made of: what was made smaller before leaves no
/// trace then.
const SHARPNESS: u32 = 2;

/// The longer edge of the smallest level.
const SMALLEST: u32 = 1024;

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
    pub(super) fn new(folder: &Path, picture: &Picture) -> Result<Self, SpoolError> {
        let mut file = tempfile::tempfile_in(folder).or_else(|_| tempfile::tempfile())?;
        let channels = usize::from(picture.pixels.color().bytes_per_pixel());
        let (mut levels, mut begins) = (Vec::new(), 0);
        let mut smaller = None;
        loop {
            let Picture { pixels, .. } = smaller.as_ref().unwrap_or(picture);
            let (width, height) = (pixels.width(), pixels.height());
            file.write_all(pixels.as_bytes())?;
            levels.push(Level { width, height, begins });
            begins += pixels.as_bytes().len() as u64;
            if width.max(height) <= SMALLEST || width.min(height) < 2 {
                return Ok(Self { file: Mutex::new(file), levels, channels });
            }
            smaller = Some(half(smaller.as_ref().unwrap_or(picture))?);
        }
    }

    /// Bytes of the file.
    pub(super) fn size(&self) -> u64 {
        let pixels = self.levels.iter().map(|level| u64::from(level.width) * u64::from(level.height));
        pixels.sum::<u64>() * self.channels as u64
    }

    /// Makes the image of the plan; of the file only the lines of its region are read.
    pub(super) fn render(&self, plan: &Plan) -> Result<Vec<u8>, SpoolError> {
        let whole = self.levels[0];
        if (whole.width, whole.height) != (plan.source_width, plan.source_height) {
            return Err(RenderError::OtherPicture.into());
        }
        let (level, region) = self.level(plan);
        let pixels = self.read(level, region)?;
        let mut plan = *plan;
        plan.region = region;
        Ok(render_region(pixels, self.channels, &plan)?)
    }

    /// The smallest level that is large enough, and where in it the region lies: to the pixel, or in a larger one.
    fn level(&self, plan: &Plan) -> (Level, Rectangle) {
        let of = |(halved, level): (usize, &Level)| {
            let region = plan.region.halved(u32::try_from(halved).ok()?, plan.source_width, plan.source_height)?;
            let is_enough = region.width >= plan.width * SHARPNESS && region.height >= plan.height * SHARPNESS;
            is_enough.then_some((*level, region))
        };
        let smaller = self.levels.iter().enumerate().skip(1).filter_map(of).next_back();
        smaller.unwrap_or((self.levels[0], plan.region))
    }

    fn read(&self, level: Level, Rectangle { x, y, width, height }: Rectangle) -> io::Result<Vec<u8>> {
        let (line, whole) = (width as usize * self.channels, u64::from(level.width) * self.channels as u64);
        let mut pixels = vec![0; line * height as usize];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if width == level.width {
            file.seek(SeekFrom::Start(level.begins + u64::from(y) * whole))?;
            file.read_exact(&mut pixels)?;
            return Ok(pixels);
        }
        for (row, pixels) in (u64::from(y)..).zip(pixels.chunks_exact_mut(line)) {
            file.seek(SeekFrom::Start(level.begins + row * whole + u64::from(x) * self.channels as u64))?;
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
    fn a_small_image_of_a_large_region_is_made_of_a_smaller_level() {
        let drawn = RgbaImage::from_fn(2101, 1503, |x, y| {
            image::Rgba([(x / 9) as u8, (y / 6) as u8, ((x + y) / 15) as u8, 255 - (x / 40) as u8])
        });
        let picture = Picture { pixels: DynamicImage::ImageRgba8(drawn), media_type: MediaType::Png };
        let spooled = Spooled::new(&std::env::temp_dir(), &picture).expect("a file can be written");
        let sizes: Vec<_> = spooled.levels.iter().map(|level| (level.width, level.height)).collect();
        assert_eq!(sizes, [(2101, 1503), (1050, 751), (525, 375)]);
        for (region, size, level, part) in [
            ("full", "max", 0, (0, 0, 2101, 1503)),
            ("full", "526,", 0, (0, 0, 2101, 1503)),
            ("full", "500,", 1, (0, 0, 1050, 751)),
            ("full", "200,", 2, (0, 0, 525, 375)),
            ("1024,512,1024,512", "256,", 1, (512, 256, 512, 256)),
            ("1024,512,1024,512", "128,", 2, (256, 128, 256, 128)),
            ("2048,1024,53,479", "13,", 1, (1024, 512, 26, 239)),
            ("2048,1024,53,479", "6,", 2, (512, 256, 13, 119)),
            ("1025,512,1024,512", "128,", 0, (1025, 512, 1024, 512)),
        ] {
            let asked = ImageRequest::parse(region, size, "0", "default.png").expect("it is a request");
            let plan = asked.resolve(2101, 1503, &DerivativeLimits::edge(4000)).expect("it can be made");
            let (found, Rectangle { x, y, width, height }) = spooled.level(&plan);
            let is_of = (found.width, found.height) == sizes[level];
            assert!(is_of && (x, y, width, height) == part, "{region}/{size}: {found:?} {x},{y},{width},{height}");
            let (made, expected) = (spooled.render(&plan).expect("made"), render(&picture, &plan).expect("made"));
            assert!(is_alike(&made, &expected, true), "{region}/{size}");
        }
    }

    #[test]
    fn a_folder_that_is_not_there_does_no_harm() {
        assert!(Spooled::new(Path::new("/nowhere/at/all"), &pictures()[0]).is_ok());
    }
}
