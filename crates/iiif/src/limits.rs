//! How large an image may be made.

/// The limits on what is made of a picture. They are stated to clients: [`ImageInfo`](crate::info::ImageInfo) takes the
/// same ones.
///
/// There is always a limit, as `^` would otherwise ask for images without end (Image API 3.0, §5.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DerivativeLimits {
    /// The widest, in pixels: `maxWidth`.
    pub max_width: u32,
    /// The highest, in pixels: `maxHeight`.
    pub max_height: u32,
    /// The most pixels: `maxArea`.
    pub max_area: u64,
    /// The edge, in pixels, up to which the whole picture is open to whoever asks; `None` when all of it is. A region is
    /// open in the same proportion, so that its full detail cannot be put together from parts.
    pub open_edge: Option<u32>,
}

impl DerivativeLimits {
    /// No edge longer than this, in pixels; everything is open.
    pub const fn edge(edge: u32) -> Self {
        let max_area = edge as u64 * edge as u64;
        Self { max_width: edge, max_height: edge, max_area, open_edge: None }
    }

    /// Also no more pixels than this.
    #[must_use]
    pub const fn area(self, max_area: u64) -> Self {
        Self { max_area, ..self }
    }

    /// Open only up to this edge, in pixels.
    #[must_use]
    pub const fn open_up_to(self, edge: u32) -> Self {
        Self { open_edge: Some(edge), ..self }
    }
}
