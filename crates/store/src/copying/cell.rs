//! What is in a column of a row, as both databases can have it.

use std::fmt;

use sha2::{Digest, Sha256};

/// A value. Truth is 1 and falsehood 0, and an identity its bytes, as SQLite has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    Null,
    Whole(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// How many rows there are, and what they come to in whatever order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Summed {
    pub(super) rows: u64,
    sum: u128,
}

impl Summed {
    /// Adds a row, whose columns are in the order of the table's shape.
    pub(super) fn add(&mut self, row: &[Cell]) {
        let mut digest = Sha256::new();
        for cell in row {
            let (kind, bytes): (u8, &[u8]) = match cell {
                Cell::Null => (0, &[]),
                Cell::Whole(number) => (1, &number.to_be_bytes()),
                Cell::Text(text) => (2, text.as_bytes()),
                Cell::Bytes(bytes) => (3, bytes),
            };
            digest.update([kind]);
            digest.update((bytes.len() as u64).to_be_bytes());
            digest.update(bytes);
        }
        let digest: [u8; 32] = digest.finalize().into();
        let (first, _) = digest.split_at(16);
        self.rows += 1;
        self.sum = self.sum.wrapping_add(u128::from_be_bytes(std::array::from_fn(|index| first[index])));
    }
}

impl fmt::Display for Summed {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:032x}", self.sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_rows_does_not_matter_and_that_of_columns_does() {
        let row = |number: i64, text: &str| vec![Cell::Whole(number), Cell::Text(text.to_owned())];
        let sum = |rows: &[Vec<Cell>]| {
            let mut summed = Summed::default();
            rows.iter().for_each(|row| summed.add(row));
            summed
        };
        assert_eq!(sum(&[row(1, "a"), row(2, "b")]), sum(&[row(2, "b"), row(1, "a")]));
        assert_ne!(sum(&[row(1, "a"), row(2, "b")]), sum(&[row(1, "b"), row(2, "a")]));
        assert_ne!(sum(&[row(1, "a")]), sum(&[row(1, "a"), row(1, "a")]));
        let texts = |a: &str, b: &str| vec![Cell::Text(a.to_owned()), Cell::Text(b.to_owned())];
        assert_ne!(sum(&[texts("ab", "c")]), sum(&[texts("a", "bc")]));
        assert_ne!(sum(&[vec![Cell::Null]]), sum(&[vec![Cell::Bytes(Vec::new())]]));
    }
}
