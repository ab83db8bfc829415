//! The addresses under which images are delivered.

use actix_web::HttpRequest;
use hydra::expand;
use resource::Error;
use vocab::ImageKey;
use vocab::value::{CustomerId, ImageId, SpaceId};

use crate::Portico;

/// What an image is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    /// Whatever the one who asks may see of it.
    Whole,
    /// What anybody may see of it.
    Open,
    /// The sizes that were made when it came in.
    Thumbnails,
}

hydra::key! {
    /// Which derivative of which image, in the words of the request.
    DerivativeKey {
        customer: CustomerId,
        space: SpaceId,
        image: ImageId,
        region: String,
        size: String,
        rotation: String,
        output: String,
    }
    customer = |key| Some(key.customer.0)
}

impl Aspect {
    /// The template of an image's base address.
    pub fn base(self) -> &'static str {
        match self {
            Self::Whole => "/iiif-img/{customer}/{space}/{image}",
            Self::Open => "/iiif-open/{customer}/{space}/{image}",
            Self::Thumbnails => "/thumbs/{customer}/{space}/{image}",
        }
    }

    /// The template of the address of the information.
    pub fn info(self) -> String {
        format!("{}/info.json", self.base())
    }

    /// The template of the address of a derivative.
    pub fn image(self) -> String {
        format!("{}/{{region}}/{{size}}/{{rotation}}/{{output}}", self.base())
    }

    /// The base IRI of an image.
    pub fn iri(self, app: &Portico, key: &ImageKey) -> String {
        format!("{}{}", app.api.base(), expand(self.base(), key))
    }

    /// The image of a request for its information or its base address.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there can be none of this name.
    pub fn key(self, request: &HttpRequest) -> Result<ImageKey, Error> {
        let path = request.uri().path();
        let base = path.strip_suffix("/info.json").unwrap_or(path);
        hydra::parse_path(self.base(), base).ok_or(Error::NotFound)
    }

    /// The derivative of a request.
    ///
    /// # Errors
    /// As [`Self::key`].
    pub fn derivative(self, request: &HttpRequest) -> Result<(ImageKey, DerivativeKey), Error> {
        let key: DerivativeKey = hydra::parse_path(&self.image(), request.uri().path()).ok_or(Error::NotFound)?;
        let DerivativeKey { customer, space, image, .. } = key.clone();
        Ok((ImageKey { customer, space, image }, key))
    }
}
