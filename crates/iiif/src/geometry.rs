//! Rectangles, and lengths that follow from one another. Everything is whole pixels, rounded half up.

/// A part of a picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rectangle {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// To the right of `x`; at least 1.
    pub width: u32,
    /// Downwards from `y`; at least 1.
    pub height: u32,
}

impl Rectangle {
    /// Whether this is all of a picture of this size.
    pub fn is_all_of(&self, width: u32, height: u32) -> bool {
        *self == Self { x: 0, y: 0, width, height }
    }

    /// The same part of a picture that has half as many pixels each way, rounded down, so many times over; `width` and `height` are
    /// those of the picture before. None where it begins or ends between two pixels of the smaller one. What reaches the end of the
    /// one reaches the end of the other.
    pub fn halved(self, times: u32, width: u32, height: u32) -> Option<Self> {
        let side = |at: u32, length: u32, whole: u32| {
            let between = |at: u32| at & ((1 << times) - 1) != 0;
            let (begin, end) = (at >> times, (at + length) >> times);
            let is_sharp = !between(at) && (!between(at + length) || at + length == whole);
            (is_sharp && begin < end).then_some((begin, end - begin))
        };
        let ((x, width), (y, height)) = (side(self.x, self.width, width)?, side(self.y, self.height, height)?);
        Some(Self { x, y, width, height })
    }
}

/// The largest size of the proportions of `width` by `height` with no edge longer than `edge`, and never larger than it.
///
/// It is the size that a request for `!edge,edge` has, and so the one to state in `sizes` and to make thumbnails of.
pub fn fit(width: u32, height: u32, edge: u32) -> (u32, u32) {
    if width.max(height) <= edge { (width, height) } else { fill(width, height, edge.max(1), edge.max(1)) }
}

/// The largest size of the proportions of `width` by `height` that fits into the box, even if larger than it; at least a
/// pixel each way.
pub(crate) fn fill(width: u32, height: u32, box_width: u32, box_height: u32) -> (u32, u32) {
    if u64::from(width) * u64::from(box_height) <= u64::from(height) * u64::from(box_width) {
        (narrow(scaled(width, box_height, height)).clamp(1, box_width.max(1)), box_height)
    } else {
        (box_width, narrow(scaled(height, box_width, width)).clamp(1, box_height.max(1)))
    }
}

/// The size of the proportions of `width` by `height` that is of `area` pixels, or a little less; at least a pixel each way.
pub(crate) fn of_area(width: u32, height: u32, area: u64) -> (u32, u32) {
    let side = |this: u32, other: u32| (u128::from(area) * u128::from(this) / u128::from(other.max(1))).isqrt();
    let wide = side(width, height).max(1);
    let high = side(height, width).max(1).min(u128::from(area) / wide).max(1);
    let wide = wide.min(u128::from(area) / high).max(1);
    (u32::try_from(wide).unwrap_or(u32::MAX), u32::try_from(high).unwrap_or(u32::MAX))
}

/// `length` × `by` / `of`, rounded half up.
pub(crate) fn scaled(length: u32, by: u32, of: u32) -> u64 {
    let of = u64::from(of.max(1));
    (u64::from(length) * u64::from(by) + of / 2) / of
}

fn narrow(length: u64) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{fill, fit, of_area};

    #[test]
    fn fitting_keeps_the_proportions_and_never_enlarges() {
        assert_eq!(fit(6000, 4000, 600), (600, 400));
        assert_eq!(fit(300, 200, 600), (300, 200));
        assert_eq!(fit(1, 30_000, 100), (1, 100));
        assert_eq!(fill(300, 200, 360, 360), (360, 240));
        assert_eq!(fill(300, 200, 225, 100), (150, 100));
    }

    #[test]
    fn an_area_is_not_exceeded() {
        for (width, height) in [(6000, 4000), (1, 100_000), (100_000, 1), (7, 3)] {
            for area in [1, 2, 10, 1_000_000] {
                let (w, h) = of_area(width, height, area);
                assert!(w > 0 && h > 0 && u64::from(w) * u64::from(h) <= area, "{width}x{height} in {area}: {w}x{h}");
            }
        }
        assert_eq!(of_area(6000, 4000, 6_000_000), (3000, 2000));
    }
}
