//! What can go wrong with a plan that was right.

/// Why an image could not be made. None of these is the client's doing.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The plan is for a picture of another size.
    #[error("the plan is for a picture of another size")]
    OtherPicture,
    /// It could not be scaled.
    #[error("the picture could not be scaled")]
    Scale(#[from] scaling::ScalingError),
    /// It could not be written as JPEG.
    #[error("the image could not be written as JPEG")]
    Jpeg(#[from] jpeg_encoder::EncodingError),
    /// It could not be written.
    #[error("the image could not be written")]
    Write(#[from] image::ImageError),
    /// The format cannot express an edge this long.
    #[error("an edge is too long for the format")]
    TooLong,
}
