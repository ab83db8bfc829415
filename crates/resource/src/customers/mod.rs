//! Customers: what is kept of them, what they agreed to and have the properties of, where they are in the tree, how they are found.

pub mod api_key;
pub mod descriptor;
pub mod domain;
pub mod eula;
pub mod listed;
pub mod logo;
pub mod property;
pub mod prune;
pub mod record;
pub mod search;
pub(crate) mod visible;
