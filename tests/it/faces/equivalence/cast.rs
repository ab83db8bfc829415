//! Who there is, through which face they ask, and for what.

use serde_json::Value;

/// A face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    Hydra,
    Argus,
    Cloudentity,
}

impl Face {
    /// In the order in which representations are kept.
    pub const ALL: [Self; 3] = [Self::Hydra, Self::Argus, Self::Cloudentity];
}

/// What is asked. The path begins at the root of the service.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: &'static str,
    pub path: String,
    pub body: Option<Value>,
    /// The portal user who asks; root where there is none.
    pub by: Option<usize>,
}

impl Request {
    pub fn new(method: &'static str, path: impl Into<String>, body: Option<Value>) -> Option<Self> {
        Some(Self { method, path: path.into(), body, by: None })
    }

    pub fn by(person: usize, method: &'static str, path: impl Into<String>) -> Option<Self> {
        Some(Self { method, path: path.into(), body: None, by: Some(person) })
    }
}

/// A customer of the story.
#[derive(Debug, Clone)]
pub struct Customer {
    /// The number.
    pub id: i64,
    /// The address in hypermedia, without that of the service.
    pub path: String,
    pub uuid: String,
    /// The name by which the other faces call it.
    pub name: String,
    pub is_there: bool,
}

/// A portal user of the story.
#[derive(Debug, Clone)]
pub struct Person {
    pub path: String,
    pub uuid: String,
    pub email: String,
    pub token: Option<String>,
    pub is_there: bool,
}
