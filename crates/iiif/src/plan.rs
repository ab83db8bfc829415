//! What to make of one picture for one request: everything in whole pixels, nothing left to decide.

use crate::{
    DerivativeLimits, Rectangle,
    geometry::{fill, fit, of_area, scaled},
    request::{Format, ImageRequest, Quality, Region, RequestError, Rotation, Size, SizeForm},
};

/// An image to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Plan {
    /// The picture's width in pixels.
    pub source_width: u32,
    /// The picture's height in pixels.
    pub source_height: u32,
    /// The part of the picture; it lies within.
    pub region: Rectangle,
    /// The width in pixels that the region is scaled to, before the turn.
    pub width: u32,
    /// The height in pixels that the region is scaled to, before the turn.
    pub height: u32,
    /// Mirroring and turn.
    pub rotation: Rotation,
    /// The colours; [`Quality::Color`] is [`Quality::Default`] here, as they are the same.
    pub quality: Quality,
    /// The encoding.
    pub format: Format,
    size: Size,
}

impl ImageRequest {
    /// What this request means for a picture of this size, in pixels.
    ///
    /// # Errors
    /// When there is no pixel in the region or in the result, or when the result is larger than the region (and there is no
    /// `^`) or than the limits allow.
    pub fn resolve(
        &self,
        source_width: u32,
        source_height: u32,
        limits: &DerivativeLimits,
    ) -> Result<Plan, RequestError> {
        let region = self.region.resolve(source_width, source_height)?;
        let room = Room::of(&region, source_width, source_height, self.format, limits)?;
        let (width, height) = room.size(self.size)?;
        let form = if room.largest(false) == (width, height) || room.largest(true) == (width, height) {
            SizeForm::Max
        } else {
            SizeForm::Exact(width, height)
        };
        let enlarge = match form {
            SizeForm::Max => room.largest(false) != (width, height),
            _ => width > region.width || height > region.height,
        };
        Ok(Plan {
            source_width,
            source_height,
            region,
            width,
            height,
            rotation: self.rotation,
            quality: if self.quality == Quality::Color { Quality::Default } else { self.quality },
            format: self.format,
            size: Size { enlarge, form },
        })
    }
}

impl Plan {
    /// The request in its canonical form (Image API 3.0, §4.8), to follow the image's base IRI and a slash.
    pub fn canonical(&self) -> String {
        self.canonical_request().to_string()
    }

    /// What is made, to the pixel, whatever it was called: two plans for one picture that agree in it have the same image, byte
    /// for byte. The canonical form does not tell as much: `max` is another size where less is open.
    pub fn recipe(&self) -> String {
        let Rectangle { x, y, width, height } = self.region;
        let request = ImageRequest {
            region: Region::Pixels { x, y, width, height },
            size: Size { enlarge: false, form: SizeForm::Exact(self.width, self.height) },
            ..self.canonical_request()
        };
        request.to_string()
    }

    fn canonical_request(&self) -> ImageRequest {
        let Rectangle { x, y, width, height } = self.region;
        let all = self.region.is_all_of(self.source_width, self.source_height);
        ImageRequest {
            region: if all { Region::Full } else { Region::Pixels { x, y, width, height } },
            size: self.size,
            rotation: self.rotation,
            quality: self.quality,
            format: self.format,
        }
    }

    /// Width and height of the image in pixels, after the turn.
    pub fn dimensions(&self) -> (u32, u32) {
        if self.rotation.turn.swaps() { (self.height, self.width) } else { (self.width, self.height) }
    }
}

impl DerivativeLimits {
    /// The size in pixels that the whole of a picture is delivered in where `max` is asked for, as JPEG; none where nothing of
    /// it is open.
    pub fn largest(&self, width: u32, height: u32) -> Option<(u32, u32)> {
        let all = Rectangle { x: 0, y: 0, width, height };
        Room::of(&all, width, height, Format::Jpg, self).ok().map(|room| room.largest(false))
    }
}

/// The region's own size, and the largest it may be scaled to.
struct Room {
    width: u32,
    height: u32,
    max_width: u32,
    max_height: u32,
    max_area: u64,
    /// Whether the limit is that of what is open.
    guarded: bool,
}

