//! Lists of things that are in memory because there are few: their order, and the part that is asked for.

use std::cmp::Ordering;

use resource::customers::search;

use crate::fault::Fault;
use crate::reply::Portion;

/// Those on one page of things that are in memory because there are few.
pub fn slice<T>(things: Vec<T>, limit: Option<u64>, offset: u64) -> (Vec<T>, Portion) {
    let count = things.len() as u64;
    let limit = search::applied(limit, count);
    let most = if limit == 0 { usize::MAX } else { usize::try_from(limit).unwrap_or(usize::MAX) };
    let offset_of = usize::try_from(offset).unwrap_or(usize::MAX);
    (things.into_iter().skip(offset_of).take(most).collect(), Portion { limit, offset, count })
}

/// A key that things are ordered by, with how they compare by it.
pub type SortKey<T> = (&'static str, fn(&T, &T) -> Ordering);

/// Puts things into the order of keys: `-key` for the greatest first.
pub fn sort<T>(things: &mut [T], keys: &[String], known: &[SortKey<T>]) -> Result<(), Fault> {
    let mut order = Vec::new();
    for key in keys {
        let (name, descending) = direction(key);
        match known.iter().find(|(known, _)| *known == name) {
            Some((_, compare)) => order.push((compare, descending)),
            None => return Err(unsortable(key, known.iter().map(|(name, _)| *name))),
        }
    }
    things.sort_by(|one, other| {
        let by = |(compare, descending): &(&fn(&T, &T) -> Ordering, bool)| {
            let ordering = compare(one, other);
            if *descending { ordering.reverse() } else { ordering }
        };
        order.iter().map(by).find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
    });
    Ok(())
}

/// A key without its sign, and whether the greatest comes first.
pub fn direction(key: &str) -> (&str, bool) {
    match key.trim().strip_prefix('-') {
        Some(name) => (name, true),
        None => (key.trim().trim_start_matches('+'), false),
    }
}

pub fn unsortable(key: &str, known: impl Iterator<Item = &'static str>) -> Fault {
    let known: Vec<_> = known.collect();
    crate::message::Message::field("validation.error", "sortBy", format_args!("must be of: {}", known.join(", ")))
        .with(key)
        .into()
}
