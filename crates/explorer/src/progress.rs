//! How far something has got that goes on by itself.

use hydra::ClassDef;
use serde_json::Value as Json;

/// How far it has got.
#[derive(Debug)]
pub struct ShownProgress {
    /// How much there is to do.
    pub total: u64,
    /// How much of it was done well.
    pub done: u64,
    /// How much of it was not.
    pub failed: u64,
    /// Whether it has ended.
    pub ended: bool,
}

impl ShownProgress {
    /// That of a document; none where its class has none.
    pub fn of(class: &ClassDef, document: &Json) -> Option<Self> {
        let progress = class.progress?;
        let number = |name: &str| document[name].as_u64().unwrap_or_default();
        Some(Self {
            total: number(progress.total),
            done: number(progress.done),
            failed: number(progress.failed),
            ended: !document[progress.until].is_null(),
        })
    }

    /// How much of it need not be waited for any more.
    pub fn over(&self) -> u64 {
        self.done + self.failed
    }
}
