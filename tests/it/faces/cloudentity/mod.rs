//! The Cloudentity face, byte by byte.

mod bad_input;
mod documents;
mod lists;
mod lock;
mod rules;
mod services;
mod signed;
mod stage;
mod story;
mod sweep;
mod transcripts;
