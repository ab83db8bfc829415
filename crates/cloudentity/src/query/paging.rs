//! `limit` and `offset`, and what an answer says of them.

use serde::Serialize;

use super::Parameters;
use crate::error::{Code, Fault};

/// How many are given where nothing is said of it.
const USUAL: u64 = 20;
/// How many are given at the most.
const MOST: u64 = 1000;

/// Which part of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How many at the most.
    pub limit: u64,
    /// How many to leave out at the front.
    pub offset: u64,
}

impl Window {
    /// The window that a query names.
    ///
    /// # Errors
    /// A number is none, or negative.
    pub fn parse(query: &Parameters) -> Result<Self, Fault> {
        let number = |name: &str, usual: u64| match query.one(name)? {
            None => Ok(usual),
            Some(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                text.parse().map_err(|_| Fault::from(Code::Request))
            }
            Some(_) => Err(Code::Request.into()),
        };
        Ok(Self { limit: number("limit", USUAL)?.min(MOST), offset: number("offset", 0)? })
    }

    /// What an answer says, given how many there are in all.
    pub fn paging(self, total: u64) -> Paging {
        Paging { limit: self.limit, offset: self.offset, total }
    }
}

/// Where in a list an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Paging {
    limit: u64,
    offset: u64,
    total: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(query: &str) -> Option<(u64, u64)> {
        Window::parse(&Parameters::parse(query).ok()?).ok().map(|window| (window.limit, window.offset))
    }

    #[test]
    fn numbers_are_whole_and_not_negative() {
        assert_eq!(window(""), Some((20, 0)));
        assert_eq!(window("limit=0&offset=7&other=x"), Some((0, 7)));
        assert_eq!(window("limit=100000"), Some((1000, 0)));
        for bad in ["limit=", "limit=-1", "limit=+1", "limit=%2B1", "limit=1.5", "limit=x", "limit=1&limit=2"] {
            assert_eq!(window(bad), None, "{bad}");
        }
        for bad in ["offset=-1", "offset=99999999999999999999999", "limit=%ff", "limit=5&x=%00"] {
            assert_eq!(window(bad), None, "{bad}");
        }
    }
}
