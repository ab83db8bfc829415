//! `sort = FIELD,-FIELD,…`, in which `-` puts the greatest first.

use resource::customers::listed::CustomerOrder;
use resource::people::switchable::By;

use super::attributes;
use crate::error::{Code, Fault};

/// The order of customers that is asked for; none in particular where there is no `sort`.
///
/// # Errors
/// A field is unknown, or has several values.
pub fn order(sort: Option<&str>) -> Result<Vec<CustomerOrder>, Fault> {
    let keys = keys(sort, attributes::scalar)?;
    Ok(keys.into_iter().map(|(by, descending)| CustomerOrder { by, descending }).collect())
}

/// The same of the customers that somebody can switch to, of which the names alone are told.
///
/// # Errors
/// A field is unknown.
pub fn listed_order(sort: Option<&str>) -> Result<Vec<(By, bool)>, Fault> {
    keys(sort, |name| match name {
        "cid" => Some(By::Name),
        "customerAlias" => Some(By::Alias),
        "customerName" => Some(By::DisplayName),
        _ => None,
    })
}

fn keys<T: PartialEq + Copy>(sort: Option<&str>, known: impl Fn(&str) -> Option<T>) -> Result<Vec<(T, bool)>, Fault> {
    let mut keys: Vec<(T, bool)> = Vec::new();
    for key in sort.iter().flat_map(|sort| sort.split(',')) {
        let (name, descending) = key.strip_prefix('-').map_or((key, false), |name| (name, true));
        let field = known(name).ok_or(Code::Request)?;
        // What is in order by a field already is not changed by the same field again.
        if keys.iter().all(|(before, _)| *before != field) {
            keys.push((field, descending));
        }
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use resource::customers::listed::Attribute;

    use super::*;

    #[test]
    fn a_minus_puts_the_greatest_first() {
        assert_eq!(order(None).unwrap(), []);
        let expected = [(Attribute::Status, true), (Attribute::Name, false)]
            .map(|(by, descending)| CustomerOrder { by, descending });
        assert_eq!(order(Some("-status,cid,-cid")).unwrap(), expected);
        assert_eq!(listed_order(Some("-customerName")).unwrap(), [(By::DisplayName, true)]);
        for unknown in ["", "cid,", "lastName", "adminEmails", "metadata", "+cid", "--cid"] {
            assert!(order(Some(unknown)).is_err(), "{unknown}");
        }
        assert!(listed_order(Some("uuid")).is_err());
    }
}
