//! What there is of an image for somebody. Manifests and information say what stands here, and what is delivered is held
//! against the same, so that nothing is promised that is not there.

use iiif::info::{LEVEL_0, LEVEL_2};
use iiif::{DerivativeLimits, fit};
use resource::images::Openness;

/// How large images are made.
const LIMITS: DerivativeLimits = DerivativeLimits::edge(5000);

/// An image, as far as it is open to somebody.
#[derive(Debug, Clone, Copy)]
pub struct Offer<'a> {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// The edges that thumbnails were made for, in pixels.
    pub edges: &'a [u32],
    /// How much of it is open.
    pub open: Openness,
}

impl Offer<'_> {
    /// The limits on what is made of the image; none where nothing is.
    pub fn limits(&self) -> Option<DerivativeLimits> {
        match self.open {
            Openness::Whole => Some(LIMITS),
            Openness::UpTo(edge) => Some(LIMITS.open_up_to(edge)),
            Openness::Closed => None,
        }
    }

    /// The size in pixels of `full/max`; none where nothing is made.
    pub fn largest(&self) -> Option<(u32, u32)> {
        self.limits()?.largest(self.width, self.height)
    }

    /// The IRI of the level of the Image API that what is made of the image keeps to.
    pub fn level(&self) -> &'static str {
        if self.open == Openness::Whole { LEVEL_2 } else { LEVEL_0 }
    }

    /// The sizes in pixels of the thumbnails, the smallest first.
    pub fn thumbnails(&self) -> Vec<(u32, u32)> {
        let is_open = |(width, height): &(u32, u32)| match self.open {
            Openness::Whole => true,
            Openness::UpTo(edge) => *width.max(height) <= edge,
            Openness::Closed => false,
        };
        let mut sizes: Vec<_> =
            self.edges.iter().map(|edge| fit(self.width, self.height, *edge)).filter(is_open).collect();
        sizes.sort_unstable();
        sizes.dedup();
        sizes
    }

    /// The same image as it is for those who may see all of it.
    pub fn whole(self) -> Self {
        Self { open: Openness::Whole, ..self }
    }
}
