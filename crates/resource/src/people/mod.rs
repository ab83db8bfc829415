//! People: as those who administer several customers see them, and as what they are responsible for refers to them.

pub mod introduction;
pub mod mention;
pub mod person;
pub mod switchable;
pub mod user_role;
