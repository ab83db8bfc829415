//! How many rows there are, as far as they are counted.

use crate::sql::Sql;

/// How many rows are counted to say how many there are.
const COUNTED: u64 = 10_000;

/// Counts what stands after FROM, and no more than one too many, as a scalar.
pub(crate) fn counted(sql: &mut Sql, from: impl FnOnce(&mut Sql)) {
    sql.push("(SELECT count(*) FROM (SELECT 1 FROM ");
    from(sql);
    sql.push(&format!(" LIMIT {}) AS counted)", COUNTED + 1));
}

/// How many rows there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Total {
    /// So many.
    Exactly(u64),
    /// More than are counted.
    Many,
}

impl Total {
    /// What [`counted`] found.
    pub(crate) fn counted(total: u64) -> Self {
        if total > COUNTED { Self::Many } else { Self::Exactly(total) }
    }

    pub(crate) fn exactly(self) -> Option<u64> {
        match self {
            Self::Exactly(total) => Some(total),
            Self::Many => None,
        }
    }

    /// Whether so many rows are all, so that none follows.
    pub(crate) fn is_within(self, rows: u64) -> bool {
        self.exactly().is_some_and(|total| rows >= total)
    }
}
