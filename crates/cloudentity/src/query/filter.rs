//! `filter = FIELD:VALUE,…`, in whose values `*` stands for anything.

use resource::customers::listed::Likeness;

use super::attributes;
use crate::error::{Code, Fault};

/// How many terms a filter may have: each is work for the database.
const MOST: usize = 50;

/// What customers must be like; nothing in particular where there is no filter.
///
/// # Errors
/// A term is none, its field is unknown, or there are too many.
pub fn terms(filter: Option<&str>) -> Result<Vec<Likeness>, Fault> {
    let Some(filter) = filter else { return Ok(Vec::new()) };
    let terms: Option<Vec<_>> = filter.split(',').take(MOST + 1).map(term).collect();
    terms.filter(|terms| terms.len() <= MOST).ok_or_else(|| Code::Filter.into())
}

fn term(text: &str) -> Option<Likeness> {
    let (field, pattern) = text.split_once(':')?;
    Some(Likeness { attribute: attributes::any(field)?, pattern: pattern.to_owned() })
}

#[cfg(test)]
mod tests {
    use resource::customers::listed::Attribute;

    use super::*;

    #[test]
    fn terms_are_divided_at_commas_and_at_the_first_colon() {
        assert!(terms(None).is_ok_and(|terms| terms.is_empty()));
        let read = terms(Some("customerName:AB*,recordCreated:2026-01-01T00:00*,adminEmails:")).unwrap();
        let read: Vec<_> = read.iter().map(|term| (term.attribute, term.pattern.as_str())).collect();
        let expected =
            [(Attribute::DisplayName, "AB*"), (Attribute::Created, "2026-01-01T00:00*"), (Attribute::AdminEmails, "")];
        assert_eq!(read, expected);
    }

    #[test]
    fn what_is_no_term_is_refused() {
        for filter in ["", ",", "cid", ":x", "cid:a,", "nothing:a", "CID:a", "metadata:a", "cid:a;b"] {
            let refused = terms(Some(filter)).is_err();
            assert_eq!(refused, filter != "cid:a;b", "{filter:?}");
        }
        assert!(terms(Some(&vec!["cid:a"; MOST].join(","))).is_ok());
        assert!(terms(Some(&vec!["cid:a"; MOST + 1].join(","))).is_err());
    }
}
