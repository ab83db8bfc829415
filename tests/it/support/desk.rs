//! A desk from which images are sent to the queue, and a server that they come from.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use image::ImageFormat;
use serde_json::{Value, json};

use super::origin::{Origin, Reply, picture};
use super::{Answer, Client, Portico, link};

/// A customer with an empty space, and a server for its images to come from.
pub struct Desk {
    pub portico: Portico,
    pub client: Client,
    pub customer: Value,
    pub space: Value,
    pub origin: Origin,
    /// Whether the server has all that it is asked for.
    pub mended: Arc<AtomicBool>,
}

impl Desk {
    /// Sets it.
    pub async fn set(portico: Portico) -> Self {
        let client = portico.admin();
        let customer = client.customer().await;
        let space = client.post(link(&customer, "spaces"), &json!({"name": "Scans"})).await.expect(201).json();
        let mended = Arc::new(AtomicBool::new(false));
        let (is_mended, content) = (Arc::clone(&mended), picture(20, 10, ImageFormat::Png));
        let origin = Origin::serve(move |asked| {
            let begins = |name: &str| !is_mended.load(Ordering::SeqCst) && asked.path.starts_with(name);
            match () {
                () if begins("/away") => Reply::status(404),
                () if begins("/text") => Reply::content(b"no picture".to_vec()),
                () => Reply::content(content.clone()),
            }
        });
        Self { portico, client, customer, space, origin, mended }
    }

    /// A member for an image. What begins with `away` or `text` fails until that is mended.
    pub fn member(&self, id: &str) -> Value {
        json!({"id": id, "space": self.space["id"], "origin": format!("{}/{id}", self.origin.url)})
    }

    /// Members for images.
    pub fn members(&self, ids: &[&str]) -> Value {
        ids.iter().map(|id| self.member(id)).collect()
    }

    /// Sends members to the queue.
    pub async fn post(&self, members: &Value) -> Answer {
        self.client.post(link(&self.customer, "queue"), members).await
    }

    /// Sends images to the queue; their batch.
    pub async fn submit(&self, ids: &[&str]) -> Value {
        self.post(&self.members(ids)).await.expect(201).json()
    }

    /// Does all that is due.
    pub async fn work(&self) {
        self.portico.worker(&["127.0.0.0/8"]).await;
    }

    /// The present state of what a document is of.
    pub async fn again(&self, document: &Value) -> Value {
        self.client.get(link(document, "@id")).await.expect(200).json()
    }

    /// The customer's queue.
    pub async fn queue(&self) -> Value {
        self.client.get(link(&self.customer, "queue")).await.expect(200).json()
    }

    /// Where an image is.
    pub fn url(&self, id: &str) -> String {
        format!("{}/{id}", link(&self.space, "images"))
    }

    /// An image.
    pub async fn image(&self, id: &str) -> Value {
        self.client.get(&self.url(id)).await.expect(200).json()
    }

    /// What the members of a collection are called.
    pub async fn ids(&self, collection: &str) -> Vec<String> {
        let name = |member: &Value| member["id"].as_str().unwrap_or_else(|| link(member, "@id")).to_owned();
        self.client.members(collection).await.iter().map(name).collect()
    }

    /// Has images tried again; how many are, and how many are still failed.
    pub async fn retry(&self, which: &Value) -> (u64, u64) {
        let answer = self.client.post(link(&self.customer, "retryImages"), which).await.expect(200).json();
        (answer["retried"].as_u64().expect("a number"), answer["failed"].as_u64().expect("a number"))
    }

    /// The names of the images that wait.
    pub async fn waiting(&self) -> Vec<String> {
        let images = self.client.members(link(&self.space, "images")).await;
        let waiting = images.iter().filter(|image| image["ingesting"] == true);
        waiting.map(|image| link(image, "id").to_owned()).collect()
    }
}

/// The numbers of a batch: all, completed, failed.
pub fn counts(batch: &Value) -> [u64; 3] {
    ["count", "completed", "errors"].map(|name| batch[name].as_u64().expect("a number"))
}