impl Room {
    fn of(
        region: &Rectangle,
        width: u32,
        height: u32,
        format: Format,
        limits: &DerivativeLimits,
    ) -> Result<Self, RequestError> {
        let longest = format.longest_edge();
        let mut room = Self {
            width: region.width,
            height: region.height,
            max_width: limits.max_width.min(longest).max(1),
            max_height: limits.max_height.min(longest).max(1),
            max_area: limits.max_area.max(1),
            guarded: false,
        };
        if let Some(edge) = limits.open_edge.filter(|edge| *edge < width.max(height)) {
            let (open_width, open_height) = fit(width, height, edge);
            // Rounded down, to nothing where it must be: pixels are not given away one by one.
            let share = |length: u32, open: u32, of: u32| {
                u32::try_from(u64::from(length) * u64::from(open) / u64::from(of)).unwrap_or(open)
            };
            let open = (share(region.width, open_width, width), share(region.height, open_height, height));
            if open.0 == 0 || open.1 == 0 || edge == 0 {
                return Err(RequestError::NotOpen { width: open.0, height: open.1 });
            }
            room.guarded = open.0 < room.max_width || open.1 < room.max_height;
            room.max_width = room.max_width.min(open.0);
            room.max_height = room.max_height.min(open.1);
        }
        Ok(room)
    }

    /// The size that `max` or, with `enlarge`, `^max` has.
    fn largest(&self, enlarge: bool) -> (u32, u32) {
        let fits = self.width <= self.max_width && self.height <= self.max_height;
        let size = if fits && !enlarge {
            (self.width, self.height)
        } else {
            fill(self.width, self.height, self.max_width, self.max_height)
        };
        self.within_area(size)
    }

    fn within_area(&self, (width, height): (u32, u32)) -> (u32, u32) {
        if u64::from(width) * u64::from(height) <= self.max_area {
            (width, height)
        } else {
            let (w, h) = of_area(self.width, self.height, self.max_area);
            (w.min(width), h.min(height))
        }
    }

    fn size(&self, Size { enlarge, form }: Size) -> Result<(u32, u32), RequestError> {
        let (width, height) = match form {
            SizeForm::Max => return Ok(self.largest(enlarge)),
            SizeForm::Within(width, height) => return self.within(width, height, enlarge),
            SizeForm::Exact(width, height) => (u64::from(width), u64::from(height)),
            SizeForm::Width(width) => (u64::from(width), scaled(self.height, width, self.width)),
            SizeForm::Height(height) => (scaled(self.width, height, self.height), u64::from(height)),
            SizeForm::Percent(percent) => (percent.percent_of(self.width), percent.percent_of(self.height)),
        };
        if width == 0 || height == 0 {
            return Err(RequestError::EmptySize);
        }
        if !enlarge && (width > u64::from(self.width) || height > u64::from(self.height)) {
            return Err(RequestError::Enlarges { width: self.width, height: self.height });
        }
        let (Ok(w), Ok(h)) = (u32::try_from(width), u32::try_from(height)) else { return Err(self.too_large()) };
        if w > self.max_width || h > self.max_height || width * height > self.max_area {
            return Err(self.too_large());
        }
        Ok((w, h))
    }

    fn within(&self, width: u32, height: u32, enlarge: bool) -> Result<(u32, u32), RequestError> {
        if width == 0 || height == 0 {
            return Err(RequestError::EmptySize);
        }
        let (mut width, mut height) = (width.min(self.max_width), height.min(self.max_height));
        // §4.2, the table: as large as possible, but not larger than the region. It is no error to offer it more room.
        if !enlarge {
            (width, height) = (width.min(self.width), height.min(self.height));
        }
        Ok(self.within_area(fill(self.width, self.height, width, height)))
    }

    fn too_large(&self) -> RequestError {
        let (width, height) = self.largest(true);
        if self.guarded { RequestError::NotOpen { width, height } } else { RequestError::TooLarge { width, height } }
    }
}
