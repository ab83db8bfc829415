//! What each operation does: it reads what was sent, asks the rules, and writes what they answer.

mod act;
mod criteria;
mod customer;
mod descriptor;
mod entry;
mod lists;
mod logo;
mod property;
mod role;
mod session;

pub use act::act;
