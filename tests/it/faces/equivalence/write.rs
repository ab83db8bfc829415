//! What can be changed, and how each face is asked to.

mod argus;
mod cloudentity;
mod hydra;

use serde_json::Value;

use super::cast::{Face, Request};
use super::scene::Scene;

/// How far a customer takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Activate,
    Deactivate,
    Disable,
    Reenable,
}

/// A field of a customer and what it is to be, in the words of the model.
pub type Setting = (&'static str, Value);

/// A write. Customers and portal users are named by where they stand in the scene.
#[derive(Debug, Clone)]
pub enum Write {
    /// A leaf at the top where nothing is said; only Cloudentity makes inactive customers.
    Create {
        name: String,
        title: String,
        below: Option<usize>,
        kind: &'static str,
        is_active: bool,
    },
    Rename {
        customer: usize,
        name: String,
    },
    /// With what is not changed sent back, too, where a face can take it.
    Change {
        customer: usize,
        settings: Vec<Setting>,
        whole: bool,
    },
    Turn {
        customer: usize,
        turn: Turn,
    },
    Move {
        customer: usize,
        below: usize,
    },
    Delete {
        customer: usize,
    },
    Grant {
        customer: usize,
        kind: &'static str,
        name: String,
    },
    Revoke {
        customer: usize,
        kind: &'static str,
        name: String,
    },
    Require {
        customer: usize,
        revision: String,
    },
    Unset {
        customer: usize,
    },
    RequireOfAll {
        revision: String,
    },
    UnsetOfAll,
    Accept {
        person: usize,
    },
    MakePerson {
        home: usize,
        body: Value,
    },
    ChangePerson {
        person: usize,
        body: Value,
    },
    DeletePerson {
        person: usize,
    },
    GiveRole {
        person: usize,
        role: &'static str,
    },
    List {
        person: usize,
        customer: String,
    },
    Unlist {
        person: usize,
        customer: usize,
    },
    Relist {
        person: usize,
        customers: Vec<usize>,
    },
    Assign {
        customer: usize,
        role: &'static str,
        person: Option<usize>,
    },
}

/// Flags, and the members of a body of Argus that set them.
pub const FLAGS: &[(&str, &str)] = &[
    ("excludeFromProduction", "excludeFromProduction"),
    ("customerDataDeleted", "dataDeleted"),
    ("networkBaseCustomer", "networkBaseCustomer"),
    ("singleNetworkDomain", "singleNetworkDomain"),
    ("denySubmitForAnonymousUser", "denySubmitForAnonymousUser"),
    ("allowGlobalData", "allowGlobalData"),
];

impl Write {
    /// Whether it takes something off a list, where it may be or not.
    pub fn takes_off(&self) -> bool {
        matches!(self, Self::Revoke { .. } | Self::Unlist { .. } | Self::Assign { person: None, .. })
    }

    /// How a face is asked; none where it cannot do this.
    pub fn request(&self, face: Face, scene: &Scene) -> Option<Request> {
        match face {
            Face::Hydra => self.hydra(scene),
            Face::Argus => self.argus(scene),
            Face::Cloudentity => self.cloudentity(scene),
        }
    }
}
