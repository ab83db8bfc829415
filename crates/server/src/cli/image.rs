//! `portico image`: what an operator has done to images, on the database and the store themselves, also beside a running server.

use anyhow::Result;
use clap::{ArgGroup, Subcommand};
use hydra::{Class, parse_path};
use resource::start::operator::{Failures, retry};
use serde_json::json;
use vocab::value::{BatchId, ErrorKind, ImageName};
use vocab::{Batch, BatchKey, Image, ImageKey};

use super::out::Told;
use super::started::started;
use crate::config::Settings;
use crate::readable::readable;

/// What is done to images.
#[derive(Debug, Subcommand)]
pub(super) enum ImageCommand {
    /// Try images that failed again: all, or those that all that is given applies to
    #[command(group = ArgGroup::new("which").required(true).multiple(true))]
    Retry {
        /// All
        #[arg(long, group = "which", conflicts_with_all = ["customer", "batch", "image", "kind"])]
        all: bool,
        /// Of a customer, by name
        #[arg(long, group = "which")]
        customer: Option<String>,
        /// That failed in a batch, by its address or number
        #[arg(long, group = "which", value_parser = batch)]
        batch: Option<BatchId>,
        /// An image, by its address or as CUSTOMER/SPACE/IMAGE; may be given more than once
        #[arg(long, group = "which", value_parser = image)]
        image: Vec<ImageKey>,
        /// Whose error is of this kind: origin, strategy, picture, storage or service
        #[arg(long, group = "which")]
        kind: Option<ErrorKind>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Does it.
pub(super) async fn run(command: ImageCommand, settings: &Settings) -> Result<()> {
    let identities = started(settings).await?;
    match command {
        ImageCommand::Retry { all: _, customer, batch, image, kind, json } => {
            let failures = Failures { customer, images: image, batch, kind };
            let retried = retry(&identities, failures).await.map_err(readable)?;
            Told { json }.say(&json!({"retried": retried}), || format!("{retried} images are tried again."))
        }
    }
}

/// The path below the service, of an address.
fn path(address: &str) -> Option<&str> {
    address.find("/customers/").and_then(|start| address.get(start..))
}

fn batch(text: &str) -> Result<BatchId, String> {
    let key = path(text).and_then(|path| parse_path::<BatchKey>(Batch::CLASS.path, path));
    key.map(|key| key.batch)
        .or_else(|| text.parse().ok().map(BatchId))
        .ok_or_else(|| "must be the address or the number of a batch".to_owned())
}

fn image(text: &str) -> Result<ImageKey, String> {
    if let Some(key) = path(text).and_then(|path| parse_path::<ImageKey>(Image::CLASS.path, path)) {
        return Ok(key);
    }
    let name: Option<ImageName> = hydra::Value::parse(&json!(text)).ok();
    let whole = name.and_then(|name| Some((name.place?, name.id)));
    let ((customer, space), image) = whole.ok_or("must be the address of an image, or CUSTOMER/SPACE/IMAGE")?;
    Ok(ImageKey { customer, space, image })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_can_be_said_by_address() {
        for text in ["7", "/customers/2/queue/batches/7", "https://portico.example/customers/2/queue/batches/7"] {
            assert_eq!(batch(text), Ok(BatchId(7)), "{text}");
        }
        assert!(batch("https://portico.example/customers/2").is_err() && batch("x").is_err());
        for text in ["2/5/page", "https://portico.example/customers/2/spaces/5/images/page"] {
            let key = image(text).expect("it names an image");
            assert_eq!((key.customer.0, key.space.0, key.image.as_str()), (2, 5, "page"), "{text}");
        }
        assert!(image("page").is_err() && image("https://portico.example/customers/2/spaces/5").is_err());
    }
}
