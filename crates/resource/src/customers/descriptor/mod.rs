//! Descriptors: which properties customers can have. They are the same for all customers.

mod choice;
mod choices;
mod draft;
mod find;
mod held;
mod kind;
mod model;
mod texts;

pub use choice::{NewChoice, add_choice, change_choice, remove_choice};
pub use choices::Choice;
pub use draft::{DescriptorChange, NewDescriptor, change, create, remove};
pub(crate) use find::all;
pub use find::{find, list};
pub(crate) use kind::in_json;
pub use kind::{Kind, ValueForm};
pub use model::Descriptor;
pub use texts::Localised;
